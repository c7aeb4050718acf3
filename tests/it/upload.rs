//! Scenarios brought over the API, and templates fetched from it.

use crate::daemon::{Daemon, fixture, folder};

#[test]
fn a_scenario_that_is_brought_is_live_and_a_bad_one_leaves_nothing() {
    let dir = folder();
    let scenarios = dir.path().join("scenarios-wasm");
    let daemon = Daemon::start(dir.path());
    let bring = |name: &str, bytes: Vec<u8>| daemon.post_file(&format!("/api/scenarios/{name}"), bytes);
    let quick = std::fs::read(fixture("quick.wat")).expect("a fixture");

    let taken = bring("quick.wat", quick.clone());
    assert_eq!((taken.status, &taken.json()["live"]), (201, &true.into()), "{}", taken.text);
    assert_eq!(std::fs::read(scenarios.join("quick.wat")).expect("it is there"), quick);
    let twice = bring("quick.wat", quick.clone());
    assert_eq!(twice.status, 409, "{}", twice.text);
    let replaced = bring("quick.wat?replace=true", quick.clone());
    assert_eq!(replaced.status, 201, "{}", replaced.text);

    let before = std::fs::read_dir(&scenarios).expect("a folder").count();
    let broken = bring("broken.wat", b"(module (func i32.addd))".to_vec());
    assert_eq!((broken.status, &broken.json()["problems"][0]["field"]), (422, &"not-wasm".into()), "{}", broken.text);
    let named_alike = bring("other.wat", quick.clone());
    assert_eq!(named_alike.status, 422, "{}", named_alike.text);
    assert!(named_alike.text.contains("already taken by `quick.wat`"), "{}", named_alike.text);
    for name in ["..%2Fout.wat", ".hidden.wat", "x.exe", "a%5Cb.wat"] {
        assert_eq!(bring(name, quick.clone()).status, 422, "{name}");
    }
    assert_eq!(bring("large.wasm", vec![0; 33 << 20]).status, 413);
    // A page of another site can send JSON-like texts and forms, but not this kind of content unasked.
    assert_eq!(daemon.post("/api/scenarios/form.wat", &serde_json::json!({})).status, 415);
    assert_eq!(std::fs::read_dir(&scenarios).expect("a folder").count(), before, "nothing else was written");
}

#[test]
fn each_language_has_a_template_to_fetch() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    let languages = daemon.get("/api/templates").json()["languages"].as_array().expect("a list").clone();
    assert!(languages.len() >= 9, "{languages:?}");
    for language in languages {
        let language = language.as_str().expect("a text");
        let archive = daemon.get(&format!("/api/templates/{language}.tar.gz"));
        assert_eq!((archive.status, archive.kind.as_str()), (200, "application/gzip"), "{language}");
    }
    assert_eq!(daemon.get("/api/templates/cobol.tar.gz").status, 404);
    assert_eq!(daemon.get("/api/templates/rust").status, 404);
}
