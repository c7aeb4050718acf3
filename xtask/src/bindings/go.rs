//! `sdk/go/lib/internal`: wit-bindgen's packages, moved below the SDK's own module so that nothing is fetched.

use super::{Texts, WITH_USERS, generate};
use anyhow::Result;
use std::path::Path;

/// The SDK's module, as an author imports it.
const MODULE: &str = "dualbench/internal";
/// Where the generator looks for what its packages share: `sdk/go/lib/internal/wit` is ours.
const SHARED: &str = "go.bytecodealliance.org/pkg/wit";

pub fn texts(root: &Path) -> Result<Texts> {
    // Whether or not gofmt is on this machine, the text is the same.
    let format = wit_bindgen_go::Format::False;
    let options = wit_bindgen_go::Opts { pkg_name: Some(MODULE.to_owned()), format, ..Default::default() };
    let mut texts = Texts::new();
    for (name, text) in generate(root, options.build(), WITH_USERS)? {
        if name != "go.mod" {
            let text = without_cleanup(&text.replace(SHARED, "dualbench/internal/wit"));
            texts.insert(Path::new("sdk/go/lib/internal").join(name), text);
        }
    }
    Ok(texts)
}

/// A handle that the collector drops would call the host at any moment, even while the host waits for memory, where no call
/// is allowed. Handles are dropped by name, or with the instance at the run's end.
fn without_cleanup(text: &str) -> String {
    let Some((before, rest)) = text.split_once("        runtime.AddCleanup(value, func(_ int) {") else {
        return text.to_owned();
    };
    let behind = rest.split_once("        }, 0)\n").map_or(rest, |(_, behind)| behind);
    before.to_owned() + behind
}
