//! Makes a component of a core module, in memory: the contract where the module carries none, and WASI's adapter.

use super::contract::Contract;
use super::inspect::{Binary, Facts};
use std::borrow::Cow;
use wasi_preview1_component_adapter_provider as adapters;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};

/// A module that exports this has strings in UTF-16, as AssemblyScript does.
const UTF16_MARKER: &str = "dualbench_utf16";

/// Gives a component as it is. Fails, in wit-component's words, when module and contract do not fit.
pub(super) fn componentize<'a>(
    bytes: Cow<'a, [u8]>,
    facts: &Facts,
    contract: &Contract,
) -> anyhow::Result<Cow<'a, [u8]>> {
    if facts.binary == Binary::Component {
        return Ok(bytes);
    }
    let mut module = bytes.into_owned();
    let exports = |name: &str| facts.exports.iter().any(|export| export == name);
    if !facts.has_component_type {
        let encoding = if exports(UTF16_MARKER) { StringEncoding::UTF16 } else { StringEncoding::UTF8 };
        embed_component_metadata(&mut module, &contract.resolve, contract.world(facts), encoding)?;
    }
    let mut encoder = ComponentEncoder::default().module(&module)?.validate(true);
    let preview1 = adapters::WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME;
    if facts.imports.iter().any(|import| import.module == preview1) {
        let adapter = if exports("_start") {
            adapters::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER
        } else {
            adapters::WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER
        };
        encoder = encoder.adapter(preview1, adapter)?;
    }
    Ok(Cow::Owned(encoder.encode()?))
}
