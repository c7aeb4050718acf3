//! What kind of file this is, by its first bytes, and what to tell someone who brought another kind.

use std::borrow::Cow;

const WASM: &[u8] = b"\0asm";

/// Gives the binary form: of `.wasm` the bytes themselves, of WebAssembly text what it stands for. Else says why not.
pub(super) fn binary<'a>(file_name: &str, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>, String> {
    if bytes.starts_with(WASM) {
        if bytes.len() < 8 {
            return Err("the file ends within its header: was it copied whole?".to_owned());
        }
        return Ok(Cow::Borrowed(bytes));
    }
    if let Some(other) = foreign(bytes) {
        return Err(other.to_owned());
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if is_wat(text) => assemble(file_name, text).map(Cow::Owned),
        Ok(_) => Err("it is text, but no WebAssembly text: that starts with `(module` or `(component`".to_owned()),
        Err(_) => Err("it does not start with the WebAssembly magic number `\\0asm`".to_owned()),
    }
}

fn foreign(bytes: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 6] = [
        (b"\x7fELF", "it is an ELF file: a native program or a precompiled `.cwasm`; build for wasm32 instead"),
        (b"\x1f\x8b", "it is gzip: unpack it first"),
        (b"\x28\xb5\x2f\xfd", "it is zstd: unpack it first"),
        (b"PK\x03\x04", "it is a zip archive: unpack it first"),
        (b"!<arch>", "it is a static library: link it to a module first"),
        (b"MZ", "it is a Windows program: build for wasm32 instead"),
    ];
    if bytes.is_empty() {
        return Some("the file is empty");
    }
    let known = KNOWN.iter().find(|(magic, _)| bytes.starts_with(magic));
    known.map(|(_, words)| *words)
}

/// The first thing that is no comment opens a parenthesis.
fn is_wat(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    for line in text.lines() {
        let line = line.trim_start();
        if !line.is_empty() && !line.starts_with(";;") {
            return line.starts_with('(');
        }
    }
    false
}

fn assemble(file_name: &str, text: &str) -> Result<Vec<u8>, String> {
    wat::parse_str(text).map_err(|mut error| {
        error.set_path(file_name);
        format!("its WebAssembly text does not parse: {error}")
    })
}
