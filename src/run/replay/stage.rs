//! Where a replay stands: the calls of the transcript in their order, and what the replayed guest has brought so far.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;

use super::Parting;
use super::streams::Streams;
use crate::events::{EngineFacts, ExchangeRecord, Metric, TimelineMark};
use crate::measure::{AskedLoad, Target, Threshold};
use crate::run::evidence::Evidence;
use crate::run::transcript::{Call, STOP, Texts, Users};

/// Characters of a call that are shown.
const SHOWN: usize = 120;

/// What a call of the guest is answered with.
pub(super) enum Turn<A> {
    /// As in the transcript, with the recorded time.
    Recorded(A, Duration),
    /// The guest has left the transcript and may go on by itself.
    Free,
    /// No answer any more.
    Over,
}

pub(super) struct Stage {
    calls: Vec<Call>,
    /// Of each place, how many calls there are up to it: a stop is none.
    numbers: Vec<usize>,
    /// Places of each guest's calls in the transcript.
    lanes: BTreeMap<u32, Vec<usize>>,
    pub texts: Texts,
    pub users: Users,
    /// What the module may ask, where it may go its own ways.
    pub free: Option<Vec<Target>>,
    pub engines: Vec<EngineFacts>,
    was_cancelled: bool,
    /// Its guest was ended by a limit of real time.
    was_ended: bool,
    cancel: CancellationToken,
    over: CancellationToken,
    state: Mutex<State>,
}

/// `place` is that of the call in the transcript: several guests are put in the recorded order again.
#[derive(Default)]
pub(super) struct State {
    next: BTreeMap<u32, usize>,
    followed: usize,
    parting: Option<Parting>,
    clocks: BTreeMap<u32, (u64, Vec<u64>)>,
    streams: Option<Streams>,
    pub phase: String,
    said: Vec<(usize, Said)>,
    pub loads: Vec<AskedLoad>,
    texts: BTreeMap<u32, String>,
    /// Guests that have calls before them which were answered.
    at_work: usize,
    /// Guests that have come to where they were stopped.
    stopped: BTreeSet<u32>,
    waits_for_stop: bool,
}

/// What a guest said that is part of the record.
pub(super) enum Said {
    Metric(Metric),
    Mark(TimelineMark),
    Count(String, f64),
    Threshold(Threshold),
    Void(String),
}

/// What came of it.
pub(super) struct Finale {
    pub followed: usize,
    pub calls: usize,
    pub parting: Option<Parting>,
    /// The records and loads are those of a guest that went its own way.
    pub parted_freely: bool,
    pub records: Vec<Arc<ExchangeRecord>>,
    pub loads: Vec<AskedLoad>,
    /// In the recorded order, whichever guest said it.
    pub said: Vec<Said>,
}

impl Stage {
    pub fn new(
        calls: Vec<Call>,
        clocks: BTreeMap<u32, Vec<u64>>,
        evidence: &Evidence,
        texts: bool,
        free: Option<Vec<Target>>,
    ) -> Stage {
        let mut lanes: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        calls.iter().enumerate().for_each(|(place, call)| lanes.entry(call.user).or_default().push(place));
        let numbers = calls.iter().scan(0, |n, call| {
            *n += usize::from(call.call != STOP);
            Some(*n)
        });
        let by_time = |class: &str| ["cpu", "wall", "host"].contains(&class);
        let at_work = lanes.values().filter(|lane| calls[lane[0]].call != STOP).count();
        let state = State {
            at_work,
            streams: Some(Streams::new(&evidence.kept.records, &calls)),
            clocks: clocks.into_iter().map(|(user, steps)| (user, (0, steps.into_iter().rev().collect()))).collect(),
            ..State::default()
        };
        Stage {
            numbers: numbers.collect(),
            calls,
            lanes,
            texts: Texts { kept: texts },
            users: Users::default(),
            free,
            engines: evidence.header.engines.clone(),
            was_cancelled: evidence.seen.cancelled,
            was_ended: evidence.failure.as_ref().is_some_and(|f| by_time(&f.class)),
            cancel: CancellationToken::new(),
            over: CancellationToken::new(),
            state: Mutex::new(state),
        }
    }

    /// `cancel` stops the guest as the recorded one was stopped; `over` ends it without an answer.
    pub fn with_stops(self, cancel: CancellationToken, over: CancellationToken) -> Stage {
        let stage = Stage { cancel, over, ..self };
        stage.end_when_at_rest(&stage.lock());
        stage
    }

    /// Whether the recorded guest was stopped or ended from outside, which no call tells.
    fn was_cut_off(&self) -> bool {
        self.free.is_none() && (self.was_cancelled || self.was_ended)
    }

    /// So is this one, once all that was asked before is asked.
    fn end_when_at_rest(&self, state: &State) {
        if state.at_work == 0 && self.was_cut_off() {
            let end = if self.was_cancelled { &self.cancel } else { &self.over };
            end.cancel();
        }
    }

    /// Whether a guest waits for a stop that does not come, since others do not do what they did. `seen` is what this gave
    /// before.
    pub fn is_stuck(&self, seen: &mut usize) -> bool {
        let state = self.lock();
        let before = std::mem::replace(seen, state.followed);
        state.waits_for_stop && before == state.followed
    }

    /// The answer to a call, and its place in the transcript.
    pub fn turn<A: DeserializeOwned>(
        &self,
        user: u32,
        call: &str,
        asked: &impl Serialize,
        waits: bool,
    ) -> (Turn<A>, usize) {
        let asked = serde_json::to_string(asked).unwrap_or_default();
        let mut state = self.lock();
        if state.parting.is_some() {
            return (self.parted(), usize::MAX);
        }
        let lane = self.lanes.get(&user).map_or(&[][..], Vec::as_slice);
        let mut at = state.next.get(&user).copied().unwrap_or(0);
        if lane.get(at).is_some_and(|place| self.calls[*place].call == STOP) && self.was_cut_off() {
            at += 1;
            state.next.insert(user, at);
            state.stopped.insert(user);
            state.waits_for_stop |= waits;
            if waits {
                return (Turn::Over, usize::MAX);
            }
        }
        let Some(place) = lane.get(at).copied() else {
            if self.was_cut_off() {
                state.waits_for_stop |= waits;
                return (Turn::Over, usize::MAX);
            }
            let number = self.count() + 1;
            let is = by(user, shown(call, &asked));
            return (self.part(&mut state, number, is, "no further call".to_owned()), usize::MAX);
        };
        let recorded = &self.calls[place];
        let same = recorded.call == call && recorded.asked.get() == asked;
        let answer = recorded.answer.as_ref().map_or("null", |a| a.get());
        let Some(answer) = same.then(|| serde_json::from_str(answer).ok()).flatten() else {
            let (number, recorded) = (self.numbers[place], shown(&recorded.call, recorded.asked.get()));
            return (self.part(&mut state, number, by(user, shown(call, &asked)), recorded), usize::MAX);
        };
        state.next.insert(user, at + 1);
        state.followed += 1;
        // What comes behind a stop is said by a guest that knows of it.
        if !state.stopped.contains(&user) && lane.get(at + 1).is_none_or(|next| self.calls[*next].call == STOP) {
            state.at_work -= 1;
            self.end_when_at_rest(&state);
        }
        (Turn::Recorded(answer, recorded.at), place)
    }

    /// The first call that was not made.
    fn left(&self, state: &State) -> Option<usize> {
        let not_made = |(user, lane): (&u32, &Vec<usize>)| {
            let next = state.next.get(user).copied().unwrap_or(0);
            lane[next..].iter().copied().find(|place| self.calls[*place].call != STOP)
        };
        self.lanes.iter().filter_map(not_made).min()
    }

    fn count(&self) -> usize {
        self.numbers.last().copied().unwrap_or(0)
    }

    fn part<A>(&self, state: &mut State, call: usize, is: String, recorded: String) -> Turn<A> {
        state.parting = Some(Parting { call, is, recorded });
        self.parted()
    }

    fn parted<A>(&self) -> Turn<A> {
        if self.free.is_some() {
            return Turn::Free;
        }
        self.over.cancel();
        Turn::Over
    }

    /// What the guest's clocks show now: what they showed then, and once that is used up, a little more each time.
    pub fn clock(&self, user: u32) -> Duration {
        let mut state = self.lock();
        let (now, steps) = state.clocks.entry(user).or_default();
        *now = now.saturating_add(steps.pop().unwrap_or(1));
        Duration::from_micros(*now)
    }

    /// What the guest says, at its place.
    pub fn said(&self, place: usize, what: Said) {
        self.lock().said.push((place, what));
    }

    pub fn phase(&self, name: String) {
        self.lock().phase = name;
    }

    /// The whole text, of the piece that is new since the last call.
    pub fn grown(&self, id: u32, from: usize, more: &str) -> String {
        let mut state = self.lock();
        let text = state.texts.entry(id).or_default();
        text.truncate(from);
        text.push_str(more);
        text.clone()
    }

    /// With the recorded exchanges, and what else is known.
    pub fn with_streams<T>(&self, ask: impl FnOnce(&mut Streams, &mut State) -> T) -> Option<T> {
        let mut state = self.lock();
        let mut streams = state.streams.take()?;
        let answer = ask(&mut streams, &mut state);
        state.streams = Some(streams);
        Some(answer)
    }

    /// The guest has ended.
    pub fn finish(&self) -> Finale {
        let mut state = std::mem::take(&mut *self.lock());
        if state.parting.is_none() && !self.over.is_cancelled() {
            state.parting = self.left(&state).map(|place| Parting {
                call: self.numbers[place],
                is: "the guest's end".to_owned(),
                recorded: shown(&self.calls[place].call, self.calls[place].asked.get()),
            });
        }
        Finale {
            followed: state.followed,
            calls: self.count(),
            parted_freely: self.free.is_some() && state.parting.is_some(),
            parting: state.parting,
            records: state.streams.map(|s| s.asked()).unwrap_or_default(),
            loads: state.loads,
            said: in_order(state.said),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn in_order<T>(mut said: Vec<(usize, T)>) -> Vec<T> {
    said.sort_by_key(|(place, _)| *place);
    said.into_iter().map(|(_, what)| what).collect()
}

fn by(lane: u32, call: String) -> String {
    Users::index(lane).map_or(call.clone(), |index| format!("{call} by user {index}"))
}

/// A call as a reader of code writes it: `next(3)`.
fn shown(call: &str, asked: &str) -> String {
    let inner = asked.strip_prefix('[').and_then(|a| a.strip_suffix(']')).unwrap_or("");
    let text: String = inner.chars().take(SHOWN).collect();
    let more = if text.len() < inner.len() { "…" } else { "" };
    format!("{call}({text}{more})")
}
