//! A pipeline that a backend runs: what it is asked, and its answer placed inside our window. Nothing here sends.

mod fault;
mod place;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use crate::engines::{Ask, Client, Finished, Length, Prepared, Prompt};
use crate::measure::Answer;

pub use fault::ProtocolFault;

/// A backend that runs its own pipeline behind one streaming endpoint (docs/pipeline-protocol.md).
pub struct Remote {
    /// Of the dialect `pipeline`: it posts to the path of its own URL, and decodes.
    pub client: Arc<Client>,
}

impl Remote {
    /// The request's bytes, for [`Client::stream`]; what comes back goes through [`Client::decode`] to [`answer`].
    pub fn ask(&self, question: &str, length: Length, seed: Option<u32>, exchange: u64) -> Prepared {
        let ask = Ask {
            prompt: Prompt::Text(question.to_owned()),
            length,
            temperature: None,
            seed,
            cache_prompt: false,
            prompt_tokens: None,
            choices: Vec::new(),
        };
        self.client.prepare(&ask, exchange)
    }
}

/// One answer on our clock, and every rule that the backend broke in it.
///
/// A backend's offsets count from its receipt of the request; they are laid into our window from our send on, and
/// what our whole is longer than the backend's own total is `network_and_queue`. So stages, glue and that residue sum
/// to the whole, exactly. Where a rule is broken the stages are left out: then only the whole is known.
pub fn answer(finished: &Finished) -> (Answer, Vec<ProtocolFault>) {
    let trace = &finished.trace;
    let end = end(finished);
    let faults = place::faults(finished, end);
    let known = faults.is_empty() && !finished.stages.is_empty();
    let answer = Answer {
        intent: finished.stages.iter().rev().find_map(|m| m.intent.clone()),
        stages: if known { place::spans(finished) } else { Vec::new() },
        first_token: trace.chunks.first().map(|c| c.offset),
        end,
        ending: trace.ending.clone(),
        passages: None,
        passages_cut: None,
        tokens_cut: None,
        network_and_queue: known.then(|| end.saturating_sub(place::total(&finished.stages))),
    };
    (answer, faults)
}

/// Our end of generation. Of an answer that failed, our stamp of the last thing that came, so that no time-out of ours
/// counts as time of the backend's.
fn end(finished: &Finished) -> Duration {
    let trace = &finished.trace;
    if trace.ending.counts() {
        return trace.end_of_generation().or(trace.finish).unwrap_or(trace.closed);
    }
    let marks = finished.stages.iter().map(|m| m.arrived);
    let chunks = trace.chunks.last().map(|c| c.offset);
    let failure = finished.failure.as_ref().map(|f| f.arrived);
    marks.chain(chunks).chain(failure).max().unwrap_or(trace.closed)
}
