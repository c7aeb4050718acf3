//! Transcripts on the disk: one compressed file a run, the modules that ran, and the bound on all of them together.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::SCHEMA;
use super::line::{Call, Clock, Closing, Line, LineRef, Opening, RecordLine};
use super::tape::Tape;
use crate::events::{RunId, ScenarioPin};
use crate::measure::Threshold;
use crate::run::evidence::Evidence;
use crate::run::plan::RunPlan;
use crate::scenario::{Data, Limits, Module};

/// Readings of a clock in one line.
const READINGS: usize = 4_096;
/// Of the compression: a second for some hundred megabytes.
const LEVEL: i32 = 3;

/// Where transcripts lie, and how much of them is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcripts {
    /// `RUN.jsonl.zst`, and `modules/SHA256`.
    pub folder: PathBuf,
    /// Of one run's lines, before they are compressed; 0 keeps no transcript.
    pub run_bytes: u64,
    /// Of all files together; the oldest give way.
    pub total_bytes: u64,
    /// Whether texts of prompts, answers and logs are kept.
    pub texts: bool,
}

/// Why a run cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub enum TranscriptError {
    #[error(
        "run {run} has no transcript in {}: transcripts are kept up to transcripts.total_bytes, the latest ones, and of \
         a run none where its guest never began, or transcripts.run_bytes is 0",
        folder.display()
    )]
    NotKept { run: RunId, folder: PathBuf },
    #[error("the transcript of run {run} proves nothing: {why}")]
    Cut { run: RunId, why: String },
    #[error("{}, line {line}: {problem}", path.display())]
    Unreadable { path: PathBuf, line: usize, problem: String },
}

/// A whole transcript, read.
pub(in crate::run) struct Transcript {
    pub opening: Opening,
    pub calls: Vec<Call>,
    /// What the clocks of each guest showed, in µs, each after the one before.
    pub clocks: BTreeMap<u32, Vec<u64>>,
    /// All but what the replayed guest itself must bring.
    pub evidence: Evidence,
    /// Of its lines.
    pub bytes: u64,
}

impl Transcripts {
    pub fn are_kept(&self) -> bool {
        self.run_bytes > 0
    }

    /// Writes the transcript of a run that has ended, and keeps its module; then the oldest give way. Blocks.
    pub(in crate::run) fn keep(
        &self,
        tape: &Tape,
        plan: &RunPlan,
        limits: &Limits,
        evidence: &Evidence,
    ) -> io::Result<()> {
        fs::create_dir_all(self.folder.join("modules"))?;
        let run = evidence.header.run;
        let path = self.path(run);
        let part = path.with_extension("part");
        self.write(&part, tape, plan, limits, evidence)?;
        fs::rename(&part, &path)?;
        if let Err(error) = self.keep_module(&plan.module, &path) {
            tracing::warn!(run.id = %run, %error, "the scenario's module was not kept: the run can be replayed as long as its file is as it was");
        }
        self.prune()
    }

    fn write(&self, path: &Path, tape: &Tape, plan: &RunPlan, limits: &Limits, evidence: &Evidence) -> io::Result<()> {
        let most = self.run_bytes;
        let mut lines = tape.take();
        for (user, shown) in std::mem::take(&mut lines.clocks) {
            for readings in shown.steps.chunks(READINGS) {
                lines.push(most, &LineRef::<()>::Clock(&Clock { user, us: readings.to_vec() }));
            }
        }
        for record in &evidence.kept.records {
            lines.push(most, &LineRef::<()>::Exchange(RecordLine::of(record)));
        }
        for sample in &evidence.seen.recorded.samples {
            lines.push(most, &LineRef::<()>::Sample(sample));
        }
        lines.push(most, &LineRef::<()>::End(&Closing::of(evidence)));
        let cut = lines.cut.then(|| {
            format!("it is longer than transcripts.run_bytes = {most} allows, so nothing of it was kept; raise that and run again")
        });
        let opening = Opening {
            transcript: SCHEMA,
            header: evidence.header.clone(),
            arguments: plan.arguments.clone(),
            seed: plan.seed,
            thresholds: plan.thresholds.iter().map(Threshold::to_string).collect(),
            limits: limits.clone(),
            file: plan.module.file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            texts: self.texts,
            calls: lines.calls,
            cut,
        };
        let mut out = zstd::Encoder::new(BufWriter::new(File::create(path)?), LEVEL)?;
        serde_json::to_writer(&mut out, &opening)?;
        out.write_all(b"\n")?;
        for block in &lines.blocks {
            out.write_all(block)?;
        }
        out.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    }

    /// By the hash of its content, so that many runs of a module keep it once. The date is that of its last run.
    fn keep_module(&self, module: &Module, transcript: &Path) -> io::Result<()> {
        let place = self.folder.join("modules").join(&module.sha256);
        let date = transcript.metadata()?.modified()?;
        if let Some(sha256) = module.data.sha256() {
            self.keep_data(module, sha256, date)?;
        }
        if let Ok(file) = File::options().append(true).open(&place) {
            return file.set_modified(date);
        }
        let bytes = fs::read(&module.file)?;
        if !module.is_made_of(&bytes) {
            let changed = format!("{} is no longer what ran", module.file.display());
            return Err(io::Error::other(changed));
        }
        let part = place.with_extension("part");
        fs::write(&part, bytes)?;
        fs::rename(part, place)
    }

    /// A folder of plain files, as it lay beside the module.
    fn keep_data(&self, module: &Module, sha256: &str, date: SystemTime) -> io::Result<()> {
        let place = self.data_folder(sha256);
        if !place.exists() {
            let part = place.with_extension("part");
            let _of_an_earlier_try = fs::remove_dir_all(&part);
            fs::create_dir(&part)?;
            for (name, bytes) in module.data.files() {
                fs::write(part.join(name), bytes)?;
            }
            fs::rename(part, &place)?;
        }
        File::open(place)?.set_modified(date)
    }

    fn data_folder(&self, sha256: &str) -> PathBuf {
        self.folder.join("modules").join(format!("{sha256}.data"))
    }

    /// The bytes that a module was made of, and its data, where they were kept.
    pub fn module(&self, ran: &ScenarioPin) -> Option<(Vec<u8>, Data)> {
        let bytes = fs::read(self.folder.join("modules").join(&ran.sha256)).ok()?;
        let Some(sha256) = &ran.data_sha256 else { return Some((bytes, Data::default())) };
        let read = |entry: io::Result<fs::DirEntry>| {
            let entry = entry.ok()?;
            Some((entry.file_name().into_string().ok()?, fs::read(entry.path()).ok()?))
        };
        let data = Data::of(fs::read_dir(self.data_folder(sha256)).ok()?.filter_map(read));
        (data.sha256() == Some(sha256)).then_some((bytes, data))
    }

    fn prune(&self) -> io::Result<()> {
        let mut files = Vec::new();
        for folder in [self.folder.clone(), self.folder.join("modules")] {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                let about = entry.metadata()?;
                if about.is_file() {
                    files.push((about.modified()?, about.len(), entry.path()));
                } else if entry.path().extension().is_some_and(|e| e == "data") {
                    files.push((about.modified()?, bytes_in(&entry.path())?, entry.path()));
                }
            }
        }
        files.sort();
        let mut total: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
        for (_, bytes, path) in files {
            if total <= self.total_bytes {
                break;
            }
            if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }?;
            total -= bytes;
        }
        Ok(())
    }

    fn path(&self, run: RunId) -> PathBuf {
        self.folder.join(format!("{run}.jsonl.zst"))
    }

    /// Blocks.
    ///
    /// # Errors
    /// None was kept, it was cut, or it cannot be read.
    pub(in crate::run) fn read(&self, run: RunId) -> Result<Transcript, TranscriptError> {
        let path = self.path(run);
        let file = match File::open(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                return Err(TranscriptError::NotKept { run, folder: self.folder.clone() });
            }
            file => file,
        };
        let lines = file.and_then(zstd::Decoder::new).map(|decoder| BufReader::new(decoder).lines());
        let unreadable = |line, problem: String| TranscriptError::Unreadable { path: path.clone(), line, problem };
        let mut lines = (1..).zip(lines.map_err(|e| unreadable(1, e.to_string()))?);
        let mut bytes = 0;
        let mut next = || match lines.next() {
            None => Ok(None),
            Some((n, Err(e))) => Err(unreadable(n, e.to_string())),
            Some((n, Ok(text))) => {
                bytes += text.len() as u64 + 1;
                Ok(Some((n, text)))
            }
        };
        let first = next()?.map_or(String::new(), |(_, text)| text);
        let opening: Opening = serde_json::from_str(&first).map_err(|e| unreadable(1, e.to_string()))?;
        if opening.transcript != SCHEMA {
            let problem = format!("a transcript of schema {}; this dualbench reads {SCHEMA}", opening.transcript);
            return Err(unreadable(1, problem));
        }
        if let Some(why) = opening.cut {
            return Err(TranscriptError::Cut { run, why });
        }
        let mut found = Found::default();
        let mut last = 1;
        while let Some((n, text)) = next()? {
            last = n;
            match serde_json::from_str(&text).map_err(|e| unreadable(n, e.to_string()))? {
                Line::Call(call) => found.calls.push(call),
                Line::Clock(clock) => found.clocks.entry(clock.user).or_default().extend(clock.us),
                Line::Exchange(record) => found.records.push(Arc::new(record.record())),
                Line::Sample(sample) => found.samples.push(*sample),
                Line::End(end) => found.end = Some(*end),
            }
        }
        let end = found.end.ok_or_else(|| unreadable(last, "the transcript ends before its end".to_owned()))?;
        let evidence = end.evidence(opening.header.clone(), found.records, found.samples);
        Ok(Transcript { opening, calls: found.calls, clocks: found.clocks, evidence, bytes })
    }
}

fn bytes_in(folder: &Path) -> io::Result<u64> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.metadata()?.len())).sum()
}

#[derive(Default)]
struct Found {
    calls: Vec<Call>,
    clocks: BTreeMap<u32, Vec<u64>>,
    records: Vec<Arc<crate::events::ExchangeRecord>>,
    samples: Vec<crate::measure::GpuSample>,
    end: Option<Closing>,
}
