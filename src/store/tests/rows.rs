//! What goes in comes out.

use std::sync::Arc;
use std::time::Duration;

use super::story::{self, Desk, on_desk};
use crate::events::{ExchangeRecord, LogLevel, RunEvent, RunState};
use crate::measure::{Ending, Target, Verdict};
use crate::store::{Headline, History, StoreError, journal_line};

#[test]
fn a_finished_run_is_in_the_list_and_in_the_journal_word_for_word() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        let header = desk.finish().await;
        let line = journal_line(&story::report(&header));
        let rows = desk.store.runs(10, None, None).await.expect("rows");
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].run, rows[0].state), (header.run, Some(RunState::Finished)));
        assert_eq!(rows[0].verdict, Some(Verdict::Valid));
        assert_eq!(rows[0].main, Headline { ttft_ms: Some(50.0), tokens_per_second: Some(100.0) });
        assert_eq!(rows[0].mini, Headline::default());
        assert_eq!(desk.store.run_json(header.run).await.expect("json").as_deref(), Some(line.as_str()));
        assert_eq!(story::journal_text(dir.path()), line + "\n");
    });
}

#[test]
fn every_part_of_a_run_comes_back_as_it_was() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        let run = desk.finish().await.run;
        let store = desk.leave().await;
        assert_eq!(store.records(run).await.expect("records"), [story::exchange(0), story::exchange(1)]);
        assert_eq!(store.samples(run).await.expect("samples"), story::samples());
        assert_eq!(store.metrics(run, u32::MAX).await.expect("metrics"), [story::metric()]);
        assert_eq!(store.timeline_marks(run, u32::MAX).await.expect("marks"), [story::mark()]);
        let log = store.log(run, u32::MAX, None).await.expect("log");
        assert_eq!((log[0].level, log[0].message.as_str()), (LogLevel::Warn, "slow"));
        let row = &store.exchanges(run, u32::MAX, None).await.expect("rows")[1];
        assert_eq!((row.exchange, row.ttft_ms, row.output_tokens, row.chunks), (1, Some(50.0), Some(11), 11));
        assert_eq!(row.sent, story::exchange(1).sent);
    });
}

#[test]
fn every_ending_comes_back_as_it_was() {
    let endings = [
        Ending::Complete,
        Ending::Length,
        Ending::Cancelled,
        Ending::Stalled("for 30 s".into()),
        Ending::Truncated,
        Ending::Refused { status: 503, message: "busy".into() },
        Ending::Broken("reset".into()),
        Ending::Malformed("no JSON".into()),
    ];
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        let header = story::header();
        desk.tell(RunEvent::Queued(Arc::new(header.clone()))).await;
        for (n, ending) in (0..).zip(&endings) {
            let mut record = ExchangeRecord { target: Target::Mini, ..story::exchange(n) };
            record.trace.ending = ending.clone();
            desk.tell(RunEvent::Exchange { run: header.run, record: Arc::new(record) }).await;
        }
        let store = desk.leave().await;
        let records = store.records(header.run).await.expect("records");
        assert_eq!(records.into_iter().map(|r| r.trace.ending).collect::<Vec<_>>(), endings);
    });
}

#[test]
fn token_latencies_are_of_the_exchanges_that_the_summary_of_their_target_is_of() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        let header = story::header();
        desk.tell(RunEvent::Queued(Arc::new(header.clone()))).await;
        let told = [
            (Target::Main, false),
            (Target::Main, true),
            (Target::Main, false),
            (Target::Mini, true),
            (Target::Main, true),
            (Target::Main, false),
            (Target::Mini, true),
        ];
        for (n, (target, together)) in (0..).zip(told) {
            let record = ExchangeRecord { target, together, warm_up: false, ..story::exchange(n) };
            desk.tell(RunEvent::Exchange { run: header.run, record: Arc::new(record) }).await;
        }
        let store = desk.leave().await;
        let gaps = store.token_gaps(header.run).await.expect("gaps");
        let found: Vec<_> = gaps.iter().map(|g| (g.target, g.exchanges, g.of)).collect();
        // Alone where there is both; in company where there is nothing else.
        assert_eq!(found, [(Target::Main, 3, 3), (Target::Mini, 2, 2)]);
    });
}

#[test]
fn a_run_that_has_not_ended_shows_its_present_state() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        let header = story::header();
        desk.tell_all(&header).await;
        let store = desk.leave().await;
        let json = store.run_json(header.run).await.expect("json").expect("a run");
        assert!(json.starts_with("{\"schema\":1,\"run_id\":"), "{json}");
        assert!(json.contains("\"state\":\"measuring\",\"verdict\":null"), "{json}");
        assert_eq!(store.runs(1, None, None).await.expect("rows")[0].state, Some(RunState::Measuring));
        assert_eq!(store.run_json(story::header().run).await.expect("json"), None);
    });
}

#[test]
fn a_void_run_shows_no_headline_number() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        let mut report = story::report(&story::header());
        let void = Verdict::Void(vec!["the GPU throttled: \"heat\"\nand more".into()]);
        report.verdict = Some(void.clone());
        assert!(desk.tell_durably(RunEvent::Ended(Arc::new(report))).await);
        let row = desk.store.runs(1, None, None).await.expect("rows").remove(0);
        assert_eq!((row.main, row.verdict), (Headline::default(), Some(void)));
        assert_eq!(story::journal_text(dir.path()).lines().count(), 1);
    });
}

#[test]
fn the_list_is_cut_into_pages_and_by_scenario() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        let mut runs = Vec::new();
        for i in 0..5 {
            let mut header = story::header();
            header.scenario.name = if i == 2 { "dual".into() } else { "engine-speed".into() };
            runs.push(header.run);
            desk.tell(RunEvent::Ended(Arc::new(story::report(&header)))).await;
        }
        let store = desk.leave().await;
        let ids = |rows: Vec<crate::store::RunRow>| rows.into_iter().map(|r| r.run).collect::<Vec<_>>();
        assert_eq!(ids(store.runs(2, None, None).await.expect("rows")), [runs[4], runs[3]]);
        assert_eq!(ids(store.runs(9, Some(runs[3]), None).await.expect("rows")), [runs[2], runs[1], runs[0]]);
        assert_eq!(ids(store.runs(9, None, Some("dual")).await.expect("rows")), [runs[2]]);
        assert_eq!(ids(store.runs(9, Some(runs[2]), Some("dual")).await.expect("rows")), []);
    });
}

#[test]
fn a_runs_exchanges_log_and_metrics_are_cut_into_pages() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        let (header, other) = (story::header(), story::header());
        for h in [&header, &other] {
            desk.tell(RunEvent::Queued(Arc::new(h.clone()))).await;
        }
        for n in 0..5 {
            let line = |run, message| RunEvent::Log { run, at: Duration::ZERO, level: LogLevel::Info, message };
            desk.tell(RunEvent::Exchange { run: header.run, record: Arc::new(story::exchange(n)) }).await;
            desk.tell(line(other.run, "another run's".into())).await;
            desk.tell(line(header.run, n.to_string())).await;
            desk.tell(RunEvent::Metric { run: header.run, metric: story::metric() }).await;
        }
        let (store, run) = (desk.leave().await, header.run);
        let (mut exchanges, mut log) = (None, None);
        for expected in [vec![0, 1], vec![2, 3], vec![4], vec![]] {
            let rows = store.exchanges(run, 2, exchanges).await.expect("rows");
            assert_eq!(rows.iter().map(|r| r.exchange).collect::<Vec<_>>(), expected);
            exchanges = rows.last().map(|r| r.exchange).or(exchanges);
            let rows = store.log(run, 2, log).await.expect("rows");
            assert_eq!(rows.iter().filter_map(|r| r.message.parse::<u32>().ok()).collect::<Vec<_>>(), expected);
            log = rows.last().map(|r| r.log_line).or(log);
        }
        assert_eq!(store.metrics(run, 2).await.expect("rows").len(), 2);
    });
}

#[test]
fn a_reader_can_look_while_a_daemon_holds_the_store() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        let run = desk.finish().await.run;
        let refusal = story::open(dir.path()).await.expect_err("taken");
        assert!(matches!(refusal, StoreError::InUse { .. }), "{refusal}");
        let beside = History::open(&story::config(dir.path()).database).await.expect("readable");
        assert_eq!(beside.runs(9, None, None).await.expect("rows")[0].run, run);
    });
}

#[test]
fn health_counts_runs_and_bytes() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        desk.finish().await;
        let health = desk.store.health().await;
        assert_eq!((health.runs, health.write_error, health.waiting, health.lost), (Some(1), None, 0, 0));
        assert!(health.size_bytes > 1_000);
    });
}
