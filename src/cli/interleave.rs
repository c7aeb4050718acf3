//! `dualbench run SCENARIO --interleave ROLE=URL`: this engine against another one, in alternating blocks, so that what
//! drifts meanwhile strikes both alike.

use anyhow::Result;

use crate::app::App;
use crate::config::{Config, EngineSource, Override};
use crate::engines;
use crate::events::RunId;
use crate::measure::Target;
use crate::run::{PlanError, RunPlan};
use crate::scenario::Problem;
use crate::store::Blocks;

/// An engine of the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Other {
    pub role: Target,
    pub url: String,
}

/// Reads what `--interleave` names.
///
/// # Errors
/// Every one that is no other engine of this configuration.
pub(super) fn others(texts: &[String], config: &Config) -> Result<Vec<Other>, PlanError> {
    let mut others: Vec<Other> = Vec::new();
    let mut problems = Vec::new();
    for (i, text) in texts.iter().enumerate() {
        match other(text, config) {
            Ok(o) if others.iter().any(|known| known.role == o.role) => {
                problems.push((i, format!("`{text}`: another one is named for `{}` already", o.role)));
            }
            Ok(o) => others.push(o),
            Err(message) => problems.push((i, message)),
        }
    }
    if problems.is_empty() {
        return Ok(others);
    }
    let problem = |(i, message)| Problem { field: format!("interleave[{i}]"), message };
    Err(PlanError::Problems { problems: Vec::new(), demands: problems.into_iter().map(problem).collect() })
}

fn other(text: &str, config: &Config) -> Result<Other, String> {
    let (role, url) = text.split_once('=').ok_or_else(|| format!("`{text}`: write main=URL or mini=URL"))?;
    let role = Target::parse(role.trim()).filter(|t| *t != Target::Pipeline);
    let role = role.ok_or_else(|| format!("`{text}`: the engine is main or mini"))?;
    let EngineSource::Configured(list) = &config.engines else {
        return Err(format!(
            "the embedded simulated engines serve, and have no other to be held against; give --{role}-url, or configure \
             engines.{role}.base_url"
        ));
    };
    let (_, ours) = list.iter().find(|(r, _)| *r == role).ok_or_else(|| {
        format!("no `{role}` engine is configured to hold it against; give --{role}-url, or engines.{role}.base_url")
    })?;
    // What a wrong address may hold, such as a password, is not shown.
    let address = |url: &str| engines::parse_url(url).map(|a| a.base()).map_err(|e| format!("{role}: {e}"));
    let url = url.trim();
    if address(url)? == address(&ours.base_url)? {
        return Err(format!("`{text}`: is the address of A's own `{role}` engine; name another one"));
    }
    Ok(Other { role, url: url.to_owned() })
}

/// The keys that make the configuration of A that of B.
pub(super) fn overrides(others: &[Other]) -> Vec<Override> {
    others.iter().map(|o| Override::new(format!("engines.{}.base_url", o.role), &o.url)).collect()
}

/// Whose turn it is in each of the blocks: A B B A A B B A …, so that a steady drift cancels. 0 is A.
pub(super) fn order(blocks: u32) -> impl Iterator<Item = usize> {
    (0..blocks).flat_map(|pair| if pair % 2 == 0 { [0, 1] } else { [1, 0] })
}

/// Each block has prompts of its own: the same ones again would be found in the cache of an engine that both sides ask.
pub(super) fn block_plan(plan: &RunPlan, given: Option<u32>, block: u32) -> RunPlan {
    let seed = given.map_or_else(|| RunId::fresh().seed(), |seed| seed.wrapping_add(block));
    RunPlan { seed, ..plan.clone() }
}

/// Compares what the two sides brought.
pub(super) async fn compare(app: &App, sides: [Vec<RunId>; 2], others: &[Other]) -> Result<crate::store::Comparison> {
    let [a, b] = sides;
    let blocks = Blocks { a, b, engines: others.iter().map(|o| o.role).collect() };
    Ok(app.store.compare_blocks(&blocks).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(texts: &[&str], expected: Result<&[(Target, &str)], &[&str]>) {
        let dir = tempfile::tempdir().expect("a folder");
        let main = Override::new("engines.main.base_url", "http://127.0.0.1:8080");
        let config = Config::load(dir.path(), None, &[main]).expect("fine");
        let texts: Vec<String> = texts.iter().map(|t| (*t).to_owned()).collect();
        match (others(&texts, &config), expected) {
            (Ok(found), Ok(expected)) => {
                let found: Vec<(Target, &str)> = found.iter().map(|o| (o.role, o.url.as_str())).collect();
                assert_eq!(found, expected);
            }
            (Err(e), Err(words)) => words.iter().for_each(|w| assert!(e.to_string().contains(w), "{w}: {e}")),
            (found, _) => panic!("{texts:?}: {found:?}"),
        }
    }

    #[test]
    fn only_another_engine_of_a_configured_role_can_take_turns() {
        check(&["main=http://127.0.0.1:8081"], Ok(&[(Target::Main, "http://127.0.0.1:8081")]));
        check(&["main=http://127.0.0.1:8080/"], Err(&["interleave[0]", "A's own `main`"]));
        check(&["main=http://127.0.0.1:8080/v1"], Err(&["A's own `main`"]));
        check(&["mini=http://127.0.0.1:8081"], Err(&["no `mini` engine is configured"]));
        check(&["pipeline=http://127.0.0.1:8081", "main"], Err(&["interleave[0]", "interleave[1]", "write main=URL"]));
        check(&["main=http://127.0.0.1:1", "main=http://127.0.0.1:2"], Err(&["interleave[1]", "already"]));
        check(&["main=http://me:secret-canary@host"], Err(&["api_key_env"]));
    }

    #[test]
    fn the_embedded_engines_have_no_other() {
        let dir = tempfile::tempdir().expect("a folder");
        let config = Config::load(dir.path(), None, &[]).expect("fine");
        let refused = others(&["main=http://127.0.0.1:1".to_owned()], &config).expect_err("simulated");
        assert!(refused.to_string().contains("embedded simulated"), "{refused}");
    }

    #[test]
    fn a_steady_drift_strikes_both_sides_alike() {
        assert_eq!(order(3).collect::<Vec<_>>(), [0, 1, 1, 0, 0, 1]);
        let places = |side| order(4).enumerate().filter(|(_, s)| *s == side).map(|(i, _)| i).sum::<usize>();
        assert_eq!(places(0), places(1));
    }
}
