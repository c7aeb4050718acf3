//! Reading a journal line: what the row of its run needs. The rest of the line, known or not, is kept word for word.

use serde::Deserialize;

use crate::events::{RunId, RunState, WallTime};
use crate::measure::{Target, Verdict};
use crate::store::history::{Headline, RunRow};

/// What a line turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum LineRead {
    /// A line of a known schema, or of a newer one whose run can be named (its state is `None` then).
    Run(Box<RunRow>),
    /// A newer dualbench wrote it. It is left alone.
    Newer { schema: u32 },
    /// No line of ours: why.
    Foreign(String),
    /// Nothing but white space.
    Blank,
}

#[derive(Deserialize)]
struct Known {
    schema: u32,
    run_id: String,
    started_at: String,
    #[serde(default)]
    duration_ms: Option<f64>,
    state: String,
    #[serde(default)]
    verdict: Option<KnownVerdict>,
    #[serde(default)]
    simulated: bool,
    scenario: KnownScenario,
    #[serde(default)]
    targets: Targets,
}

#[derive(Deserialize)]
struct KnownVerdict {
    state: String,
    #[serde(default)]
    reasons: Vec<String>,
}

#[derive(Deserialize)]
struct KnownScenario {
    name: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    sha256: String,
}

#[derive(Default, Deserialize)]
struct Targets {
    main: Option<Medians>,
    mini: Option<Medians>,
}

#[derive(Deserialize)]
struct Medians {
    ttft_ms: Option<Median>,
    tokens_per_second: Option<Median>,
}

#[derive(Deserialize)]
struct Median {
    median: Option<f64>,
}

#[derive(Deserialize)]
struct Schema {
    schema: u32,
}

/// Reads one line, with or without its line break.
pub fn read_line(line: &[u8]) -> LineRead {
    let line = line.trim_ascii();
    if line.is_empty() {
        return LineRead::Blank;
    }
    if line.first() != Some(&b'{') {
        return LineRead::Foreign("it is no JSON object".into());
    }
    let schema = match serde_json::from_slice::<Schema>(line) {
        Ok(Schema { schema: 0 }) => return LineRead::Foreign("there is no schema 0".into()),
        Ok(s) => s.schema,
        Err(error) => return LineRead::Foreign(error.to_string()),
    };
    let run = serde_json::from_slice::<Known>(line).map_err(|e| e.to_string()).and_then(|known| row(&known));
    match run {
        Ok(run) if schema > super::SCHEMA || run.state.is_some_and(RunState::is_final) => LineRead::Run(Box::new(run)),
        Ok(_) => LineRead::Foreign("its state is not that of a run that has ended".into()),
        Err(_) if schema > super::SCHEMA => LineRead::Newer { schema },
        Err(why) => LineRead::Foreign(why),
    }
}

fn row(line: &Known) -> Result<RunRow, String> {
    let verdict = match &line.verdict {
        Some(v) if v.state == "valid" => Some(Verdict::Valid),
        Some(v) if v.state == "void" => Some(Verdict::Void(v.reasons.clone())),
        Some(v) => return Err(format!("the verdict `{}` is neither `valid` nor `void`", v.state)),
        None => None,
    };
    let shown = verdict == Some(Verdict::Valid);
    let headline = |target: Target| {
        let medians = match target {
            Target::Main => line.targets.main.as_ref(),
            Target::Mini => line.targets.mini.as_ref(),
            Target::Pipeline => None,
        };
        let median = |d: Option<&Median>| d.filter(|_| shown).and_then(|d| d.median);
        Headline {
            ttft_ms: median(medians.and_then(|m| m.ttft_ms.as_ref())),
            tokens_per_second: median(medians.and_then(|m| m.tokens_per_second.as_ref())),
        }
    };
    let newer = line.schema > super::SCHEMA;
    Ok(RunRow {
        run: RunId::parse(&line.run_id).ok_or("`run_id` is no UUID")?,
        schema: line.schema,
        state: RunState::parse(&line.state).filter(|_| !newer),
        scenario: line.scenario.name.clone(),
        version: line.scenario.version.clone(),
        sha256: line.scenario.sha256.clone(),
        started_at: WallTime::parse(&line.started_at).ok_or("`started_at` is no RFC 3339 time")?,
        duration_ms: line.duration_ms,
        simulated: line.simulated,
        main: headline(Target::Main),
        mini: headline(Target::Mini),
        verdict,
    })
}
