//! Debian's Rust for the web, unpacked into a folder of ours and never installed: a compiler and the sources of its
//! standard library, for machines that have no other way to the WebAssembly target. Versions are whatever apt offers.

use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What is needed; what these depend on is found out.
const PACKAGES: [&str; 2] = ["rustc-web", "rust-web-src"];
/// Dependencies that whoever compiled this program has already, under whatever name.
const AT_HAND: [&str; 4] = ["gcc", "binutils", "libc-dev", "libc6-dev"];

pub fn has_apt() -> bool {
    let quiet = |program| Command::new(program).arg("--version").stdout(Stdio::null()).status();
    quiet("apt-get").is_ok() && quiet("dpkg-deb").is_ok()
}

/// The compiler in `folder`; downloaded (about 140 MB) and unpacked (about 0.7 GB) the first time.
pub fn rustc(folder: &Path) -> Result<PathBuf> {
    let root = folder.join("root");
    let script = folder.join("rustc");
    if !script.is_file() {
        println!("downloading Debian's rustc-web into {}", folder.display());
        let debs = folder.join("debs");
        let unpacked = folder.join("unpacked");
        for stale in [&debs, &unpacked, &root] {
            if stale.exists() {
                fs::remove_dir_all(stale)?;
            }
        }
        fs::create_dir_all(&debs)?;
        download(&debs)?;
        unpack(&debs, &unpacked)?;
        fs::rename(&unpacked, &root)?;
        fs::remove_dir_all(&debs)?;
        write_script(&script, &root)?;
    }
    Ok(script)
}

fn download(debs: &Path) -> Result<()> {
    // Only root may refresh the lists; others make do with those that are there.
    let _ = Command::new("apt-get").args(["update", "-qq"]).stderr(Stdio::null()).status();
    let packages = with_dependencies()?;
    let status = Command::new("apt-get")
        .args(["download", "-qq"])
        .args(&packages)
        .current_dir(debs)
        .status()
        .context("cannot start apt-get")?;
    if !status.success() {
        let packages: Vec<String> = packages.into_iter().collect();
        bail!("apt-get cannot download {}", packages.join(" "));
    }
    Ok(())
}

/// The packages and whatever they need that this machine does not have.
fn with_dependencies() -> Result<BTreeSet<String>> {
    let mut packages = BTreeSet::new();
    let mut open: Vec<String> = PACKAGES.map(str::to_owned).into();
    while let Some(package) = open.pop() {
        let listed = output("apt-cache", &["depends", &package])?;
        open.extend(dependencies(&listed).filter(|name| is_needed(name) && !packages.contains(name)));
        packages.insert(package);
    }
    Ok(packages)
}

/// The real packages among `apt-cache depends`: virtual ones stand in `<…>`, alternatives to the next line begin with `|`.
fn dependencies(listed: &str) -> impl Iterator<Item = String> {
    listed
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("Depends: "))
        .filter(|name| !name.starts_with('<'))
        .map(str::to_owned)
}

/// Parts of the toolchain must lie together, so they are taken even where they are installed.
fn is_needed(package: &str) -> bool {
    if AT_HAND.contains(&package) {
        return false;
    }
    let status = output("dpkg-query", &["-W", "-f", "${db:Status-Status}\n", package]);
    let installed = |text: String| text.lines().any(|line| line == "installed");
    package.contains("rust") || !status.is_ok_and(installed)
}

fn unpack(debs: &Path, folder: &Path) -> Result<()> {
    for deb in fs::read_dir(debs)? {
        let deb = deb?.path();
        let status = Command::new("dpkg-deb").arg("-x").arg(&deb).arg(folder).status()?;
        if !status.success() {
            bail!("dpkg-deb cannot unpack {}", deb.display());
        }
    }
    Ok(())
}

/// A script that finds the compiler's own libraries. Written last: where it is, the folder is complete.
fn write_script(script: &Path, root: &Path) -> Result<()> {
    let mut libraries = Vec::new();
    for folder in ["lib", "usr/lib"] {
        let Ok(entries) = fs::read_dir(root.join(folder)) else {
            continue;
        };
        let folders = entries.flatten().map(|entry| entry.path());
        libraries.extend(folders.filter(|path| path.to_string_lossy().ends_with("-linux-gnu")));
    }
    let path = std::env::join_paths(&libraries).context("the folder's name has a colon")?;
    let text = format!(
        "#!/bin/sh\nLD_LIBRARY_PATH='{}' exec '{}' \"$@\"\n",
        path.to_string_lossy(),
        root.join("usr/bin/rustc").display()
    );
    fs::write(script, text)?;
    fs::set_permissions(script, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

fn output(program: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program).args(arguments).output().with_context(|| format!("cannot start {program}"))?;
    if !output.status.success() {
        let line = arguments.join(" ");
        bail!("{program} {line}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn virtual_packages_and_alternatives_are_no_dependencies() {
        let listed = "rustc-web\n  Depends: libc6\n |Depends: gcc\n  Depends: <libc-dev>\n    libc6-dev\n  \
                      Depends: libstd-rust-web-dev\n  Recommends: cargo-web\n";
        let found: Vec<String> = dependencies(listed).collect();
        assert_eq!(found, ["libc6", "libstd-rust-web-dev"]);
    }
}
