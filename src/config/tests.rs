use std::time::Duration;

use super::*;

fn load(toml: &str) -> Result<Config, String> {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join(FILE_NAME), toml).expect("written");
    Config::load(dir.path(), None, &[]).map_err(|e| e.to_string())
}

#[test]
fn nothing_configured_means_simulated_engines() {
    let config = load("").expect("empty is fine");
    assert!(matches!(config.engines, EngineSource::Simulated { .. }));
    assert!(config.server.listen.ip().is_loopback());
}

#[test]
fn an_unknown_key_names_the_nearest_known_one() {
    let error = load("[engines.main]\nbase_ulr = \"http://127.0.0.1:1\"\n").expect_err("a typo");
    assert!(error.contains("engines.main.base_ulr") && error.contains("engines.main.base_url"), "{error}");
}

#[test]
fn every_problem_is_told_at_once() {
    let error = load("[server]\nlisten = \"nowhere\"\n[engines.main]\nbase_url = \"ftp://x\"\ndialect = \"klingon\"\n")
        .expect_err("three problems");
    assert!(error.contains("server.listen") && error.contains("base_url") && error.contains("klingon"), "{error}");
}

#[test]
fn a_remote_pipeline_is_no_engine() {
    let error = load("[engines.mini]\nbase_url = \"http://127.0.0.1:1\"\ndialect = \"pipeline\"\n")
        .expect_err("the wrong place");
    assert!(error.contains("engines.mini.dialect") && error.contains("[pipeline]"), "{error}");
}

#[test]
fn a_bind_that_is_not_loopback_needs_a_token() {
    let error = load("[server]\nlisten = \"0.0.0.0:80\"\n").expect_err("no token");
    assert!(error.contains("token"), "{error}");
}

#[test]
fn a_token_that_no_cookie_or_address_can_carry_is_refused_and_not_shown() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join(FILE_NAME), "[server]\ntoken_file = \"key\"\n").expect("written");
    for (token, taken) in [
        ("0123456789abcdef", true),
        ("A-z.9_~0123456789", true),
        ("0123456789abcde", false),
        ("0123456789abcdef;", false),
        ("0123456789 abcdef", false),
        ("0123456789abcdef&", false),
        ("0123456789abcdéf", false),
    ] {
        std::fs::write(dir.path().join("key"), token).expect("written");
        let loaded = Config::load(dir.path(), None, &[]).map(|_| ()).map_err(|e| e.to_string());
        assert_eq!(loaded.is_ok(), taken, "{token}");
        let said = loaded.err().unwrap_or_default();
        assert!(!said.contains(token), "{said}");
    }
}

#[test]
fn a_secret_is_only_ever_a_reference_and_never_shown() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("key"), "canary-0123456789\n").expect("written");
    let toml =
        "[server]\ntoken_file = \"key\"\n[engines.main]\nbase_url = \"http://127.0.0.1:1\"\napi_key_file = \"key\"\n";
    std::fs::write(dir.path().join(FILE_NAME), toml).expect("written");
    let config = Config::load(dir.path(), None, &[]).expect("fine");
    assert_eq!(config.server.token.as_ref().map(Secret::expose), Some("canary-0123456789"));
    assert!(!format!("{config:?}").contains("canary"));
    let error =
        load("[engines.main]\napi_key = \"sk-1\"\nbase_url = \"http://127.0.0.1:1\"\n").expect_err("no literal");
    assert!(error.contains("api_key"), "{error}");
}

#[test]
fn every_limit_of_a_scenario_has_its_key() {
    let toml = "[scenarios]\nsettle_ms = 1\ncompile_ms = 2\ncpu_ms = 3\nwall_ms = 4\ngrace_ms = 5\n\
                describe_cpu_ms = 6\ndescribe_wall_ms = 7\ndescribe_memory_bytes = 8\nmodule_bytes = 9\n\
                memory_bytes = 10\nopen_exchanges = 11\ntable_elements = 12\nhost_call_bytes = 13\n\
                log_lines = 14\nlog_bytes = 15\nlog_line_bytes = 16\nmetrics = 17\nphases = 18\nstack_bytes = 65536\n\
                counters = 19\nmarks = 20\nusers = 21\nusers_memory_bytes = 22\ndata_files = 23\n\
                data_file_bytes = 24\ndata_bytes = 25\n";
    let config = load(toml).expect("all are known").scenario;
    // No `..`: a limit that is added needs a key here as well.
    let expected = crate::scenario::Config {
        folder: config.folder.clone(),
        data_folder: config.data_folder.clone(),
        await_runners: false,
        settle: Duration::from_millis(1),
        compile_time: Duration::from_millis(2),
        stack_bytes: 65536,
        describe_cpu: Duration::from_millis(6),
        describe_wall: Duration::from_millis(7),
        describe_memory_bytes: 8,
        module_bytes: 9,
        data_files: 23,
        data_file_bytes: 24,
        data_bytes: 25,
        limits: crate::scenario::Limits {
            cpu: Duration::from_millis(3),
            wall: Duration::from_millis(4),
            grace: Duration::from_millis(5),
            memory_bytes: 10,
            users_memory_bytes: 22,
            open_exchanges: 11,
            users: 21,
            table_elements: 12,
            host_call_bytes: 13,
            log_lines: 14,
            log_bytes: 15,
            log_line_bytes: 16,
            metrics: 17,
            counters: 19,
            marks: 20,
            phases: 18,
        },
    };
    assert_eq!(format!("{config:?}"), format!("{expected:?}"));
}

#[test]
fn a_stack_too_small_to_run_on_or_too_large_to_reserve_is_an_error() {
    for bytes in [1, 1 << 30] {
        let error = load(&format!("[scenarios]\nstack_bytes = {bytes}\n")).expect_err("out of range");
        assert!(error.contains("scenarios.stack_bytes") && error.contains("from 65536 to 16777216"), "{error}");
    }
}

#[test]
fn the_gpu_keys_reach_the_sampler_and_are_checked() {
    let config = load("[gpu]\nidle_rate_hz = 0.5\nsamples_max = 7\nlibrary = \"x\"\n").expect("fine");
    let expected = crate::gpu::Config { library: Some("x".into()), idle_rate_hz: 0.5, samples_max: 7 };
    assert_eq!(config.gpu, expected);
    assert_eq!(load("").expect("fine").gpu, crate::gpu::Config::default());
    for wrong in ["idle_rate_hz = 0.0", "idle_rate_hz = nan", "idle_rate_hz = 1e3", "samples_max = 0", "rate_hz = nan"]
    {
        let error = load(&format!("[gpu]\n{wrong}\n")).expect_err(wrong);
        assert!(error.starts_with(&format!("gpu.{}", wrong.split(' ').next().unwrap_or_default())), "{error}");
    }
}

#[test]
fn a_secret_that_would_break_a_header_is_refused_and_not_shown() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("key"), "canary\nX-Other: 1").expect("written");
    let toml = "[engines.main]\nbase_url = \"http://127.0.0.1:1\"\napi_key_file = \"key\"\n";
    std::fs::write(dir.path().join(FILE_NAME), toml).expect("written");
    let error = Config::load(dir.path(), None, &[]).expect_err("two lines").to_string();
    assert!(error.contains("engines.main.api_key") && !error.contains("canary"), "{error}");
}

#[test]
fn a_rate_that_the_gpu_cannot_be_sampled_at_is_an_error() {
    for rate in ["0.5", "101.0", "nan"] {
        let error = load(&format!("[gpu]\nrate_hz = {rate}\n")).expect_err(rate);
        assert!(error.contains("gpu.rate_hz") && error.contains("1 to 100"), "{error}");
    }
}

#[test]
fn flags_win_over_the_file() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join(FILE_NAME), "[server]\nlisten = \"127.0.0.1:1\"\n").expect("written");
    let flags = [Override::new("server.listen", "127.0.0.1:2")];
    let config = Config::load(dir.path(), None, &flags).expect("fine");
    assert_eq!(config.server.listen.port(), 2);
}

#[test]
fn simulated_engines_have_as_many_slots_as_asked() {
    let slots = |toml| match load(toml).expect("fine").engines {
        EngineSource::Simulated { slots, .. } => slots,
        other => panic!("{other:?}"),
    };
    assert_eq!((slots(""), slots("simulated.slots = 256")), (None, Some(256)));
    let refused = load("simulated.slots = 0").expect_err("no slot");
    assert!(refused.contains("simulated.slots: 0; 1 to 4096"), "{refused}");
}
