//! The world that this host offers, read from its own WIT, and the check of a guest's imports and exports against it.

use super::inspect::{Binary, Facts, Name};
use super::nearest::hint;
use std::collections::BTreeMap;
use wit_parser::{Resolve, WorldId};

/// The contract itself, as authors get it.
pub const WIT: &str = include_str!("../../sdk/wit/scenario.wit");
/// Its version.
pub const WORLD_VERSION: &str = "0.1.0";

const PACKAGE: &str = "dualbench:scenario/";
/// What a guest must export.
const EXPORTS: [&str; 2] = ["describe", "run"];

/// The parsed contract.
pub(super) struct Contract {
    pub(super) resolve: Resolve,
    pub(super) world: WorldId,
    /// Interface name without version, to the core names of its functions.
    interfaces: BTreeMap<String, Vec<String>>,
}

impl Contract {
    /// Fails only when the embedded WIT is wrong, which a test rules out.
    pub(super) fn parse() -> anyhow::Result<Self> {
        let mut resolve = Resolve::default();
        let package = resolve.push_str("scenario.wit", WIT)?;
        let world = resolve.select_world(&[package], Some("scenario"))?;
        let mut interfaces = BTreeMap::new();
        for (name, id) in &resolve.packages[package].interfaces {
            let interface = &resolve.interfaces[*id];
            let mut names: Vec<String> = interface.functions.keys().cloned().collect();
            for (name, id) in &interface.types {
                if resolve.types[*id].kind == wit_parser::TypeDefKind::Resource {
                    names.push(format!("[resource-drop]{name}"));
                }
            }
            interfaces.insert(name.clone(), names);
        }
        Ok(Self { resolve, world, interfaces })
    }

    /// Says what is wrong with a guest's imports and exports, in the author's words; nothing is compiled for it.
    pub(super) fn check(&self, facts: &Facts) -> Result<(), String> {
        match facts.binary {
            Binary::Component => {
                for import in &facts.imports {
                    self.check_component_import(&import.name)?;
                }
            }
            Binary::Module => {
                for import in &facts.imports {
                    self.check_core_import(import, facts.has_component_type)?;
                }
            }
        }
        check_exports(facts)
    }

    fn check_component_import(&self, name: &str) -> Result<(), String> {
        if let Some(rest) = name.strip_prefix(PACKAGE) {
            return self.check_interface(rest).map(drop);
        }
        if name.starts_with("wasi:") {
            return Ok(());
        }
        Err(self.unknown_import(name))
    }

    fn check_core_import(&self, import: &Name, has_component_type: bool) -> Result<(), String> {
        let module = import.module.as_str();
        // The two manglings of core names: `dualbench:…` and `cm32p2|dualbench:…`.
        if let Some(rest) = module.trim_start_matches("cm32p2|").strip_prefix(PACKAGE) {
            let known = self.check_interface(rest)?;
            let name = import.name.as_str();
            let known = known.iter().map(String::as_str);
            if known.clone().any(|known| known == name) || module.starts_with("cm32p2|") {
                return Ok(());
            }
            return Err(format!(
                "import `{name}` from `{module}`, which this host does not offer{}",
                hint(name, known)
            ));
        }
        let foreign = module.contains(':') || module.starts_with('$') || module.starts_with('[');
        if module == "wasi_snapshot_preview1" || (has_component_type && foreign) {
            return Ok(());
        }
        Err(self.unknown_import(&format!("{module}.{}", import.name)))
    }

    /// Gives the functions of the interface `engines@0.1.0`, if this host has it in that version.
    fn check_interface(&self, interface: &str) -> Result<&[String], String> {
        let (name, version) = interface.split_once('@').unwrap_or((interface, WORLD_VERSION));
        if !compatible(version) {
            return Err(format!(
                "it is made for dualbench:scenario@{version}, this host offers {WORLD_VERSION}: rebuild the scenario \
                 with the SDK of this release, or take the dualbench of that version"
            ));
        }
        self.interfaces.get(name).map(Vec::as_slice).ok_or_else(|| {
            format!(
                "import `{PACKAGE}{interface}`, an interface that this host does not offer{}",
                hint(name, self.interfaces.keys().map(String::as_str))
            )
        })
    }

    fn unknown_import(&self, name: &str) -> String {
        let (module, function) = name.rsplit_once('.').unwrap_or(("", name));
        if module == "env" && function == "abort" {
            return "import `env.abort`: compile AssemblyScript with `--use abort=sdk/abort`, or define abort yourself"
                .to_owned();
        }
        let interfaces: Vec<String> =
            self.interfaces.keys().map(|name| format!("{PACKAGE}{name}@{WORLD_VERSION}")).collect();
        let functions = self.interfaces.values().flatten().map(String::as_str);
        let near = hint(name, interfaces.iter().map(String::as_str));
        let near = if near.is_empty() { hint(function, functions) } else { near };
        format!(
            "import `{name}`, which this host does not offer{near} (a scenario may import {} and WASI)",
            interfaces.join(", ")
        )
    }
}

/// Below 1.0 the minor version is the breaking one.
fn compatible(version: &str) -> bool {
    // The second mangling gives `0.1` for 0.1.0.
    let mut theirs = version.split('.');
    let mut ours = WORLD_VERSION.split('.');
    theirs.next() == ours.next() && theirs.next() == ours.next()
}

fn check_exports(facts: &Facts) -> Result<(), String> {
    let has = |name: &str| facts.exports.iter().any(|export| export == name);
    if facts.exports.iter().any(|export| export.starts_with("cm32p2")) {
        return Ok(());
    }
    for name in EXPORTS {
        if !has(name) {
            let near = hint(name, facts.exports.iter().map(String::as_str));
            return Err(format!(
                "it exports no function `{name}`{near} (a scenario exports `describe` and `run`; a file cut off while \
                 it was copied also looks like this)"
            ));
        }
    }
    let bare = facts.binary == Binary::Module && !facts.has_component_type;
    for name in ["memory", "cabi_realloc"] {
        if bare && !has(name) {
            return Err(format!(
                "it exports no `{name}`, which the host needs to hand over strings: export it, as \
                 tests/fixtures/scenarios/hello.wat does"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_contract_has_the_version_that_we_say() {
        let contract = Contract::parse().unwrap();
        let package = contract.resolve.worlds[contract.world].package.unwrap();
        let name = &contract.resolve.packages[package].name;
        assert_eq!(name.to_string(), format!("dualbench:scenario@{WORLD_VERSION}"));
    }

    #[test]
    fn only_the_same_minor_version_is_compatible_before_1_0() {
        assert!(compatible("0.1.0") && compatible("0.1") && compatible("0.1.7"));
        assert!(!compatible("0.2.0") && !compatible("1.1.0"));
    }
}
