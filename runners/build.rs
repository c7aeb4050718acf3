// Makes the JavaScript runner (`runners/js`), which `src/scenario/script/runners.rs` embeds. Part of the build script.

use super::{check_node, npm_in};
use std::fs::File;
use std::path::Path;
use std::{env, fs};

const FOLDER: &str = "runners/js";
/// A copy of the lock file that `node_modules` was installed from.
const INSTALLED: &str = "runners/js/node_modules/.installed-lock.json";
const LOCK: &str = "runners/js/package-lock.json";
const SKIP: &str = "DUALBENCH_SKIP_RUNNER";
/// Everything whose change makes another runner.
const SOURCES: [&str; 7] = [
    "runners/js/runner.js",
    "runners/js/build.mjs",
    "runners/js/package.json",
    LOCK,
    "runners/wit",
    "sdk/wit",
    "sdk/javascript/lib",
];

/// Leaves an empty file where it is told to skip: then plain scripts are refused with the cure.
pub fn build() -> Result<(), String> {
    println!("cargo::rerun-if-env-changed={SKIP}");
    SOURCES.iter().for_each(|path| println!("cargo::rerun-if-changed={path}"));
    let folder = env::var_os("OUT_DIR").ok_or("cargo sets no OUT_DIR")?;
    let out = Path::new(&folder).join("runner-js.wasm");
    if env::var_os(SKIP).is_some_and(|value| value == "1") {
        return fs::write(&out, []).map_err(|e| format!("{} cannot be written: {e}", out.display()));
    }
    let cure = format!("or set {SKIP}=1 to build dualbench without plain .js and .ts scenarios");
    check_node("the JavaScript runner", &cure)?;
    // Two cargo builds with two target folders share this one folder.
    let lock = File::create(format!("{FOLDER}/.build-lock"));
    lock.and_then(|lock| lock.lock().map(|()| lock)).map_err(|e| format!("{FOLDER}/.build-lock: {e}")).and_then(
        |_held| {
            if fs::read(LOCK).ok() != fs::read(INSTALLED).ok() {
                npm_in(FOLDER, &["ci", "--no-audit", "--no-fund"], &cure)?;
                fs::copy(LOCK, INSTALLED).map_err(|e| format!("{INSTALLED} cannot be written: {e}"))?;
            }
            npm_in(FOLDER, &["run", "--silent", "build", "--", &out.display().to_string()], &cure)
        },
    )
}
