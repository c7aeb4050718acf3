//! A folder that is treated roughly: editors, copiers, lost events, bombs, and changes at any moment.

use super::fake_host::{FakeHost, Script};
use super::reloading::{Folder, until};
use super::{RUNTIME, component, fixture};
use crate::scenario::{Config, Invocation, Limits, Module, run};
use rand::{RngExt, SeedableRng, rngs::ChaCha12Rng};
use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use wasmparser::{Parser, Payload};

/// Where the top-level sections of a binary end, the last one left out; with whether anything but decoration follows.
fn boundaries(binary: &[u8]) -> Vec<(usize, bool)> {
    let mut sections = Vec::new();
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(binary) {
        let payload = payload.unwrap();
        let decoration = matches!(payload, Payload::CustomSection(_));
        match payload {
            Payload::Version { .. } => continue,
            Payload::ModuleSection { ref unchecked_range, .. }
            | Payload::ComponentSection { ref unchecked_range, .. } => {
                depth += 1;
                sections.push((unchecked_range.end, false));
            }
            Payload::End(_) => depth -= i32::from(depth > 0),
            _ if depth == 0 => sections.extend(payload.as_section().map(|(_, range)| (range.end, decoration))),
            _ => {}
        }
    }
    let follows = |at: usize| sections[at + 1..].iter().any(|(_, decoration)| !decoration);
    (0..sections.len() - 1).map(|at| (sections[at].0, follows(at))).collect()
}

#[test]
fn a_component_cut_between_two_sections_never_goes_live() {
    let mut cuts = 0;
    for whole in [component("hello"), component("quick"), super::binary("hello")] {
        for (length, needed) in boundaries(&whole).into_iter().filter(|(_, needed)| *needed) {
            assert!(needed && RUNTIME.load("cut.wasm", &whole[..length]).is_err(), "{length} of {}", whole.len());
            cuts += 1;
        }
    }
    assert!(cuts > 20, "only {cuts} cuts");
}

#[test]
fn a_slow_copy_that_stops_between_sections_shows_nothing_but_the_whole() {
    let mut folder = Folder::new();
    folder.settle = Duration::from_secs(1);
    let folder = folder.open();
    let whole = component("hello");
    let mut file = fs::File::create(folder.path("a.wasm")).unwrap();
    let mut from = 0;
    for (to, _) in boundaries(&whole) {
        file.write_all(&whole[from..to]).unwrap();
        from = to;
        thread::sleep(Duration::from_millis(20));
        assert!(folder.catalogue().get("hello").is_none());
    }
    file.write_all(&whole[from..]).unwrap();
    until(|| folder.catalogue().get("hello").is_some(), || folder.told());
    assert_eq!(folder.catalogue().get("hello").unwrap().size_bytes, whole.len() as u64);
}

#[test]
fn a_file_still_written_while_the_watch_opens_is_read_when_it_rests() {
    let mut folder = Folder::new();
    folder.settle = Duration::from_secs(1);
    folder.write(".whole", "alpha");
    let whole = fs::read(folder.path(".whole")).unwrap();
    let path = folder.path("a.wat");
    fs::write(&path, &whole[..40]).unwrap();
    let writer = {
        let whole = whole.clone();
        thread::spawn(move || {
            let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
            for byte in &whole[40..140] {
                thread::sleep(Duration::from_millis(15));
                file.write_all(&[*byte]).unwrap();
            }
            file.write_all(&whole[140..]).unwrap();
        })
    };
    let folder = folder.open();
    let told = folder.told();
    assert!(writer.is_finished() || told.is_empty(), "{told}");
    writer.join().unwrap();
    folder.becomes("alpha:a.wat:ready");
}

/// What editors do at `:w`, Ctrl-S and C-x C-s, their temporary files among it. The scenario never stops serving.
#[test]
fn saving_as_editors_save_changes_the_version_and_nothing_else() {
    let folder = Folder::new();
    folder.write("a.wat", "alpha");
    let folder = folder.open();
    let serves = || folder.told().split(' ').count() == 1 && folder.told().contains(":a.wat:ready");
    let settles = |name: &str| {
        until(
            || {
                assert!(serves(), "{}", folder.told());
                folder.catalogue().get(name).is_some()
            },
            || folder.told(),
        );
    };
    // vim: a probe, the old file aside, the new one in its place, a swap file beside it.
    fs::write(folder.path(".a.wat.swp"), "swap").unwrap();
    fs::write(folder.path("4913"), "").unwrap();
    fs::remove_file(folder.path("4913")).unwrap();
    fs::rename(folder.path("a.wat"), folder.path("a.wat~")).unwrap();
    folder.write("a.wat", "bravo");
    fs::remove_file(folder.path("a.wat~")).unwrap();
    settles("bravo");
    // Emacs: a lock that is a link to nowhere, an autosave, a backup.
    symlink("me@here.1234:5678", folder.path(".#a.wat")).unwrap();
    fs::write(folder.path("#a.wat#"), "half").unwrap();
    fs::copy(folder.path("a.wat"), folder.path("a.wat~")).unwrap();
    folder.write("a.wat", "gamma");
    settles("gamma");
    // GNOME, KDE and most others: a file of a chance name, renamed over the old one.
    folder.write(".goutputstream-X2B4", "delta");
    fs::rename(folder.path(".goutputstream-X2B4"), folder.path("a.wat")).unwrap();
    settles("delta");
}

#[test]
fn a_file_deleted_and_restored_serves_all_the_while_or_again() {
    let folder = Folder::new();
    folder.write("a.wat", "alpha");
    folder.write("b.wat", "bravo");
    let folder = folder.open();
    let away = folder.root.path().join("away.wat");
    fs::rename(folder.path("b.wat"), &away).unwrap();
    folder.becomes("alpha:a.wat:ready");
    fs::rename(&away, folder.path("b.wat")).unwrap();
    folder.becomes("alpha:a.wat:ready bravo:b.wat:ready");
    let before = folder.catalogue().get("bravo").unwrap();
    let measured = |on| folder.measure(on);
    // During a run the disk may do what it wants.
    measured(true);
    fs::rename(folder.path("b.wat"), &away).unwrap();
    folder.let_forget();
    fs::rename(&away, folder.path("b.wat")).unwrap();
    measured(false);
    folder.let_forget();
    assert_eq!(folder.told(), "alpha:a.wat:ready bravo:b.wat:ready");
    assert!(Arc::ptr_eq(&before, &folder.catalogue().get("bravo").unwrap()));
}

/// As after an overflow of the system's queue. A write through a name outside of the folder makes no event in it.
#[test]
fn a_change_whose_event_is_lost_is_found_all_the_same() {
    let folder = Folder::new();
    folder.write("a.wat", "alpha");
    let outside = folder.root.path().join("outside.wat");
    fs::hard_link(folder.path("a.wat"), &outside).unwrap();
    folder.write(".b", "bravo");
    let bravo = fs::read(folder.path(".b")).unwrap();
    let folder = folder.open();
    fs::write(&outside, bravo).unwrap();
    folder.becomes("bravo:a.wat:ready");
}

#[test]
fn a_link_that_is_turned_out_of_the_folder_leaves_the_good_version_serving() {
    let folder = Folder::new();
    folder.write("inside", "alpha");
    folder.write(".out", "bravo");
    fs::rename(folder.path(".out"), folder.root.path().join("outside.wat")).unwrap();
    symlink("inside", folder.path("a.wat")).unwrap();
    let folder = folder.open();
    assert_eq!(folder.told(), "alpha:a.wat:ready");
    symlink("../outside.wat", folder.path(".new")).unwrap();
    fs::rename(folder.path(".new"), folder.path("a.wat")).unwrap();
    folder.becomes("alpha:a.wat:stale");
    assert!(folder.failure("a.wat").contains("leads out of the folder is not followed: copy the file"));
    // Nor does a folder in between lead out.
    fs::create_dir(folder.root.path().join("other")).unwrap();
    folder.write(".out", "gamma");
    fs::rename(folder.path(".out"), folder.root.path().join("other/g.wat")).unwrap();
    symlink("../other", folder.path("dir")).unwrap();
    symlink("dir/g.wat", folder.path("g.wat")).unwrap();
    folder.becomes("alpha:a.wat:stale g:g.wat:broken");
    assert!(folder.failure("g.wat").contains("leads out of the folder"), "{}", folder.failure("g.wat"));
}

#[test]
fn five_hundred_modules_are_all_served() {
    let folder = Folder::new();
    for n in 0..500 {
        folder.write(&format!("{n}.wat"), &format!("m{n:04}"));
    }
    let folder = folder.open();
    let entries = folder.catalogue().snapshot();
    assert_eq!(entries.len(), 500);
    assert!(entries.iter().all(|entry| entry.ready.is_some() && entry.failure.is_none()));
    folder.write("499.wat", "other");
    until(|| folder.catalogue().get("other").is_some(), || "the last one stays".to_owned());
    assert!(folder.catalogue().get("m0499").is_none());
}

/// Fifty thousand functions of some length each: it serves, or is given up at the deadline; the others serve on.
#[test]
fn a_compile_bomb_is_bounded_and_harms_no_other_scenario() {
    let config = Config { compile_time: Duration::from_secs(5), ..Config::default() };
    let folder = Folder::alone(&config);
    folder.write("a.wat", "alpha");
    let folder = folder.open();
    let body = "(local.set 0 (i32.mul (local.get 0) (i32.const 7)))".repeat(4);
    let bomb = format!("{} (global $heap", format!("(func (param i32) {body})").repeat(50_000));
    let text = String::from_utf8(fixture("quick")).unwrap().replacen("(global $heap", &bomb, 1);
    fs::write(folder.path("bomb.wat"), text).unwrap();
    let bomb = || folder.catalogue().snapshot().iter().find(|entry| entry.file == "bomb.wat").cloned();
    until(
        || {
            assert!(folder.catalogue().get("alpha").is_some());
            bomb().is_some()
        },
        || folder.told(),
    );
    let bomb = bomb().unwrap();
    let given_up = bomb.failure.as_ref().is_some_and(|failure| failure.message.contains("not ready within 5s"));
    assert!(bomb.ready.is_some() || given_up, "{:?}", bomb.failure);
    folder.write("a.wat", "bravo");
    until(|| folder.catalogue().get("bravo").is_some(), || folder.told());
}

#[test]
fn a_file_that_changes_while_it_compiles_ends_as_its_last_version() {
    let slow = Config { describe_cpu: Duration::from_millis(500), ..Config::default() };
    let folder = Folder::alone(&slow);
    folder.write("a.wat", "alpha");
    let folder = folder.open();
    for last in ["bravo", "gamma"] {
        // Half a second of `describe`, in which the file becomes another.
        fs::write(folder.path("a.wat"), fixture("loop-in-describe")).unwrap();
        until(|| folder.is_describing(), || "nothing describes itself".to_owned());
        folder.write("a.wat", last);
        until(|| folder.catalogue().get(last).is_some(), || folder.told());
        folder.becomes(&format!("{last}:a.wat:ready"));
    }
}

/// One of the ways in which a file comes to change.
fn disturb(folder: &std::path::Path, versions: &[Vec<u8>], dice: &mut ChaCha12Rng) {
    let file = folder.join("a.wat");
    let version = &versions[dice.random_range(0..versions.len())];
    match dice.random_range(0..5) {
        0 => fs::write(&file, version).unwrap(),
        1 => {
            fs::write(folder.join(".new"), version).unwrap();
            fs::rename(folder.join(".new"), &file).unwrap();
        }
        2 => drop(fs::remove_file(&file)),
        3 => fs::write(&file, &version[..dice.random_range(0..version.len())]).unwrap(),
        _ => {
            let (first, rest) = version.split_at(dice.random_range(0..version.len()));
            let mut file = fs::File::create(&file).unwrap();
            file.write_all(first).unwrap();
            thread::sleep(Duration::from_millis(dice.random_range(0..20)));
            file.write_all(rest).unwrap();
        }
    }
}

/// Asks for an answer chunk by chunk, 15 ms each, and says its version in a metric.
fn versions() -> Vec<Vec<u8>> {
    let text = String::from_utf8(fixture("hello")).unwrap();
    let count = "(f64.convert_i32_u (local.get $chunks))";
    assert!(text.contains(count));
    let version =
        |n: usize| text.replace("\"0.1.0\"", &format!("\"0.1.{n}\"")).replace(count, &format!("(f64.const {n})"));
    (0..8).map(|n| version(n).into_bytes()).collect()
}

async fn says(module: Arc<Module>) -> String {
    let host = Arc::new(FakeHost::new(Script::Slow(3)));
    let arguments = crate::scenario::arguments(&module.manifest, &[]).unwrap();
    let running = Arc::clone(&host) as _;
    let (limits, cancel) = (Limits::default(), CancellationToken::new());
    run(Invocation { module, arguments, host: running, limits, cancel, seed: 1 }).await.unwrap();
    let words = host.told().words.clone();
    words.iter().find_map(|word| word.strip_prefix("metric chunks=")?.strip_suffix(" count")).unwrap().to_owned()
}

#[tokio::test]
async fn a_thousand_changes_at_chance_moments_never_change_a_run() {
    let mut folder = Folder::new();
    folder.settle = Duration::from_millis(10);
    let versions = versions();
    fs::write(folder.path("a.wat"), &versions[0]).unwrap();
    let folder = folder.open();
    let (home, done) = (folder.root.path().join("in"), Arc::new(AtomicBool::new(false)));
    let (ended, sources) = (Arc::clone(&done), versions.clone());
    let changing = thread::spawn(move || {
        let mut dice = ChaCha12Rng::seed_from_u64(4);
        for _ in 0..1_000 {
            disturb(&home, &sources, &mut dice);
            thread::sleep(Duration::from_millis(dice.random_range(0..40)));
        }
        ended.store(true, Ordering::Release);
    });
    let (mut runs, mut seen) = (0, std::collections::BTreeSet::new());
    while !done.load(Ordering::Acquire) {
        let Some(module) = folder.catalogue().get("hello") else {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        };
        let sha = module.sha256.clone();
        let version = format!("0.1.{}", says(Arc::clone(&module)).await);
        assert_eq!((&module.sha256, &module.manifest.version), (&sha, &version));
        let source = &versions[version[4..].parse::<usize>().unwrap()];
        assert_eq!(sha, crate::scenario::load::sha256(source), "only whole versions are served");
        runs += 1;
        seen.insert(version);
    }
    changing.join().unwrap();
    assert!(runs > 5 && seen.len() > 1, "{runs} runs of {seen:?}");
    fs::write(folder.path("a.wat"), &versions[7]).unwrap();
    until(
        || folder.catalogue().get("hello").is_some_and(|module| module.manifest.version == "0.1.7"),
        || folder.told(),
    );
    folder.becomes("hello:a.wat:ready");
}
