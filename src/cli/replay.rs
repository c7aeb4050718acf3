//! `dualbench replay RUN`: a recorded run made again, without an engine, and held against its record byte by byte.

mod difference;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::{Value, json};

use crate::app;
use crate::cli::{Exit, Global, check, out, run, run_table};
use crate::config::Config;
use crate::events::RunId;
use crate::run::{PlanError, Recording, Replayed, Transcripts};
use crate::scenario::{Module, Runtime};
use crate::store::{History, Past, journal_line};
use difference::Difference;

const VERSION: &str = env!("CARGO_PKG_VERSION");

#[derive(Args)]
pub struct Replay {
    /// A run id or its first 8 characters and more, latest (or last), latest~1, or a pinned name
    run: String,
    /// Another file than the one that ran: while its calls are as recorded it gets the recorded answers, then the recorded
    /// streams in their order
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// Print an object instead of text
    #[arg(long)]
    json: bool,
}

impl Replay {
    pub async fn execute(self, global: &Global) -> Result<Exit> {
        let config = global.load(Vec::new())?;
        let tape = Tape::find(&config, &self.run).await?;
        let runtime = Runtime::new(&config.scenario)?;
        let recording = tape.open().await?;
        match self.scenario {
            Some(file) => {
                let loaded = tokio::task::spawn_blocking(move || runtime.load_file(&file)).await?;
                match loaded {
                    Ok(module) => try_with(recording, Arc::new(module), self.json).await,
                    Err(e) => Ok(check::refused(&e)),
                }
            }
            None => {
                let module = module(&config, &tape.transcripts, runtime, &recording).await?;
                self.prove(&tape, recording, module).await
            }
        }
    }

    async fn prove(&self, tape: &Tape, recording: Recording, module: Arc<Module>) -> Result<Exit> {
        let made_by = recording.made_by().to_owned();
        let (run, has_texts, pin) = (recording.run(), recording.has_texts(), recording.scenario().clone());
        let recorded = tape.line().await?;
        let began = Instant::now();
        let again = recording.prove(module).await?;
        let took = began.elapsed();
        let line = journal_line(&again.report);
        let difference = if again.parting.is_some() { None } else { Difference::of(&line, &recorded) };
        let same = again.parting.is_none() && difference.is_none();
        if self.json {
            out::line(&proof(run, &again, difference.as_ref(), has_texts).to_string());
        } else {
            let verdict = match (&again.parting, &difference) {
                (None, None) => "same record, bit for bit".to_owned(),
                (Some(parting), _) => format!("not the same: {parting}"),
                (None, Some(difference)) => format!("not the same: {difference}"),
            };
            out::line(&out::tame(&verdict));
            out::line(&out::tame(&format!("run {run} of {} {}: {}", pin.name, pin.version, figures(&again, took))));
            texts(has_texts);
            if made_by != VERSION {
                out::line(&out::tame(&format!("the record was made by dualbench {made_by}, the replay by {VERSION}")));
            }
        }
        Ok(if same { Exit::Done } else { Exit::Differs })
    }
}

/// Where a run's transcript and its record lie.
pub(super) struct Tape {
    run: RunId,
    transcripts: Transcripts,
    journal: PathBuf,
    history: History,
}

impl Tape {
    /// Finds a run by its text, as other commands do; also beside a daemon that holds the store.
    pub async fn find(config: &Config, text: &str) -> Result<Tape> {
        let store = &config.store;
        if !store.database.exists() {
            bail!("no run in {} yet; `dualbench run engine-speed` makes the first", store.database.display());
        }
        let history = History::open(&store.database).await?;
        let text = if text == "last" { "latest" } else { text };
        let run = history.find_run(text, None).await?;
        Ok(Tape { run, transcripts: app::transcripts(config), journal: store.journal.clone(), history })
    }

    pub async fn open(&self) -> Result<Recording> {
        let (transcripts, run) = (self.transcripts.clone(), self.run);
        Ok(tokio::task::spawn_blocking(move || transcripts.open(run)).await??)
    }

    /// The run's line, of the journal; where that has none, of the database.
    async fn line(&self) -> Result<String> {
        let (journal, id) = (self.journal.clone(), self.run.to_string());
        let past = tokio::task::spawn_blocking(move || Past::read(&journal, usize::MAX, None)).await?;
        let named = |line: &String| serde_json::from_str(line).is_ok_and(|v: Value| v["run_id"] == id.as_str());
        let lines = past.with_context(|| format!("cannot read {}", self.journal.display()))?.lines;
        match lines.into_iter().find(named) {
            Some(line) => Ok(line),
            None => self.history.run_json(self.run).await?.with_context(|| format!("run {} has no record", self.run)),
        }
    }
}

/// The module that ran: as it was kept, else as it lies in the folder if that is the same.
async fn module(
    config: &Config,
    transcripts: &Transcripts,
    runtime: Arc<Runtime>,
    recording: &Recording,
) -> Result<Arc<Module>> {
    let (name, pin) = (recording.file().to_owned(), recording.scenario().clone());
    let (transcripts, in_folder) = (transcripts.clone(), config.scenario.folder.join(&name));
    let load = move || match transcripts.module(&pin) {
        Some((bytes, data)) => {
            let loaded = runtime.load_with(&name, &bytes, data);
            (pin, loaded)
        }
        None => (pin, runtime.load_file(&in_folder)),
    };
    let (pin, loaded) = tokio::task::spawn_blocking(load).await?;
    let cure = "`dualbench replay RUN --scenario FILE` replays another file on the recorded streams";
    let broken = |what: String| PlanError::Broken { name: pin.name.clone(), message: format!("{what}; {cure}") };
    let module = loaded.map_err(|e| broken(format!("the module that ran was not kept and cannot be had: {e}")))?;
    if module.data.sha256() != pin.data_sha256.as_deref() {
        return Err(broken("the data folder of the module that ran is gone, or is another by now".to_owned()).into());
    }
    if module.sha256 != pin.sha256 {
        let (now, then) = (short(&module.sha256), short(&pin.sha256));
        return Err(broken(format!("the module that ran (sha256 {then}) is gone: what is there now is {now}")).into());
    }
    Ok(Arc::new(module))
}

fn short(sha256: &str) -> &str {
    sha256.get(..12).unwrap_or(sha256)
}

/// Any module on the recorded streams, shown as what it is. The exit code is that of a run.
pub(super) async fn try_with(recording: Recording, module: Arc<Module>, as_json: bool) -> Result<Exit> {
    let (run, has_texts) = (recording.run(), recording.has_texts());
    let began = Instant::now();
    let again = recording.try_with(module).await?;
    if as_json {
        let record: Value = serde_json::from_str(&journal_line(&again.report))?;
        out::line(
            &json!({
                "replay_of": run.to_string(),
                "calls": again.calls,
                "followed": again.followed,
                "parting": parting(&again),
                "texts": has_texts,
                "record": record,
            })
            .to_string(),
        );
        return Ok(run::exit(&again.report));
    }
    out::line(&format!(
        "REPLAY on the streams of run {run}: no engine was asked, times are those of that run, nothing is stored\n{}",
        figures(&again, began.elapsed())
    ));
    match &again.parting {
        Some(parting) => {
            let followed = again.followed;
            out::line(&out::tame(&format!(
                "as recorded for {followed} calls; then {parting}: from there on, streams in their order"
            )));
        }
        None => out::line("every call was as recorded"),
    }
    texts(has_texts);
    out::line(&run_table::table(&again.report));
    out::line(&format!("\nREPLAY of run {run}: not a run, not stored"));
    Ok(run::exit(&again.report))
}

fn figures(again: &Replayed, took: Duration) -> String {
    let Replayed { followed, calls, exchanges, bytes, .. } = again;
    let seconds = took.as_secs_f64();
    format!(
        "{followed} of {calls} calls, {exchanges} exchanges, {bytes} bytes of transcript, made again in {seconds:.2} s"
    )
}

fn texts(kept: bool) {
    if !kept {
        out::line(
            "its transcript has no texts (transcripts.texts = false): the guest read stand-ins of the same length, and one \
             that decides by what it reads may go another way",
        );
    }
}

fn parting(again: &Replayed) -> Value {
    let told = again.parting.as_ref();
    told.map_or(Value::Null, |p| json!({ "call": p.call, "is": p.is, "recorded": p.recorded }))
}

fn proof(run: RunId, again: &Replayed, difference: Option<&Difference>, has_texts: bool) -> Value {
    json!({
        "run_id": run.to_string(),
        "same": again.parting.is_none() && difference.is_none(),
        "calls": again.calls,
        "followed": again.followed,
        "exchanges": again.exchanges,
        "transcript_bytes": again.bytes,
        "texts": has_texts,
        "parting": parting(again),
        "difference": difference.map(|d| json!({ "field": d.field, "is": d.is, "recorded": d.recorded })),
    })
}

/// What `dualbench dev --replay` needs of a project's configuration.
pub(super) async fn recording(config: &Config, text: &str) -> Result<Recording> {
    Tape::find(config, text).await?.open().await
}
