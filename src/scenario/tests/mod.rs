//! The scenario layer as a whole, with fixtures in WebAssembly text and a scripted host.

mod bounds;
mod data;
mod fake_host;
mod languages;
mod loading;
mod reloading;
mod rough;
mod running;
mod users;

use super::{Config, LoadError, Module, Runtime};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

static RUNTIME: LazyLock<Arc<Runtime>> = LazyLock::new(|| Runtime::new(&Config::default()).unwrap());

fn fixture_path(name: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join("tests/fixtures/scenarios").join(format!("{name}.wat"))
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(fixture_path(name)).unwrap()
}

/// The fixture as a core module in binary.
fn binary(name: &str) -> Vec<u8> {
    wat::parse_bytes(&fixture(name)).unwrap().into_owned()
}

/// The fixture as a component in binary.
fn component(name: &str) -> Vec<u8> {
    let module = binary(name);
    let contract = super::contract::Contract::parse().unwrap();
    let facts = super::inspect::inspect(&module).unwrap();
    let made = super::componentize::componentize(module.into(), &facts, &contract);
    made.unwrap().into_owned()
}

/// The fixture's text with some of it changed.
#[track_caller]
fn changed(name: &str, changes: &[(&str, &str)]) -> Vec<u8> {
    let mut text = String::from_utf8(fixture(name)).unwrap();
    for (old, new) in changes {
        assert!(text.contains(old), "{name} lacks {old}");
        text = text.replace(old, new);
    }
    text.into_bytes()
}

/// One line, at most 8 KiB, and nothing that commands a terminal.
#[track_caller]
fn harmless(message: &str) {
    assert!(!message.contains(|c: char| c.is_control() || c == '\u{202e}'), "{message:?}");
    assert!(message.len() <= (8 << 10) + '…'.len_utf8(), "{} bytes", message.len());
}

fn load(name: &str) -> Result<Module, LoadError> {
    RUNTIME.load(&format!("{name}.wat"), &fixture(name))
}
