//! The world that this host offers, read from its own WIT, and the check of a guest's imports and exports against it.

use super::inspect::{Binary, Facts, Name};
use super::nearest::hint;
use super::words::{self, NAME_BYTES};
use std::collections::{BTreeMap, HashSet};
use wit_parser::{Resolve, WorldId};

/// The contract itself, as authors get it.
pub const WIT: &str = include_str!("../../sdk/wit/scenario.wit");
/// Its version.
pub const WORLD_VERSION: &str = "0.1.0";

const PACKAGE: &str = "dualbench:scenario/";
/// What a guest must export.
const EXPORTS: [&str; 2] = ["describe", "run"];
/// What a guest may export besides.
pub(super) const USER: &str = "user";
/// What a core module without a world of its own must export besides.
const PLUMBING: [&str; 2] = ["memory", "cabi_realloc"];
/// Misfits that are told one by one; of the others only the number.
const TOLD: usize = 8;

/// The parsed contract.
pub(super) struct Contract {
    pub(super) resolve: Resolve,
    /// Of a scenario that has no users, and of one that has.
    worlds: [WorldId; 2],
    /// Interface name without version, to the core names of its functions.
    interfaces: BTreeMap<String, Vec<String>>,
}

impl Contract {
    /// Fails only when the embedded WIT is wrong, which a test rules out.
    pub(super) fn parse() -> anyhow::Result<Self> {
        let mut resolve = Resolve::default();
        let package = resolve.push_str("scenario.wit", WIT)?;
        let world = |name| resolve.select_world(&[package], Some(name));
        let worlds = [world("scenario")?, world("scenario-with-users")?];
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
        Ok(Self { resolve, worlds, interfaces })
    }

    /// The world that a module without one of its own is made for.
    pub(super) fn world(&self, facts: &Facts) -> WorldId {
        let [alone, with_users] = self.worlds;
        let has_user =
            facts.exports.iter().any(|export| export.trim_start_matches("cm32p2|").trim_start_matches('|') == USER);
        if has_user { with_users } else { alone }
    }

    /// Says what is wrong with a guest's imports and exports, in the author's words; nothing is compiled for it.
    pub(super) fn check(&self, facts: &Facts) -> Result<(), String> {
        let mut seen = HashSet::new();
        let wrong = facts.imports.iter().filter_map(|import| self.wrong(import, facts).map(Misfit::Import));
        let misfits = wrong.chain(missing(facts).into_iter().map(Misfit::Export));
        let misfits: Vec<Misfit<'_>> = misfits.filter(|misfit| seen.insert(*misfit)).collect();
        if misfits.is_empty() { Ok(()) } else { Err(self.tell_all(&misfits, facts)) }
    }

    fn wrong<'a>(&self, import: &'a Name, facts: &Facts) -> Option<Wrong<'a>> {
        match facts.binary {
            Binary::Component => self.wrong_in_component(&import.name),
            Binary::Module => self.wrong_in_module(import, facts.has_component_type),
        }
    }

    fn wrong_in_component<'a>(&self, name: &'a str) -> Option<Wrong<'a>> {
        match name.strip_prefix(PACKAGE) {
            Some(interface) => self.functions(interface).err(),
            None => (!name.starts_with("wasi:")).then_some(Wrong::Foreign { module: "", name }),
        }
    }

    fn wrong_in_module<'a>(&self, import: &'a Name, has_component_type: bool) -> Option<Wrong<'a>> {
        let (module, name) = (import.module.as_str(), import.name.as_str());
        // The two manglings of core names: `dualbench:…` and `cm32p2|dualbench:…`.
        if let Some(interface) = module.trim_start_matches("cm32p2|").strip_prefix(PACKAGE) {
            return match self.functions(interface) {
                Err(wrong) => Some(wrong),
                Ok(known) if known.iter().any(|known| known == name) || module.starts_with("cm32p2|") => None,
                Ok(_) => Some(Wrong::Function { module, name }),
            };
        }
        let foreign = (module.contains(':') && !module.starts_with("dualbench:"))
            || module.starts_with('$')
            || module.starts_with('[');
        let fine = module == "wasi_snapshot_preview1" || (has_component_type && foreign);
        (!fine).then_some(Wrong::Foreign { module, name })
    }

    /// The functions of the interface `engines@0.1.0`, if this host has it in that version.
    fn functions<'a>(&self, interface: &'a str) -> Result<&[String], Wrong<'a>> {
        let (name, version) = interface.split_once('@').unwrap_or((interface, WORLD_VERSION));
        if !compatible(version) {
            return Err(Wrong::Version(version));
        }
        self.interfaces.get(name).map(Vec::as_slice).ok_or(Wrong::Interface(interface))
    }

    /// The first few misfits, how many there are, and what would fit.
    fn tell_all(&self, misfits: &[Misfit<'_>], facts: &Facts) -> String {
        let told = &misfits[..misfits.len().min(TOLD)];
        let mut words = listed(told.iter().map(|misfit| self.tell(*misfit, facts)), misfits.len());
        if told.iter().any(|misfit| matches!(misfit, Misfit::Import(Wrong::Foreign { .. }))) {
            words += &format!(" (a scenario may import {} and WASI)", self.interface_names().join(", "));
        }
        if told.iter().any(|misfit| matches!(misfit, Misfit::Export(Missing::Function(_)))) {
            words +=
                " (a scenario exports `describe` and `run`; a file cut off while it was copied also looks like this)";
        }
        words
    }

    fn tell(&self, misfit: Misfit<'_>, facts: &Facts) -> String {
        match misfit {
            Misfit::Import(wrong) => self.tell_import(wrong),
            Misfit::Export(Missing::Function(name)) => {
                let near = hint(name, facts.exports.iter().map(String::as_str));
                format!("it exports no function `{name}`{near}")
            }
            Misfit::Export(Missing::Plumbing(name)) => format!(
                "it exports no `{name}`, which the host needs to hand over strings: export it, as \
                 tests/fixtures/scenarios/hello.wat does"
            ),
        }
    }

    fn tell_import(&self, wrong: Wrong<'_>) -> String {
        match wrong {
            Wrong::Version(version) => format!(
                "it is made for dualbench:scenario@{}, this host offers {WORLD_VERSION}: {}",
                quoted(version),
                cure(version)
            ),
            Wrong::Interface(interface) => {
                let interface = quoted(interface);
                let near = hint(&interface, self.interfaces.keys().map(String::as_str));
                format!("import `{PACKAGE}{interface}`, an interface that this host does not offer{near}")
            }
            Wrong::Function { module, name } => {
                let (module, name) = (quoted(module), quoted(name));
                let near = hint(&name, self.interfaces.values().flatten().map(String::as_str));
                format!("import `{name}` from `{module}`, which this host does not offer{near}")
            }
            Wrong::Foreign { module: "env", name: "abort" } => {
                "import `env.abort`: compile AssemblyScript with `--use abort=dualbench/index/abort`, or define abort yourself"
                    .to_owned()
            }
            Wrong::Foreign { module: "", name } => {
                let name = quoted(name);
                let near = hint(&name, self.interface_names().iter().map(String::as_str));
                format!("import `{name}`, which this host does not offer{near}")
            }
            Wrong::Foreign { module, name } => {
                let (module, name) = (quoted(module), quoted(name));
                let near = hint(&name, self.interfaces.values().flatten().map(String::as_str));
                format!("import `{module}.{name}`, which this host does not offer{near}")
            }
        }
    }

    fn interface_names(&self) -> Vec<String> {
        self.interfaces.keys().map(|name| format!("{PACKAGE}{name}@{WORLD_VERSION}")).collect()
    }
}

/// One thing in which a guest does not fit. Cheap to find: a file may have very many, of which few are told.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Misfit<'a> {
    Import(Wrong<'a>),
    Export(Missing),
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Wrong<'a> {
    /// Of our package, in a version that is not ours.
    Version(&'a str),
    /// Of our package: `engine@0.1.0`.
    Interface(&'a str),
    /// Of one of our interfaces.
    Function { module: &'a str, name: &'a str },
    /// Neither ours nor WASI. Components name no module.
    Foreign { module: &'a str, name: &'a str },
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Missing {
    Function(&'static str),
    /// What passes strings and lists from host to guest.
    Plumbing(&'static str),
}

/// `a`, or `3 things do not fit: (1) a; (2) b; and 1 more`.
fn listed(told: impl ExactSizeIterator<Item = String>, of: usize) -> String {
    let more = of - told.len();
    if of == 1 {
        return told.collect();
    }
    let numbered = told.enumerate().map(|(at, words)| format!("({}) {words}", at + 1));
    let more = (more > 0).then(|| format!("and {more} more"));
    format!("{of} things do not fit: {}", numbered.chain(more).collect::<Vec<_>>().join("; "))
}

/// A guest's own name for something, within an error.
fn quoted(name: &str) -> String {
    words::line(name, NAME_BYTES)
}

/// Below 1.0 the minor version is the breaking one.
fn compatible(version: &str) -> bool {
    // The second mangling gives `0.1` for 0.1.0.
    let mut theirs = version.split('.');
    let mut ours = WORLD_VERSION.split('.');
    theirs.next() == ours.next() && theirs.next() == ours.next()
}

/// What to do about a version that is not ours.
fn cure(version: &str) -> &'static str {
    let numbers = |version: &str| version.split('.').map(|n| n.parse::<u32>().ok()).collect::<Option<Vec<u32>>>();
    match (numbers(version), numbers(WORLD_VERSION)) {
        (Some(theirs), Some(ours)) if theirs > ours => {
            "take a newer dualbench, or rebuild the scenario with the SDK of this one (`dualbench new`)"
        }
        (Some(_), Some(_)) => "rebuild the scenario with the SDK of this dualbench (`dualbench new`)",
        _ => "that is no version; the WIT of the SDK (`dualbench new`) names the right one",
    }
}

fn missing(facts: &Facts) -> Vec<Missing> {
    if facts.exports.iter().any(|export| export.starts_with("cm32p2")) {
        return Vec::new();
    }
    let bare = facts.binary == Binary::Module && !facts.has_component_type;
    let functions = EXPORTS.map(|name| (name, Missing::Function(name)));
    let plumbing = PLUMBING.map(|name| (name, Missing::Plumbing(name)));
    let needed = functions.into_iter().chain(plumbing.into_iter().filter(|_| bare));
    let lacks = |name: &str| !facts.exports.iter().any(|export| export == name);
    needed.filter(|(name, _)| lacks(name)).map(|(_, missing)| missing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_contract_has_the_version_that_we_say() {
        let contract = Contract::parse().unwrap();
        for world in contract.worlds {
            let package = contract.resolve.worlds[world].package.unwrap();
            let name = &contract.resolve.packages[package].name;
            assert_eq!(name.to_string(), format!("dualbench:scenario@{WORLD_VERSION}"));
        }
    }

    #[test]
    fn a_module_that_is_too_new_or_too_old_is_told_what_to_do() {
        assert!(cure("0.2.0").starts_with("take a newer dualbench"));
        assert!(cure("0.0.9").starts_with("rebuild the scenario"));
        assert!(cure("9x").starts_with("that is no version"));
    }

    #[test]
    fn only_the_same_minor_version_is_compatible_before_1_0() {
        assert!(compatible("0.1.0") && compatible("0.1") && compatible("0.1.7"));
        assert!(!compatible("0.2.0") && !compatible("1.1.0"));
    }
}
