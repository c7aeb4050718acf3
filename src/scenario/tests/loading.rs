//! From bytes to a module: what is taken, and in which words the rest is refused.

use super::{RUNTIME, binary, component, fixture, harmless, load};
use crate::scenario::inspect::{Binary, Facts, Name};
use crate::scenario::load::world;
use crate::scenario::{Config, LoadClass, Runtime, Target, Value};
use std::time::{Duration, Instant};

#[track_caller]
fn refused(file: &str, bytes: &[u8], class: &str, words: &str) {
    let error = RUNTIME.load(file, bytes).unwrap_err();
    let told = [Some(error.class.word()), error.class.detail()].into_iter().flatten();
    let told = told.collect::<Vec<_>>().join(" ");
    assert_eq!(told, class, "{error}");
    assert!(error.message.contains(words), "{error} lacks {words:?}");
    assert!(error.message.contains(file), "{error} lacks the file");
}

#[track_caller]
fn fixture_refused(name: &str, class: &str, words: &str) {
    refused(&format!("{name}.wat"), &fixture(name), class, words);
}

#[test]
fn text_core_module_and_component_are_the_same_scenario() {
    for (bytes, language) in [(fixture("hello"), Some("WAT")), (binary("hello"), None), (component("hello"), None)] {
        let module = RUNTIME.load("hello", &bytes).unwrap();
        assert_eq!(module.manifest.name, "hello");
        assert_eq!(module.manifest.targets, [Target::Main, Target::Mini]);
        let params = &module.manifest.params;
        assert_eq!(params[0].name, "tokens");
        assert_eq!(params[0].default, Value::Integer(16));
        assert_eq!((params[0].min, params[0].max), (Some(1.0), Some(256.0)));
        assert_eq!(params[0].unit.as_deref(), Some("tokens"));
        assert_eq!(params[1].default, Value::Text("mini".into()));
        assert_eq!(params[1].choices, ["main", "mini"]);
        assert_eq!(module.world, "dualbench:scenario@0.1.0");
        assert_eq!(module.language.as_deref(), language);
        assert_eq!(module.size_bytes, bytes.len() as u64);
        assert_eq!(module.sha256.len(), 64);
    }
}

#[test]
fn what_is_no_wasm_is_named() {
    refused("a.wasm", b"", "not-wasm", "empty");
    refused("a.wasm", b"\x7fELF\x02\x01", "not-wasm", "ELF");
    refused("a.wasm", b"\x1f\x8b\x08\x00", "not-wasm", "gzip");
    refused("a.wasm", b"<html>", "not-wasm", "no WebAssembly text");
    refused("a.wasm", b"\xff\xfe\x00", "not-wasm", "magic number");
    refused("a.wasm", b"\0asm", "not-wasm", "copied whole");
    refused("a.wasm", b"\0asm\x99\0\0\0", "not-wasm", "malformed");
    fixture_refused("unfinished", "not-wasm", "unfinished.wat:");
}

#[test]
fn a_file_above_the_limit_is_not_even_parsed() {
    let config = Config { module_bytes: 100, ..Config::default() };
    let runtime = Runtime::new(&config).unwrap();
    let error = runtime.load("a.wasm", &[0; 101]).unwrap_err();
    assert_eq!(error.class, LoadClass::TooLarge);
    assert!(error.message.contains("101 bytes, the limit is 100"), "{error}");
}

#[test]
fn no_prefix_of_a_component_or_module_is_taken() {
    for whole in [component("hello"), binary("quick")] {
        // The name section comes last and is decoration: without it the rest is whole.
        let mut taken = Vec::new();
        for length in (0..whole.len()).step_by(7) {
            match RUNTIME.load("cut.wasm", &whole[..length]) {
                Ok(_) => taken.push(length),
                Err(error) => assert!(
                    matches!(
                        error.class,
                        LoadClass::NotWasm
                            | LoadClass::WorldMismatch
                            | LoadClass::CompileFailed
                            | LoadClass::DescribeFailed(_)
                    ),
                    "{length}: {error}"
                ),
            }
        }
        assert!(taken.iter().all(|length| *length > whole.len() * 3 / 4), "{taken:?} of {}", whole.len());
    }
}

#[test]
fn an_unknown_import_is_told_with_the_nearest_known() {
    fixture_refused("unknown-import", "world-mismatch", "import `strat`");
    fixture_refused("unknown-import", "world-mismatch", "did you mean `start`?");
    fixture_refused("foreign-import", "world-mismatch", "import `env.moon`");
}

#[test]
fn a_newer_contract_is_told_with_both_versions() {
    fixture_refused("newer-api", "world-mismatch", "made for dualbench:scenario@0.2.0, this host offers 0.1.0");
}

#[test]
fn a_missing_export_is_told_with_the_nearest_there_is() {
    fixture_refused("no-describe", "world-mismatch", "no function `describe`; did you mean `descibe`?");
    let bare = b"(module (func (export \"describe\")) (func (export \"run\")))";
    refused("a.wat", bare, "world-mismatch", "no `memory`");
    refused("a.wat", b"(component)", "world-mismatch", "no function `describe`");
}

#[test]
fn everything_that_does_not_fit_is_told_at_once() {
    let bare =
        b"(module (import \"env\" \"moon\" (func)) (import \"env\" \"abort\" (func)) (import \"env\" \"moon\" (func)))";
    let told = [
        "6 things do not fit: (1) import `env.moon`, which this host does not offer; (2) import `env.abort`: compile",
        "(3) it exports no function `describe`; (4) it exports no function `run`; (5) it exports no `memory`",
        "(6) it exports no `cabi_realloc`",
        "(a scenario may import dualbench:scenario/data@0.1.0, dualbench:scenario/engines@0.1.0",
        "(a scenario exports `describe` and `run`;",
    ];
    for words in told {
        refused("a.wat", bare, "world-mismatch", words);
    }
}

#[test]
fn of_very_many_misfits_the_first_are_told_and_the_others_counted() {
    let imports: String = (0..5_000).map(|n| format!("(import \"env\" \"f{n}\" (func))")).collect();
    let module = format!("(module {imports})");
    refused("a.wat", module.as_bytes(), "world-mismatch", "5004 things do not fit: (1) import `env.f0`");
    refused(
        "a.wat",
        module.as_bytes(),
        "world-mismatch",
        "(8) import `env.f7`, which this host does not offer; and 4996 more (",
    );
}

#[test]
fn names_within_a_file_forge_no_line_of_an_error() {
    let long = "x".repeat(50_000);
    for name in ["a\\0aERROR forged\\1b[2J", "\\e2\\80\\ae", &long] {
        let imports = format!("(module (import \"{name}\" \"{name}\" (func)))");
        let ours = format!("(module (import \"dualbench:scenario/{name}\" \"f\" (func)))");
        let version = format!("(module (import \"dualbench:scenario/engines@9{name}\" \"f\" (func)))");
        let export = format!("(module (func (export \"describe{name}\")))");
        for module in [imports, ours, version, export] {
            let error = RUNTIME.load("a\n.wat", module.as_bytes()).unwrap_err();
            assert_eq!(error.class, LoadClass::WorldMismatch);
            harmless(&error.message);
        }
    }
}

#[test]
fn the_world_that_a_file_names_is_short_and_harmless() {
    let module = format!("dualbench:scenario/engines@0.1.0\nok: forged{}", "x".repeat(1_000));
    let import = Name { module, name: "start".to_owned() };
    let facts = Facts {
        binary: Binary::Module,
        imports: vec![import],
        exports: Vec::new(),
        has_component_type: false,
        language: None,
    };
    let world = world(&facts);
    assert!(world.starts_with("dualbench:scenario@0.1.0⏎ok") && world.len() < 100, "{world:?}");
}

#[test]
fn an_error_in_a_text_is_one_line_and_shows_its_place_beneath() {
    let error = load("unfinished").unwrap_err();
    harmless(&error.message);
    let place = error.backtrace.unwrap();
    assert!(place.starts_with("unfinished.wat:") && place.ends_with('^'), "{place}");
}

#[test]
fn only_what_says_nothing_of_the_file_is_transient() {
    assert!(load("loop-in-describe").unwrap_err().transient);
    for name in ["trap-in-describe", "rude-name", "unknown-import", "unfinished"] {
        assert!(!load(name).unwrap_err().transient, "{name}");
    }
}

#[test]
fn a_function_of_another_type_does_not_fit() {
    let text = String::from_utf8(fixture("quick")).unwrap();
    let wrong = text.replace("(export \"run\") (param i32 i32)", "(export \"run\") (param i32)");
    refused("a.wat", wrong.as_bytes(), "world-mismatch", "run");
}

#[test]
fn invalid_code_is_a_compile_error() {
    let component = component("quick");
    let mut broken = 0;
    // Damage in the code, not in the structure: find a byte whose change is a validation error.
    for at in (0..component.len()).step_by(3) {
        let mut damaged = component.clone();
        damaged[at] ^= 0x40;
        if let Err(error) = RUNTIME.load("damaged.wasm", &damaged) {
            broken += usize::from(error.class == LoadClass::CompileFailed);
        }
    }
    assert!(broken > 0);
}

#[test]
fn describe_is_bounded_in_every_way() {
    let began = Instant::now();
    fixture_refused("loop-in-describe", "describe-failed cpu", "CPU time");
    fixture_refused("loop-in-start", "describe-failed cpu", "CPU time");
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    fixture_refused("big-memory", "describe-failed memory", "1073741824 bytes of memory");
    fixture_refused("rude-name", "describe-failed invalid", "name `../../x` must be");
}

#[test]
fn a_trap_in_describe_names_the_functions_and_shows_the_log() {
    let error = load("trap-in-describe").unwrap_err();
    assert_eq!(error.class.detail(), Some("trap"), "{error}");
    assert!(error.message.contains("in `give_up`"), "{error}");
    let backtrace = error.backtrace.unwrap();
    assert!(backtrace.contains("give_up") && backtrace.contains("describe"), "{backtrace}");
    assert!(backtrace.contains("no luck today"), "{backtrace}");
}

#[test]
fn a_compile_without_end_is_given_up() {
    let config = Config { compile_time: Duration::from_millis(1), ..Config::default() };
    let runtime = Runtime::new(&config).unwrap();
    let functions = "(func (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))".repeat(20_000);
    let text = String::from_utf8(fixture("quick")).unwrap();
    let large = text.replacen("(global $heap", &format!("{functions} (global $heap"), 1);
    let error = runtime.load("large.wat", large.as_bytes()).unwrap_err();
    assert_eq!(error.class, LoadClass::CompileFailed);
    assert!(error.message.contains("not ready within 1ms"), "{error}");
    assert!(error.transient);
}

/// Not a benchmark: shows the figure, and fails only where something is off by an order of magnitude.
#[test]
fn a_small_module_loads_in_milliseconds() {
    load("hello").unwrap();
    let mut times: Vec<Duration> = (0..20)
        .map(|n| {
            let text = format!("{};; {n}\n", String::from_utf8(fixture("hello")).unwrap());
            let began = Instant::now();
            let module = RUNTIME.load("hello.wat", text.as_bytes()).unwrap();
            assert_eq!(module.compiler, if cfg!(target_arch = "x86_64") { "winch" } else { module.compiler });
            began.elapsed()
        })
        .collect();
    times.sort();
    println!("load of hello.wat: min {:?} median {:?} max {:?}", times[0], times[10], times[19]);
    assert!(times[0] < Duration::from_millis(500));
}

#[test]
fn a_module_tells_what_it_imports() {
    let module = RUNTIME.load("hello.wat", &fixture("hello")).unwrap();
    assert_eq!(module.imports, ["dualbench:scenario/engines@0.1.0", "dualbench:scenario/report@0.1.0"]);
}
