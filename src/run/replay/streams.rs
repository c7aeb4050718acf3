//! The recorded exchanges, for a guest that goes another way than the recorded one: each is given out once, in order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use crate::engines::LiveChunk;
use crate::events::ExchangeRecord;
use crate::measure::{ChunkKind, Target};
use crate::run::transcript::Call;
use crate::run::wire;
use crate::scenario::{Chunk, ChunkKind as GuestKind, Error};

/// Stands for the text of a chunk that nobody read in the recorded run.
const UNREAD: &str = "x";

pub(super) struct Streams {
    recorded: BTreeMap<u32, Arc<ExchangeRecord>>,
    /// As the recorded guest read them.
    read: BTreeMap<u32, Vec<Chunk>>,
    given: BTreeSet<u32>,
    /// Chunks that the guest has had of each exchange.
    at: BTreeMap<u32, usize>,
    /// Exchanges as the guest asked for them now.
    asked: BTreeMap<u32, Arc<ExchangeRecord>>,
    /// The end of what the guest has seen, on the run's clock.
    now: Duration,
}

impl Streams {
    pub fn new(records: &[Arc<ExchangeRecord>], calls: &[Call]) -> Streams {
        let mut read: BTreeMap<u32, Vec<Chunk>> = BTreeMap::new();
        for call in calls.iter().filter(|c| c.call == "next") {
            let asked: Option<(u32,)> = serde_json::from_str(call.asked.get()).ok();
            let answer = call.answer.as_ref().and_then(|a| serde_json::from_str(a.get()).ok());
            if let (Some((id,)), Some(Ok::<Option<Chunk>, Error>(Some(chunk)))) = (asked, answer) {
                read.entry(id).or_default().push(chunk);
            }
        }
        Streams {
            recorded: records.iter().map(|r| (r.exchange, r.clone())).collect(),
            read,
            given: BTreeSet::new(),
            at: BTreeMap::new(),
            asked: BTreeMap::new(),
            now: Duration::ZERO,
        }
    }

    /// The guest began this one as the recorded guest did.
    pub fn follow(&mut self, id: u32) {
        self.given.insert(id);
        if let Some(record) = self.recorded.get(&id) {
            self.asked.insert(id, record.clone());
        }
    }

    /// All that were sent until `at`, in company with the recorded guest.
    pub fn follow_until(&mut self, at: Duration) {
        let began = |r: &&Arc<ExchangeRecord>| r.sent <= at;
        let ids: Vec<u32> = self.recorded.values().filter(began).map(|r| r.exchange).collect();
        ids.into_iter().for_each(|id| self.follow(id));
        self.now = self.now.max(at);
    }

    pub fn follow_chunk(&mut self, id: u32) {
        *self.at.entry(id).or_default() += 1;
    }

    /// The next recorded exchange with `target`, in what the guest says of it now.
    ///
    /// # Errors
    /// None is left.
    pub fn take(&mut self, target: Target, phase: &str, warm_up: bool, together: bool) -> Result<u32, Error> {
        let free = |r: &&Arc<ExchangeRecord>| r.target == target && !self.given.contains(&r.exchange);
        let Some(next) = self.recorded.values().find(free) else {
            let all = self.recorded.values().filter(|r| r.target == target).count();
            return Err(Error::Limit(format!(
                "replay: the recorded run made {all} exchanges with {target}, and none is left"
            )));
        };
        let asked = ExchangeRecord { phase: phase.to_owned(), warm_up, together, ..(**next).clone() };
        let id = asked.exchange;
        self.given.insert(id);
        self.asked.insert(id, Arc::new(asked));
        Ok(id)
    }

    /// How many are left of a target.
    pub fn left(&self, target: Target) -> u32 {
        self.recorded.values().filter(|r| r.target == target && !self.given.contains(&r.exchange)).count() as u32
    }

    pub fn next(&mut self, id: u32) -> Option<Chunk> {
        let at = self.at.get(&id).copied().unwrap_or(0);
        let chunk = self.chunk(id, at)?;
        self.at.insert(id, at + 1);
        let sent = self.asked.get(&id).map_or(Duration::ZERO, |r| r.sent);
        self.now = self.now.max(sent + Duration::from_secs_f64(chunk.offset_ms.max(0.0) / 1e3));
        Some(chunk)
    }

    pub fn finish(&mut self, id: u32) -> Option<Arc<ExchangeRecord>> {
        let record = self.asked.get(&id)?.clone();
        self.now = self.now.max(record.sent + record.trace.closed);
        Some(record)
    }

    /// What the guest has had of the answer.
    pub fn text(&self, id: u32) -> String {
        let had = (0..self.at.get(&id).copied().unwrap_or(0)).filter_map(|at| self.chunk(id, at));
        had.filter(|c| c.kind == GuestKind::Answer).map(|c| c.text).collect()
    }

    /// Of these, the ones that came first in the recorded run.
    pub fn first(&self, ids: &[u32]) -> Vec<u32> {
        let when = |id: &u32| {
            let sent = self.asked.get(id)?.sent;
            let chunk = self.chunk(*id, self.at.get(id).copied().unwrap_or(0))?;
            Some(sent + Duration::from_secs_f64(chunk.offset_ms.max(0.0) / 1e3))
        };
        let times: Vec<Option<Duration>> = ids.iter().map(when).collect();
        let first = times.iter().min().copied().flatten();
        (0..).zip(&times).filter(|(_, time)| **time == first).map(|(i, _)| i).collect()
    }

    /// Whether another target is being asked and has not been read to its end.
    pub fn in_company(&self, target: Target) -> bool {
        let open = |r: &Arc<ExchangeRecord>| self.chunk(r.exchange, self.at.get(&r.exchange).copied().unwrap_or(0));
        self.asked.values().any(|r| r.target != target && self.at.contains_key(&r.exchange) && open(r).is_some())
    }

    pub fn now(&self) -> Duration {
        self.now
    }

    /// What the guest asked for, in the order of the recorded run.
    pub fn asked(&self) -> Vec<Arc<ExchangeRecord>> {
        self.asked.values().cloned().collect()
    }

    /// The text as it was read, or a stand-in; the time and the kind as they were seen.
    fn chunk(&self, id: u32, at: usize) -> Option<Chunk> {
        if let Some(chunk) = self.read.get(&id).and_then(|chunks| chunks.get(at)) {
            return Some(chunk.clone());
        }
        let seen = self.recorded.get(&id)?.trace.chunks.get(at)?;
        let text = if seen.kind == ChunkKind::ToolCall { "" } else { UNREAD };
        Some(wire::chunk(LiveChunk {
            kind: seen.kind,
            text: text.to_owned(),
            tokens: seen.tokens,
            offset: seen.offset,
        }))
    }
}
