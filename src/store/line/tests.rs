use super::*;
use crate::events::{RunFailure, RunId};
use crate::measure::{Distribution, GpuSummary, Judged, Outcome, Verdict};
use crate::store::tests::story;

/// A run whose every value is known.
fn known() -> RunReport {
    let mut header = story::header();
    header.run = RunId::parse("0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000").expect("a UUID");
    header.scenario.sha256 = "abcd".into();
    RunReport { targets: Vec::new(), ..story::report(&header) }
}

fn keys(value: &Value) -> String {
    value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>().join(" ")
}

fn parsed(report: &RunReport) -> Value {
    serde_json::from_str(&journal_line(report)).expect("JSON")
}

#[test]
fn a_line_is_what_the_measures_say_word_for_word() {
    let line = concat!(
        r#"{"schema":1,"run_id":"0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000","started_at":"2026-11-23T14:05:00.250Z","#,
        r#""duration_ms":1234.0,"state":"finished","verdict":{"state":"valid","reasons":[]},"failure":null,"simulated":true,"#,
        r#""scenario":{"name":"engine-speed","version":"0.1.0","sha256":"abcd","world":"dualbench:scenario@0.1.0","language":"rust","data_sha256":null},"#,
        r#""params":{"engine":"main","repetitions":2,"rate":3.0,"warm":false},"seed":7,"#,
        r#""engines":{"main":{"dialect":"openai-chat","base_url":"http://127.0.0.1:41234","simulated":true,"#,
        r#""identity":{"model":"simulated-14b","build":null,"quantisation":null,"context_tokens":4096,"parameters":null,"#,
        r#""cpu_spill_bytes":null,"raw":{"id":"simulated-14b"}},"problem":null}},"#,
        r#""host":{"cpu":"a cpu","cores":2,"kernel":null,"gpu":null,"dualbench":"0.1.0"},"#,
        r#""targets":{},"phases":[],"interference":[],"drift":[],"gpu":null,"#,
        r#""client":{"scheduler_lag_p99_us":80.0,"coalesced":null,"scheduler_lag_max_us":null,"cpu_us_per_chunk":null,"store_wait_max_ms":0.0},"#,
        r#""metrics":[{"at_ms":900.0,"name":"recall","value":0.5,"unit":"share"}],"marks":[{"at_ms":400.0,"name":"cache filled"}],"counters":{"retries":3.0},"thresholds":[],"reasons_for_null":{"gpu":"no GPU"}}"#,
    );
    assert_eq!(journal_line(&known()), line);
}

#[test]
fn a_target_has_its_keys_in_order_and_nothing_missing_is_zero() {
    let report = story::report(&story::header());
    let main = &parsed(&report)["targets"]["main"];
    assert_eq!(
        keys(main),
        "exchanges population ttft_ms ttfo_ms itl_ms icl_ms tpot_ms e2e_ms tokens_per_second prefill_tokens_per_second \
         output_tokens throughput_tokens_per_second ledger headers_ms connect_ms start_delay_ms ttft_from_planned_ms \
         e2e_from_planned_ms e2e_tokens_per_second engine_tokens_per_second rate_is_upper_bound prompt_tokens \
         cached_prompt_tokens concurrency achieved_rate_per_second chunks coalesced asked_load"
    );
    assert_eq!(keys(&main["exchanges"]), "complete length failed cancelled warm_up");
    assert_eq!(main["ttft_from_planned_ms"], Value::Null);
    assert_eq!(main["output_tokens"], 22);
    assert_eq!(
        main["asked_load"].to_string(),
        r#"[{"phase":"main alone","requests":2,"arrival":"poisson","concurrency":null,"rate_per_second":4.5,"from_per_second":null,"stages":null,"max_open":8,"times":1,"started":2,"shed":1,"precision":{"asked":0.01,"reached":0.0075,"repetitions_asked":1}}]"#
    );
    assert_eq!(main["ledger"]["disagree"].to_string(), "[]");
    assert_eq!(main["coalesced"], 2.0 / 22.0);
}

#[test]
fn a_distribution_says_what_its_missing_percentiles_need() {
    let d = target::dist(&Distribution::of([5.0; 20]));
    assert_eq!(
        d.to_string(),
        "{\"n\":20,\"min\":5.0,\"mean\":5.0,\"median\":5.0,\"max\":5.0,\"p50\":5.0,\"p90\":null,\"p95\":null,\"p99\":null,\
         \"p97\":null,\"p99.9\":null,\"ci95_median\":[5.0,5.0],\"needs\":{\"p90\":64,\"p95\":130,\"p99\":662,\"p97\":219,\"p99.9\":6636}}"
    );
    assert_eq!(target::dist(&None), Value::Null);
}

#[test]
fn what_a_gpu_does_not_tell_is_null_with_its_reason() {
    let gpu = GpuSummary {
        vram_max_bytes: Some(7),
        reasons_for_null: vec![("energy_j", "no power".to_owned())],
        ..GpuSummary::default()
    };
    let line = parsed(&RunReport { gpu: Some(gpu), reasons_for_null: Vec::new(), ..known() });
    assert!(keys(&line["gpu"]).starts_with("vram_at_peak_bytes vram_max_bytes peak_at_ms energy_j "));
    assert_eq!((&line["gpu"]["vram_max_bytes"], &line["gpu"]["energy_j"]), (&Value::from(7), &Value::Null));
    assert_eq!(line["reasons_for_null"]["gpu.energy_j"], "no power");
}

#[test]
fn a_threshold_that_cannot_be_decided_says_why() {
    let held = Judged { expr: "failed < 1".into(), value: Some(0.0), outcome: Outcome::Held, reason: None };
    let open = Judged {
        expr: "ttft_ms.p95 < 400".into(),
        value: None,
        outcome: Outcome::NotDecidable,
        reason: Some("main: p95 needs 130 values, there are 20".into()),
    };
    let line = parsed(&RunReport { thresholds: vec![held, open], ..known() });
    assert_eq!(
        line["thresholds"].to_string(),
        r#"[{"expr":"failed < 1","value":0.0,"outcome":"held"},{"expr":"ttft_ms.p95 < 400","value":null,"outcome":"not-decidable"}]"#
    );
    assert_eq!(line["reasons_for_null"]["thresholds[1].value"], "main: p95 needs 130 values, there are 20");
}

#[test]
fn no_text_breaks_the_line() {
    let nasty = "two\nlines \u{2028} \"quoted\" \u{0}";
    let mut report = known();
    report.verdict = Some(Verdict::Void(vec![nasty.into()]));
    report.failure = Some(RunFailure { class: "trap".into(), message: nasty.into(), backtrace: Some(nasty.into()) });
    report.metrics[0].value = f64::NAN;
    let line = journal_line(&report);
    assert_eq!(line.lines().count(), 1);
    assert_eq!(parsed(&report)["failure"]["message"], nasty);
    assert_eq!(parsed(&report)["metrics"][0]["value"], Value::Null);
}

#[test]
fn a_header_comes_back_from_its_line() {
    let mut header = story::header();
    // What the engine said is kept as JSON, not as bytes.
    header.engines[0].identity.as_mut().expect("an identity").raw = Some("{\"id\":1}".into());
    assert_eq!(Head::parse(&header_line(&header, RunState::Queued)), Some(header));
}

#[test]
fn phases_and_drifts_have_their_keys_in_order() {
    let summary = crate::measure::PhaseSummary {
        phase: "256 tokens".into(),
        target: Target::Mini,
        n: 3,
        failed: 0,
        ttft_ms: Some(32.0),
        tokens_per_second: None,
        prefill_tokens_per_second: None,
        prompt_tokens: Some(256.0),
        throughput_tokens_per_second: None,
        concurrency: None,
        achieved_rate_per_second: None,
        vram_at_peak_bytes: Some(7),
    };
    let slope = crate::measure::Drift {
        target: None,
        measure: "vram_used_bytes",
        n: 12,
        mean: 9.0,
        per_hour: 0.5,
        interval: Some((0.25, 0.75)),
    };
    let line = parsed(&RunReport { phases: vec![summary], drift: vec![slope], ..known() });
    assert_eq!(
        keys(&line["phases"][0]),
        "phase target n failed ttft_ms tokens_per_second prefill_tokens_per_second prompt_tokens \
         throughput_tokens_per_second concurrency achieved_rate_per_second vram_at_peak_bytes"
    );
    assert_eq!(line["phases"][0]["tokens_per_second"], Value::Null);
    assert_eq!(
        line["drift"][0].to_string(),
        r#"{"target":null,"measure":"vram_used_bytes","n":12,"mean":9.0,"per_hour":0.5,"ci95":[0.25,0.75]}"#
    );
}
