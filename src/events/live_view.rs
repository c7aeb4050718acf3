//! What a watcher sees of the present: a pure fold of events, bounded in size.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::events::course::{Course, Point};
use crate::events::report::RunHeader;
use crate::events::run_event::{LogLevel, Metric, Pulse, RunEvent, RunState, TimelineMark};
use crate::events::run_id::RunId;
use crate::measure::{Answer, GpuSample, Target, ms};

/// Log lines kept.
const LINES: usize = 200;

/// A bounded tail that counts all that ever came, so that a reader knows what is new to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tail<T> {
    kept: VecDeque<T>,
    total: u64,
    bound: usize,
}

impl<T> Tail<T> {
    fn new(bound: usize) -> Self {
        Tail { kept: VecDeque::new(), total: 0, bound }
    }

    fn push(&mut self, item: T) {
        if self.kept.len() == self.bound {
            self.kept.pop_front();
        }
        self.kept.push_back(item);
        self.total += 1;
    }

    pub fn total(&self) -> u64 {
        self.total
    }

    /// What came after the first `seen` items, as far as it is kept.
    pub fn since(&self, seen: u64) -> impl Iterator<Item = &T> {
        let new = usize::try_from(self.total.saturating_sub(seen)).unwrap_or(usize::MAX).min(self.kept.len());
        self.kept.iter().skip(self.kept.len() - new)
    }
}

/// A run that waits for its turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedRun {
    pub run: RunId,
    pub scenario: String,
}

/// The run at hand, or the last one.
#[derive(Debug, Clone, PartialEq)]
pub struct RunView {
    pub run: RunId,
    pub scenario: String,
    pub simulated: bool,
    pub state: RunState,
    pub phase: String,
    pub done: u32,
    /// 0 = unknown.
    pub total: u32,
    /// The latest moment that is known of the run.
    pub elapsed: Duration,
    pub pulses: Vec<Pulse>,
    /// The first ones by name; the record has all.
    pub counters: BTreeMap<String, f64>,
}

/// Counters that a watcher sees.
const COUNTERS: usize = 100;

/// What a series is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    Engine(Target),
    /// The device, as the driver counts.
    Gpu(u32),
}

impl Source {
    /// `main`, `mini`, `pipeline`; `gpu` for device 0, `gpu1` and so on for the others.
    pub fn word(self) -> Cow<'static, str> {
        match self {
            Source::Engine(target) => target.word().into(),
            Source::Gpu(0) => "gpu".into(),
            Source::Gpu(n) => format!("gpu{n}").into(),
        }
    }
}

/// What it is of, and the measure.
pub type SeriesKey = (Source, &'static str);

/// What a watcher sees.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveView {
    pub run: Option<RunView>,
    pub queue: Vec<QueuedRun>,
    pub series: BTreeMap<SeriesKey, Course>,
    pub log: Tail<(Duration, LogLevel, String)>,
    pub metrics: Tail<Metric>,
    pub marks: Tail<TimelineMark>,
    /// Rises with each run that ends: the list of runs has changed.
    pub ended: u64,
}

impl Default for LiveView {
    fn default() -> Self {
        LiveView {
            run: None,
            queue: Vec::new(),
            series: BTreeMap::new(),
            log: Tail::new(LINES),
            metrics: Tail::new(LINES),
            marks: Tail::new(LINES),
            ended: 0,
        }
    }
}

impl LiveView {
    /// Takes one event in.
    pub fn apply(&mut self, event: &RunEvent) {
        match event {
            RunEvent::Queued(h) => {
                self.queue.push(QueuedRun { run: h.run, scenario: h.scenario.name.clone() });
            }
            RunEvent::Started(header) => self.begin(header),
            RunEvent::State { run, state } => {
                if *state != RunState::Queued {
                    self.queue.retain(|q| q.run != *run);
                }
                self.with_run(*run, |v| v.state = *state);
            }
            RunEvent::Phase { run, at, name } => self.with_run(*run, |v| {
                v.phase.clone_from(name);
                v.elapsed = v.elapsed.max(*at);
            }),
            RunEvent::Progress { run, done, total } => self.with_run(*run, |v| {
                v.done = *done;
                v.total = *total;
            }),
            RunEvent::Log { run, at, level, message } => {
                if self.is_current(*run) {
                    self.log.push((*at, *level, message.clone()));
                }
            }
            RunEvent::Metric { run, metric } => {
                if self.is_current(*run) {
                    self.metrics.push(metric.clone());
                }
            }
            RunEvent::Mark { run, mark } => {
                if self.is_current(*run) {
                    self.marks.push(mark.clone());
                }
            }
            RunEvent::Exchange { run, record } => {
                if self.is_current(*run) && !record.warm_up {
                    // At the moment that each was known: the first token, the end of generation.
                    let timed = record.timed();
                    let first = timed.first().unwrap_or(record.sent);
                    let of = Source::Engine(record.target);
                    self.point((of, "ttft_ms"), first, record.measures.ttft_ms);
                    self.point((of, "prefill_tokens_per_second"), first, record.measures.prefill_tokens_per_second);
                    self.point((of, "tokens_per_second"), timed.end(), record.measures.tokens_per_second);
                    self.point((of, "tpot_ms"), timed.end(), record.measures.tpot_ms);
                    self.point((of, "output_tokens"), timed.end(), record.measures.output_tokens.map(f64::from));
                    for (stage, took) in record.answer.iter().flat_map(Answer::parts) {
                        self.point((of, stage.word()), timed.end(), Some(ms(took)));
                    }
                }
            }
            RunEvent::Pulse { run, at, pulses, gpu, counters } => {
                self.pulse(*run, *at, pulses, gpu);
                self.with_run(*run, |v| {
                    v.counters = counters.as_ref().map_or_else(|| std::mem::take(&mut v.counters), first)
                });
            }
            RunEvent::Samples { .. } | RunEvent::Text { .. } => {}
            RunEvent::Ended(report) => {
                self.ended += 1;
                self.queue.retain(|q| q.run != report.header.run);
                self.with_run(report.header.run, |v| {
                    v.state = report.state;
                    v.elapsed = report.duration;
                    v.counters = first(&report.counters);
                    v.pulses.clear();
                });
            }
        }
    }

    /// The run at hand, if nothing said yet that it has ended.
    pub fn unended(&self) -> Option<RunId> {
        self.run.as_ref().filter(|v| !v.state.is_final()).map(|v| v.run)
    }

    /// For a reader that missed events: the run at hand has ended, and only these are waiting or at work.
    pub fn end_missed(&mut self, state: RunState, open: &[RunId]) {
        self.ended += 1;
        self.queue.retain(|q| open.contains(&q.run));
        if let Some(view) = &mut self.run {
            view.state = state;
            view.pulses.clear();
        }
    }

    fn begin(&mut self, header: &RunHeader) {
        let (queue, ended) = (std::mem::take(&mut self.queue), self.ended);
        *self = LiveView { queue, ended, ..LiveView::default() };
        self.queue.retain(|q| q.run != header.run);
        self.run = Some(RunView {
            run: header.run,
            scenario: header.scenario.name.clone(),
            simulated: header.simulated,
            state: RunState::Preparing,
            phase: String::new(),
            done: 0,
            total: 0,
            elapsed: Duration::ZERO,
            pulses: Vec::new(),
            counters: BTreeMap::new(),
        });
    }

    fn pulse(&mut self, run: RunId, at: Duration, pulses: &[Pulse], gpu: &[GpuSample]) {
        if !self.is_current(run) {
            return;
        }
        self.with_run(run, |v| {
            v.elapsed = v.elapsed.max(at);
            v.pulses = pulses.to_vec();
        });
        for s in gpu {
            let of = Source::Gpu(s.device);
            self.point((of, "vram_used_bytes"), s.at, s.vram_used_bytes.map(|b| b as f64));
            self.point((of, "utilisation_percent"), s.at, s.utilisation_percent);
            self.point((of, "power_w"), s.at, s.power_w);
            self.point((of, "temperature_c"), s.at, s.temperature_c);
        }
    }

    fn point(&mut self, key: SeriesKey, at: Duration, value: Option<f64>) {
        self.series.entry(key).or_default().push(Point { at_ms: ms(at), value });
    }

    fn is_current(&self, run: RunId) -> bool {
        self.run.as_ref().is_some_and(|v| v.run == run)
    }

    fn with_run(&mut self, run: RunId, change: impl FnOnce(&mut RunView)) {
        if let Some(view) = self.run.as_mut().filter(|v| v.run == run) {
            change(view);
        }
    }
}

fn first(counters: &BTreeMap<String, f64>) -> BTreeMap<String, f64> {
    counters.iter().take(COUNTERS).map(|(name, total)| (name.clone(), *total)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::{HostFacts, ScenarioPin, WallTime};

    fn begun() -> (LiveView, RunId) {
        let run = RunId::fresh();
        let pin = |text: &str| text.to_owned();
        let header = RunHeader {
            run,
            scenario: ScenarioPin {
                name: pin("dual"),
                version: pin("1"),
                sha256: pin("0"),
                world: pin("w"),
                language: None,
                data_sha256: None,
            },
            params: Vec::new(),
            seed: 1,
            started_at: WallTime::now(),
            simulated: true,
            engines: Vec::new(),
            host: HostFacts::default(),
        };
        let mut view = LiveView::default();
        view.apply(&RunEvent::Started(header.into()));
        (view, run)
    }

    #[test]
    fn every_gpu_has_series_of_its_own_and_the_first_keeps_its_name() {
        let (mut view, run) = begun();
        let gpu = [0, 1].map(|device| GpuSample { power_w: Some(7.0), ..GpuSample::blank(device, Duration::ZERO) });
        view.apply(&RunEvent::Pulse { run, at: Duration::ZERO, pulses: Vec::new(), gpu: gpu.to_vec(), counters: None });
        let words: Vec<String> = view.series.keys().map(|(of, measure)| format!("{}/{measure}", of.word())).collect();
        assert_eq!(
            words.join(" "),
            "gpu/power_w gpu/temperature_c gpu/utilisation_percent gpu/vram_used_bytes gpu1/power_w gpu1/temperature_c \
             gpu1/utilisation_percent gpu1/vram_used_bytes"
        );
    }

    #[test]
    fn counters_are_those_of_the_last_pulse_that_told_them() {
        let (mut view, run) = begun();
        let pulse = |counters: Option<f64>| RunEvent::Pulse {
            run,
            at: Duration::ZERO,
            pulses: Vec::new(),
            gpu: Vec::new(),
            counters: counters.map(|n| BTreeMap::from([("asked".to_owned(), n)])),
        };
        for told in [Some(1.0), Some(3.0), None] {
            view.apply(&pulse(told));
        }
        let shown = view.run.expect("a run").counters;
        assert_eq!(shown, BTreeMap::from([("asked".to_owned(), 3.0)]));
    }
}
