//! The work that every contender gets: which request on which line, and when.

use std::time::Duration;

/// Mean distance of two starts. The ramp is spread irregularly, so that the streams' tokens do not fall on common moments.
const START_DISTANCE: Duration = Duration::from_micros(250);

#[derive(Debug, Clone)]
pub struct Start {
    pub exchange: String,
    /// From the begin of the round.
    pub after: Duration,
}

/// One start for each line, in a short ramp: 64 ms for 256 streams.
pub fn ramp(round: usize, streams: usize) -> Vec<Start> {
    let ramp = START_DISTANCE * streams as u32;
    (0..streams)
        .map(|line| {
            // Golden-ratio steps: as even as a grid, and never in step with it.
            let part = (line as f64 * 0.618_033_988_749_895).fract();
            Start { exchange: format!("{round}-{line}"), after: ramp.mul_f64(part) }
        })
        .collect()
}

pub fn body(tokens: usize) -> String {
    format!(
        r#"{{"model":"simulated","messages":[{{"role":"user","content":"Say what you see."}}],"stream":true,"stream_options":{{"include_usage":true}},"max_tokens":{tokens},"ignore_eos":true,"cache_prompt":false}}"#
    )
}

/// Enough rounds for some thousand tokens and some ten first tokens, whatever the number of streams.
pub fn rounds(streams: usize) -> usize {
    (640 / streams).clamp(1, 10)
}
