//! Builds the cockpit (`web/`) into `web/dist`, which `src/api/assets.rs` embeds, and the runner of JavaScript scripts.
//! Needs Node and npm, nothing else.

#[path = "runners/build.rs"]
mod runner;

use std::fs::File;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};
use std::{env, fs, io};

/// What `web/package.json` asks for under `engines`.
const NODE_MAJOR: u32 = 20;
/// Everything whose change makes another cockpit.
const SOURCES: [&str; 4] = ["web/src", "web/build.mjs", "web/package.json", "web/package-lock.json"];
/// A copy of the lock file that `node_modules` was installed from.
const INSTALLED: &str = "web/node_modules/.installed-lock.json";
const PAGE: &str = "web/dist/index.html";
const SKIP: &str = "DUALBENCH_SKIP_WEB";

fn main() {
    println!("cargo::rerun-if-env-changed={SKIP}");
    println!("cargo::rerun-if-changed=build.rs");
    // The page is watched too, so that a deleted `web/dist` is built again.
    for path in SOURCES.iter().chain([&PAGE]) {
        println!("cargo::rerun-if-changed={path}");
    }
    // A template that was added since is embedded too: cargo itself watches only the files that it saw.
    for folder in templates() {
        println!("cargo::rerun-if-changed={folder}");
    }
    let built = if env::var_os(SKIP).is_some_and(|value| value == "1") { write_placeholder() } else { build() };
    if let Err(problem) = built.and_then(|()| age(PAGE)).and_then(|()| runner::build()) {
        for line in problem.lines() {
            println!("cargo::error={line}");
        }
        std::process::exit(1);
    }
}

/// `sdk` itself, and of each language what `dualbench new` copies.
fn templates() -> Vec<String> {
    let languages = fs::read_dir("sdk").into_iter().flatten().flatten().map(|entry| entry.path());
    let parts = languages.flat_map(|language| ["template", "lib", "src"].map(|part| language.join(part)));
    let parts = parts.filter(|part| part.is_dir()).map(|part| part.display().to_string());
    parts.chain(["sdk/wit".to_owned()]).collect()
}

fn build() -> Result<(), String> {
    let cure = format!("or set {SKIP}=1 to build the daemon without its web page");
    check_node("the cockpit", &cure)?;
    // Two cargo builds with two target folders share this one web folder.
    let lock = File::create("web/.build-lock").map_err(|e| format!("web/.build-lock cannot be written: {e}"))?;
    lock.lock().map_err(|e| format!("web/.build-lock cannot be locked: {e}"))?;
    if !is_installed() {
        npm_in("web", &["ci", "--no-audit", "--no-fund"], &cure)?;
        fs::copy("web/package-lock.json", INSTALLED).map_err(|e| format!("{INSTALLED} cannot be written: {e}"))?;
    }
    npm_in("web", &["run", "--silent", "build"], &cure)
}

fn is_installed() -> bool {
    match (fs::read("web/package-lock.json"), fs::read(INSTALLED)) {
        (Ok(wanted), Ok(installed)) => wanted == installed,
        _ => false,
    }
}

/// `what` is built with it; `otherwise` says how to do without.
fn check_node(what: &str, otherwise: &str) -> Result<(), String> {
    let found = Command::new("node").arg("--version").output();
    let version = match found {
        Ok(Output { status, stdout, .. }) if status.success() => String::from_utf8_lossy(&stdout).trim().to_owned(),
        Ok(_) | Err(_) => {
            return Err(format!(
                "{what} needs Node {NODE_MAJOR} or newer, and `node` is not on the PATH\n{}",
                cure(otherwise)
            ));
        }
    };
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE_MAJOR) {
        return Err(format!("{what} needs Node {NODE_MAJOR} or newer, and `node` is {version}\n{}", cure(otherwise)));
    }
    Ok(())
}

fn cure(otherwise: &str) -> String {
    format!(
        "install Node {NODE_MAJOR} or newer with npm (https://nodejs.org, or your system's packages `nodejs` and `npm`), \
         {otherwise}"
    )
}

/// Runs npm in a folder. Its output is shown only when it fails: cargo reads standard output.
fn npm_in(folder: &str, arguments: &[&str], otherwise: &str) -> Result<(), String> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let shown = format!("npm {}", arguments.join(" "));
    let output = Command::new(program).args(arguments).current_dir(folder).output();
    let output = output.map_err(|e| format!("`npm` cannot be run: {e}\n{}", cure(otherwise)))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned()).join("\n");
    let hint = match arguments.first() {
        Some(&"ci") => {
            format!(
                "the first build fetches packages from the npm registry; without it, {}",
                otherwise.trim_start_matches("or ")
            )
        }
        _ => format!("`npm {}` in {folder}/ tells more", arguments.join(" ")),
    };
    Err(format!("`{shown}` in {folder}/ ended with {}\n{said}\n{hint}", output.status))
}

fn write_placeholder() -> Result<(), String> {
    let page = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>dualbench</title>\n\
         <h1>dualbench</h1>\n<p>The cockpit was not built: the daemon was compiled with {SKIP}=1. \
         The API is served all the same, for example <a href=\"/api/health\">/api/health</a>.</p>\n</html>\n"
    );
    remove_if_there("web/dist")
        .and_then(|()| fs::create_dir_all("web/dist"))
        .and_then(|()| fs::write(PAGE, page))
        .map_err(|e| format!("{PAGE} cannot be written: {e}"))
}

fn remove_if_there(folder: &str) -> io::Result<()> {
    if Path::new(folder).exists() { fs::remove_dir_all(folder) } else { Ok(()) }
}

/// Dates the page back by a day. Cargo runs this script again when a watched file is newer than the last run's start, and the page, written during it, always would be.
#[expect(clippy::disallowed_methods, reason = "a build script has no other clock")]
fn age(page: &str) -> Result<(), String> {
    let yesterday = SystemTime::now() - Duration::from_secs(24 * 60 * 60);
    let dated = File::options().write(true).open(page).and_then(|file| file.set_modified(yesterday));
    dated.map_err(|e| format!("{page} cannot be dated: {e}"))
}
