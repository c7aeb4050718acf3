//! Which sources a module was built from: a digest in a custom section, so that a stale module is seen whatever
//! compiler made it. The host skips custom sections that it does not know.

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use wasmparser::{Parser, Payload};

/// Name of the section; its content is the digest in hexadecimal.
const SECTION: &str = "dualbench:sources-sha256";

/// SHA-256 over everything in the checkout that a built-in is made of. Line ends do not count.
pub fn digest(root: &Path, name: &str) -> Result<String> {
    let mut files: Vec<PathBuf> =
        ["scenarios-wasm/Cargo.toml", "scenarios-wasm/Cargo.lock", "sdk/rust/Cargo.toml"].map(PathBuf::from).into();
    for folder in [&format!("scenarios-wasm/src/{name}"), "sdk/rust/src", "sdk/wit"] {
        collect(root, Path::new(folder), &mut files)?;
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        let path = root.join(&file);
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let text: Vec<u8> = bytes.into_iter().filter(|byte| *byte != b'\r').collect();
        hash.update(file.to_string_lossy().replace('\\', "/"));
        hash.update([0]);
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let path = root.join(folder);
    for entry in fs::read_dir(&path).with_context(|| format!("cannot read {}", path.display()))? {
        let entry = entry?;
        let inside = folder.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => collect(root, &inside, files)?,
            false => files.push(inside),
        }
    }
    Ok(())
}

/// Appends the digest to a module.
pub fn stamp(module: &mut Vec<u8>, digest: &str) {
    let mut content = Vec::new();
    write_length(&mut content, SECTION.len());
    content.extend_from_slice(SECTION.as_bytes());
    content.extend_from_slice(digest.as_bytes());
    module.push(0);
    write_length(module, content.len());
    module.extend_from_slice(&content);
}

/// The digest in a module; `None` where it was not stamped.
pub fn read(module: &[u8]) -> Result<Option<String>> {
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::CustomSection(section) = payload?
            && section.name() == SECTION
        {
            return Ok(Some(String::from_utf8_lossy(section.data()).into_owned()));
        }
    }
    Ok(None)
}

/// Unsigned LEB128, as every length in a module.
fn write_length(bytes: &mut Vec<u8>, mut length: usize) {
    loop {
        let low = (length & 0x7f) as u8;
        length >>= 7;
        if length == 0 {
            return bytes.push(low);
        }
        bytes.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_read_back_and_leaves_a_valid_module() {
        let mut module = wat::parse_str("(module (memory (export \"memory\") 1))").unwrap();
        assert_eq!(read(&module).unwrap(), None);
        let digest = "a1".repeat(100);
        stamp(&mut module, &digest);
        assert_eq!(read(&module).unwrap(), Some(digest));
        wasmparser::validate(&module).unwrap();
    }

    #[test]
    fn the_digest_depends_on_the_scenario() {
        let root = crate::root();
        assert_ne!(digest(&root, "load").unwrap(), digest(&root, "dual").unwrap());
    }
}
