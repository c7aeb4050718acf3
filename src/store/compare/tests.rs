use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::events::{ExchangeRecord, RunEvent, RunReport};
use crate::measure::{Measures, summarise};
use crate::store::tests::story::{self, Desk, on_desk};

/// A run of 20 exchanges whose TTFT are `ttft_ms` and some ms more.
async fn run(desk: &Desk, ttft_ms: u64, change: impl FnOnce(&mut RunReport)) -> RunId {
    let header = story::header();
    let records: Vec<ExchangeRecord> = (0..20).map(|n| exchange(n, ttft_ms + u64::from(n % 5))).collect();
    let timed: Vec<Timed<'_>> = records.iter().map(ExchangeRecord::timed).collect();
    let mut report = RunReport { targets: vec![summarise(Target::Main, &timed)], ..story::report(&header) };
    change(&mut report);
    desk.tell(RunEvent::Queued(Arc::new(report.header.clone()))).await;
    desk.tell(RunEvent::Started(Arc::new(report.header.clone()))).await;
    for record in records {
        desk.tell(RunEvent::Exchange { run: header.run, record: Arc::new(record) }).await;
    }
    assert!(desk.tell_durably(RunEvent::Ended(Arc::new(report))).await);
    header.run
}

fn exchange(n: u32, ttft_ms: u64) -> ExchangeRecord {
    let mut record = story::exchange(n);
    for chunk in &mut record.trace.chunks {
        chunk.offset = chunk.offset - Duration::from_millis(50) + Duration::from_millis(ttft_ms);
    }
    record.trace.finish = None;
    record.measures = Measures::of(&record.trace);
    record
}

async fn ask(desk: &Desk, runs: &[&str], force: bool) -> Result<Comparison, CompareError> {
    let runs = runs.iter().map(|r| (*r).to_owned()).collect();
    desk.store.compare(&Question { runs, force, ..Question::default() }).await
}

fn ttft(comparison: &Comparison) -> &Difference {
    let (word, difference) = &comparison.others[0].targets[0].measures[0];
    assert_eq!(*word, "ttft_ms");
    difference
}

/// Each test on a desk of its own.
fn with_desk<F: Future<Output = ()>>(work: impl FnOnce(Desk) -> F) {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        work(Desk::open(dir.path()).await).await;
    });
}

#[test]
fn a_slower_run_is_called_a_regression_and_only_the_first_token_is() {
    with_desk(|desk| async move {
        let (_a, _b) = (run(&desk, 100, |_| ()).await, run(&desk, 120, |_| ()).await);
        let comparison = ask(&desk, &["latest~1", "latest"], false).await.expect("compared");
        let d = ttft(&comparison);
        assert_eq!((d.n_a, d.n_b, d.median_a, d.median_b, d.call), (20, 20, 102.0, 122.0, Call::Regression));
        assert_eq!(d.noise_floor, None, "A was run once");
        assert_eq!(comparison.others[0].differs, []);
        let called: Vec<&str> = comparison.others[0].targets[0]
            .measures
            .iter()
            .filter(|(_, d)| d.call == Call::Regression)
            .map(|(word, _)| *word)
            .collect();
        assert_eq!(called, ["ttft_ms", "e2e_ms", "prefill_tokens_per_second"]);
        assert_eq!(comparison.regressions(), 3);
    });
}

#[test]
fn the_noise_floor_comes_from_runs_like_a_and_never_from_b() {
    with_desk(|desk| async move {
        let a = run(&desk, 100, |_| ()).await;
        let again = run(&desk, 104, |_| ()).await;
        run(&desk, 300, |r| r.verdict = Some(Verdict::Void(vec!["lag".into()]))).await;
        run(&desk, 300, |r| r.header.host.gpu = Some("another".into())).await;
        let b = run(&desk, 103, |_| ()).await;
        let comparison = ask(&desk, &[&a.to_string(), &b.to_string()], false).await.expect("compared");
        assert_eq!(comparison.others[0].noise_runs, [again, a]);
        let d = ttft(&comparison);
        assert_eq!((d.noise_floor, d.call), (Some(4.0 / 102.0), Call::TooClose));
    });
}

#[test]
fn a_void_run_is_no_baseline_and_its_figures_need_force() {
    with_desk(|desk| async move {
        let good = run(&desk, 100, |_| ()).await.to_string();
        let void = run(&desk, 120, |r| r.verdict = Some(Verdict::Void(vec!["lag".into()]))).await.to_string();
        let refused = ask(&desk, &[&void, &good], false).await.expect_err("refused");
        assert!(matches!(refused, CompareError::NoBaseline { .. }) && refused.to_string().contains("lag"), "{refused}");
        let kept = ask(&desk, &[&good, &void], false).await.expect("compared");
        assert!(kept.others[0].targets.is_empty() && kept.others[0].withheld.is_some());
        let forced = ask(&desk, &[&good, &void], true).await.expect("compared");
        assert_eq!((forced.others[0].targets.len(), forced.others[0].withheld.clone()), (1, None));
        assert!(ask(&desk, &[&void, &good], true).await.is_ok());
        assert!(desk.store.baselines().pin("release", &void).await.is_err());
    });
}

#[test]
fn a_run_without_its_exchanges_is_told_so() {
    with_desk(|desk| async move {
        let good = run(&desk, 100, |_| ()).await;
        let header = story::header();
        assert!(desk.tell_durably(RunEvent::Ended(Arc::new(story::report(&header)))).await);
        for sides in [[good, header.run], [header.run, good]] {
            let gone = ask(&desk, &sides.map(|r| r.to_string()).each_ref().map(String::as_str), true).await;
            assert!(matches!(gone, Err(CompareError::Gone { run }) if run == header.run), "{gone:?}");
        }
    });
}

#[test]
fn what_differs_in_their_making_is_told_with_both_values() {
    with_desk(|desk| async move {
        run(&desk, 100, |_| ()).await;
        run(&desk, 100, |r| r.header.host.gpu = Some("another card".into())).await;
        let comparison = ask(&desk, &["latest~1", "latest"], false).await.expect("compared");
        let differs = &comparison.others[0].differs;
        assert_eq!(*differs, [Differs { field: "host.gpu".into(), a: None, b: Some("another card".into()) }]);
        assert_ne!(comparison.a.fingerprint, comparison.others[0].b.fingerprint);
    });
}

#[test]
fn a_run_is_found_by_its_id_its_beginning_and_by_how_late_it_is() {
    with_desk(|desk| async move {
        let (first, last) = (run(&desk, 100, |_| ()).await, run(&desk, 100, |_| ()).await);
        let find = async |text: &str| desk.store.find_run(text, None).await;
        assert_eq!(find("latest").await.expect("found"), last);
        assert_eq!(find("latest~1").await.expect("found"), first);
        assert_eq!(find(&first.to_string()).await.expect("found"), first);
        assert_eq!(find(&first.to_string()[..30].to_uppercase()).await.expect("found"), first);
        for unknown in ["latest~2", "0199", "ffffffff", "release", "latest~x"] {
            assert!(matches!(find(unknown).await, Err(CompareError::Unknown { .. })), "{unknown}");
        }
        assert!(matches!(find(&first.to_string()[..8]).await, Err(CompareError::Ambiguous { .. })));
        assert!(matches!(ask(&desk, &["latest"], false).await, Err(CompareError::TooFew { given: 1 })));
    });
}

#[test]
fn a_pinned_name_means_the_pin_that_fits() {
    with_desk(|desk| async move {
        let here = run(&desk, 100, |_| ()).await;
        let there = run(&desk, 100, |r| r.header.host.gpu = Some("another".into())).await;
        let pins = desk.store.baselines();
        for run in [here, there] {
            pins.pin("release", &run.to_string()).await.expect("pinned");
        }
        assert_eq!(desk.store.pinned().await.expect("rows").len(), 2);
        let b = run(&desk, 100, |_| ()).await;
        let question = Question { runs: vec![b.to_string()], baseline: Some("release".into()), ..Question::default() };
        assert_eq!(desk.store.compare(&question).await.expect("compared").a.header.run, here);
        assert!(matches!(desk.store.find_run("release", None).await, Err(CompareError::Ambiguous { .. })));
        pins.pin("release", &b.to_string()).await.expect("pinned anew");
        assert_eq!(desk.store.compare(&question).await.expect("compared").a.header.run, b);
        pins.remove("release").await.expect("removed");
        assert!(matches!(pins.remove("release").await, Err(CompareError::Unknown { .. })));
    });
}

fn of_main(a: &[RunId], b: &[RunId]) -> Blocks {
    Blocks { a: a.to_vec(), b: b.to_vec(), engines: vec![Target::Main] }
}

fn another_engine(report: &mut RunReport) {
    report.header.engines[0].identity.as_mut().expect("told").build = Some("another".into());
}

#[test]
fn blocks_of_two_engines_are_pooled_and_the_slower_one_is_called() {
    with_desk(|desk| async move {
        let (a, b) = (run(&desk, 100, |_| ()).await, run(&desk, 120, another_engine).await);
        let (b2, a2) = (run(&desk, 120, another_engine).await, run(&desk, 100, |_| ()).await);
        let comparison = desk.store.compare_blocks(&of_main(&[a, a2], &[b, b2])).await.expect("compared");
        let d = ttft(&comparison);
        assert_eq!((d.n_a, d.n_b, d.median_a, d.median_b, d.call), (40, 40, 102.0, 122.0, Call::Regression));
        assert_eq!((d.noise_floor, &comparison.a.runs), (Some(0.0), &vec![a, a2]));
        let told: Vec<&str> = comparison.others[0].differs.iter().map(|d| d.field.as_str()).collect();
        assert_eq!((told, &comparison.others[0].withheld), (vec!["engines.main.build"], &None));
    });
}

#[track_caller]
fn no_figures(comparison: &Comparison, why: &str) {
    let withheld = comparison.others[0].withheld.as_deref().expect("withheld");
    assert!(withheld.contains(why) && comparison.others[0].targets.is_empty(), "{withheld}");
}

#[test]
fn blocks_that_say_nothing_of_the_engine_alone_show_no_figure() {
    with_desk(|desk| async move {
        let a = run(&desk, 100, |_| ()).await;
        let b = run(&desk, 120, another_engine).await;
        let void = run(&desk, 100, |r| r.verdict = Some(Verdict::Void(vec!["lag".into()]))).await;
        let other_card = run(&desk, 120, |r| r.header.host.gpu = Some("another".into())).await;
        let compare = async |a: &[RunId], b: &[RunId]| desk.store.compare_blocks(&of_main(a, b)).await.expect("told");
        no_figures(&compare(&[a, void], &[b]).await, "A: it is void: block ");
        no_figures(&compare(&[a], &[b, void]).await, "B: it is void: block ");
        no_figures(&compare(&[a], &[b, other_card]).await, "differs from the first block in host.gpu");
        no_figures(&compare(&[a], &[other_card]).await, "A and B differ in more than the engine: host.gpu");
        assert!(compare(&[a], &[b]).await.others[0].withheld.is_none());
    });
}
