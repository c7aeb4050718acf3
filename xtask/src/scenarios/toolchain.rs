//! A compiler that can make WebAssembly: the active one where it has the target's standard library, else Debian's,
//! unpacked under `target/`.

use super::debian;
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";
const CURE: &str = "run `rustup target add wasm32-unknown-unknown`, then again";

/// Which toolchain the command line wants.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Which {
    /// The active one where it has the target, else Debian's.
    #[default]
    Any,
    Installed,
    Debian,
}

impl Which {
    pub fn parse(name: &str) -> Result<Self> {
        match name {
            "installed" => Ok(Self::Installed),
            "debian" => Ok(Self::Debian),
            unknown => bail!("no toolchain `{unknown}`; known: installed, debian"),
        }
    }
}

/// The toolchain that was found.
pub enum Toolchain {
    /// The active rustc has the target.
    Installed,
    /// Another rustc, which builds its own standard library, and a linker for it.
    Debian { rustc: PathBuf, linker: PathBuf },
}

/// Where the guests are built: never the workspace's own target folder, which is for the host's machine.
pub fn target_dir(root: &Path) -> PathBuf {
    root.join("scenarios-wasm/target")
}

impl Toolchain {
    pub fn find(root: &Path, which: Which) -> Result<Self> {
        let installed = has_target()?;
        match which {
            Which::Any | Which::Installed if installed => Ok(Self::Installed),
            Which::Installed => bail!("the active rustc has no {TARGET}: {CURE}"),
            Which::Any | Which::Debian if debian::has_apt() => Ok(Self::Debian {
                rustc: debian::rustc(&root.join("target/wasm-toolchain"))
                    .with_context(|| format!("no toolchain for {TARGET}: {CURE}"))?,
                linker: linker()?,
            }),
            Which::Any => bail!("the active rustc has no {TARGET}, and this is no Debian: {CURE}"),
            Which::Debian => bail!("no apt-get here: leave out `--toolchain debian`"),
        }
    }

    /// What makes cargo build for the target with it; Debian's has no library that is built already.
    pub fn env(&self) -> Vec<(&'static str, PathBuf)> {
        match self {
            Self::Installed => Vec::new(),
            Self::Debian { rustc, linker } => vec![
                ("RUSTC", rustc.clone()),
                ("RUSTC_BOOTSTRAP", PathBuf::from("1")),
                ("CARGO_UNSTABLE_BUILD_STD", PathBuf::from("std,panic_abort")),
                ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker.clone()),
            ],
        }
    }

    /// Builds every built-in scenario, in release mode, into [`target_dir`].
    pub fn build(&self, root: &Path) -> Result<()> {
        let mut cargo = Command::new(program("CARGO", "cargo"));
        cargo
            .args(["build", "--release", "--locked", "--target", TARGET, "--manifest-path"])
            .arg(root.join("scenarios-wasm/Cargo.toml"))
            .arg("--target-dir")
            .arg(target_dir(root))
            .env("CARGO_ENCODED_RUSTFLAGS", flags(root))
            .env_remove("RUSTFLAGS");
        cargo.envs(self.env());
        let status = cargo.status().context("cannot start cargo")?;
        if !status.success() {
            bail!("the scenarios in {} do not build", root.join("scenarios-wasm").display());
        }
        Ok(())
    }
}

/// Panics name source files: the folders of this machine are cut off them. The last flag that fits a path wins.
fn flags(root: &Path) -> OsString {
    let library = root.join("target/wasm-toolchain/root/usr/lib/rustlib/src/rust");
    let mut flags = OsString::new();
    let sources = std::fs::read_dir(cargo_home().join("registry/src")).into_iter().flatten().flatten();
    let mut prefixes = vec![(cargo_home(), "cargo")];
    // Each is named after the host that its crates come from.
    prefixes.extend(sources.map(|registry| (registry.path(), "cargo")));
    prefixes.extend([(root.to_path_buf(), "dualbench"), (library, "rust")]);
    for (from, to) in prefixes {
        if !flags.is_empty() {
            flags.push("\u{1f}");
        }
        flags.push("--remap-path-prefix=");
        flags.push(from);
        flags.push(format!("={to}"));
    }
    flags
}

fn cargo_home() -> PathBuf {
    let home = || std::env::home_dir().unwrap_or_default().join(".cargo");
    std::env::var_os("CARGO_HOME").map_or_else(home, PathBuf::from)
}

fn has_target() -> Result<bool> {
    let folder = rustc(&["--print", "target-libdir", "--target", TARGET])?;
    let Ok(files) = std::fs::read_dir(folder.trim()) else {
        return Ok(false);
    };
    Ok(files.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libstd-")))
}

/// The linker that comes with rustup's toolchains; Debian's compiler comes without one.
fn linker() -> Result<PathBuf> {
    let about = rustc(&["--version", "--verbose"])?;
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
    let sysroot = rustc(&["--print", "sysroot"])?;
    let own = Path::new(sysroot.trim()).join("lib/rustlib").join(host).join("bin/rust-lld");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let others = std::env::split_paths(&path).flat_map(|folder| [folder.join("rust-lld"), folder.join("wasm-ld")]);
    std::iter::once(own)
        .chain(others)
        .find(|linker| linker.is_file())
        .with_context(|| format!("no linker for {TARGET}: install lld, or {CURE}"))
}

fn rustc(arguments: &[&str]) -> Result<String> {
    let output = Command::new(program("RUSTC", "rustc")).args(arguments).output().context("cannot start rustc")?;
    if !output.status.success() {
        let line = arguments.join(" ");
        bail!("rustc {line}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn program(variable: &str, default: &str) -> OsString {
    std::env::var_os(variable).unwrap_or_else(|| default.into())
}
