//! What a file was when it had just been written.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Stands beside each entry, as JSON.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Seal {
    sha256: String,
    state: State,
}

/// What became of a sealed file.
pub enum Held {
    /// Nobody has written to it since.
    Untouched,
    /// It has the same content, and this seal from now on.
    Copied(Seal),
    Changed,
}

/// Two equal states mean that nobody wrote between them: the time of change cannot be set by hand.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct State {
    device: u64,
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Seal {
    pub fn of(file: &File, content: &[u8]) -> io::Result<Self> {
        Ok(Self { sha256: hex(Sha256::digest(content).as_slice()), state: State::of(file)? })
    }

    /// `None` where there is none, or none of ours.
    pub fn read(path: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }

    pub fn text(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Whether the file is still what was sealed. Reads it only where its state does not say so.
    pub fn held_by(&self, file: &File) -> io::Result<Held> {
        let state = State::of(file)?;
        if state == self.state {
            return Ok(Held::Untouched);
        }
        if state.bytes != self.state.bytes || digest(file)? != self.sha256 {
            return Ok(Held::Changed);
        }
        Ok(Held::Copied(Self { sha256: self.sha256.clone(), state }))
    }
}

fn digest(mut file: &File) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut part = vec![0; 1 << 20];
    loop {
        match file.read(&mut part)? {
            0 => return Ok(hex(hasher.finalize().as_slice())),
            read => hasher.update(&part[..read]),
        }
    }
}

impl State {
    fn of(file: &File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        Ok(Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            bytes: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
