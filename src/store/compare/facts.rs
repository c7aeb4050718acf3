//! What a run was made of, as named facts: what differs between two runs, and the fingerprint of a machine.

use sha2::{Digest, Sha256};

use crate::events::{EngineFacts, RunHeader};

/// One fact in which two runs differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differs {
    /// Its path in the journal line.
    pub field: String,
    /// `None` = not known, or not there.
    pub a: Option<String>,
    pub b: Option<String>,
}

type Fact = (String, Option<String>);

/// What differs between two runs, the machine first. The seed is left out: it differs always.
pub(super) fn differences(a: &RunHeader, b: &RunHeader) -> Vec<Differs> {
    let (of_a, of_b) = (all(a), all(b));
    let value = |facts: &[Fact], field: &str| facts.iter().find(|(f, _)| f == field).and_then(|(_, v)| v.clone());
    let mut fields: Vec<&String> = of_a.iter().map(|(f, _)| f).collect();
    fields.extend(of_b.iter().map(|(f, _)| f).filter(|f| of_a.iter().all(|(known, _)| known != *f)));
    fields
        .into_iter()
        .map(|field| Differs { field: field.clone(), a: value(&of_a, field), b: value(&of_b, field) })
        .filter(|d| d.a != d.b)
        .collect()
}

/// The machine and its engines in 16 hexadecimal digits.
pub(super) fn fingerprint(header: &RunHeader) -> String {
    let text: String = machine(header).iter().map(|(f, v)| format!("{f}={v:?}\n")).collect();
    Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether two runs differ in nothing that is known but their seed.
pub(super) fn alike(a: &RunHeader, b: &RunHeader) -> bool {
    a.scenario.name == b.scenario.name
        && a.scenario.sha256 == b.scenario.sha256
        && a.scenario.data_sha256 == b.scenario.data_sha256
        && params(a) == params(b)
        && machine(a) == machine(b)
}

fn all(h: &RunHeader) -> Vec<Fact> {
    let known = |text: &str| Some(text.to_owned());
    let mut facts = machine(h);
    facts.push(("scenario.name".into(), known(&h.scenario.name)));
    facts.push(("scenario.version".into(), known(&h.scenario.version)));
    facts.push(("scenario.sha256".into(), known(&h.scenario.sha256)));
    facts.push(("scenario.data_sha256".into(), h.scenario.data_sha256.clone()));
    facts.extend(params(h));
    facts.push(("host.dualbench".into(), known(&h.host.dualbench)));
    facts
}

fn machine(h: &RunHeader) -> Vec<Fact> {
    let mut facts = vec![
        ("host.gpu".to_owned(), h.host.gpu.clone()),
        ("host.cpu".to_owned(), h.host.cpu.clone()),
        ("host.cores".to_owned(), (h.host.cores > 0).then(|| h.host.cores.to_string())),
        ("simulated".to_owned(), Some(h.simulated.to_string())),
    ];
    let mut engines: Vec<&EngineFacts> = h.engines.iter().collect();
    engines.sort_by_key(|e| e.role);
    facts.extend(engines.into_iter().flat_map(|e| engine(e, h.is_embedded())));
    facts
}

fn engine(e: &EngineFacts, embedded: bool) -> Vec<Fact> {
    let i = e.identity.as_ref();
    // The embedded engines take a free port at each start.
    let address = if embedded { "embedded".to_owned() } else { e.base_url.clone() };
    [
        ("model", i.and_then(|i| i.model.clone())),
        ("build", i.and_then(|i| i.build.clone())),
        ("quantisation", i.and_then(|i| i.quantisation.clone())),
        ("context_tokens", i.and_then(|i| i.context_tokens).map(|n| n.to_string())),
        ("dialect", Some(e.dialect.clone())),
        ("simulated", Some(e.simulated.to_string())),
        ("base_url", Some(address)),
    ]
    .into_iter()
    .map(|(field, value)| (format!("engines.{}.{field}", e.role), value))
    .collect()
}

fn params(h: &RunHeader) -> Vec<Fact> {
    h.params.iter().map(|(name, value)| (format!("params.{name}"), Some(value.to_string()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::{HostFacts, ParamValue};
    use crate::store::tests::story;

    #[track_caller]
    fn check(change: impl FnOnce(&mut RunHeader), expected: &[&str], same_machine: bool) {
        let a = story::header();
        let mut b = RunHeader { seed: a.seed + 1, ..story::header() };
        change(&mut b);
        let fields: Vec<String> = differences(&a, &b).into_iter().map(|d| d.field).collect();
        assert_eq!(fields, expected);
        assert_eq!(fingerprint(&a) == fingerprint(&b), same_machine);
    }

    #[test]
    fn runs_that_differ_by_seed_and_by_an_embedded_engines_port_are_alike() {
        check(|_| (), &[], true);
        let on_port = |port: u16| {
            let mut h = story::header();
            h.host.gpu = Some("simulated GPU".into());
            h.engines[0].base_url = format!("http://127.0.0.1:{port}");
            h
        };
        assert_eq!(differences(&on_port(9), &on_port(10)), []);
        assert!(alike(&story::header(), &RunHeader { seed: 9, ..story::header() }));
    }

    #[test]
    fn another_card_build_or_context_is_another_machine() {
        check(|h| h.host.gpu = Some("a card".into()), &["host.gpu"], false);
        check(|h| h.host = HostFacts { cores: 9, ..h.host.clone() }, &["host.cores"], false);
        let identity = |h: &mut RunHeader, build: &str| {
            h.engines[0].identity.as_mut().expect("told").build = Some(build.into());
        };
        check(|h| identity(h, "b1"), &["engines.main.build"], false);
        check(|h| h.engines[0].dialect = "ollama".into(), &["engines.main.dialect"], false);
    }

    #[test]
    fn a_simulated_engine_of_another_daemon_has_its_own_address() {
        check(|h| h.engines[0].base_url = "http://127.0.0.1:9".into(), &["engines.main.base_url"], false);
        check(|h| h.engines[0].simulated = false, &["engines.main.simulated"], false);
    }

    #[test]
    fn another_scenario_or_parameter_is_told_and_is_the_same_machine() {
        check(|h| h.scenario.sha256 = "cd".into(), &["scenario.sha256"], true);
        check(|h| h.params[1].1 = ParamValue::Integer(3), &["params.repetitions"], true);
        check(|h| h.params.push(("more".into(), ParamValue::Flag(true))), &["params.more"], true);
        check(|h| h.host.dualbench = "0.2.0".into(), &["host.dualbench"], true);
    }

    #[test]
    fn an_engine_more_is_told_with_what_it_is() {
        let a = story::header();
        let b = RunHeader { engines: Vec::new(), ..story::header() };
        let told = differences(&a, &b);
        assert!(told.iter().all(|d| d.field.starts_with("engines.main.") && d.b.is_none()), "{told:?}");
        assert_eq!(told[0].a.as_deref(), Some("simulated-14b"));
    }
}
