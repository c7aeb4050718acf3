//! The rate of generation within stretches of the other engine's work.

use std::time::Duration;

use super::spans::{Span, covered};
use crate::measure::exchange::Measures;
use crate::measure::summary::Timed;

/// Shortest overlap from which a rate is taken: below it one gap decides.
const SHORTEST_OVERLAP: Duration = Duration::from_millis(20);

/// One exchange's rate in the spans.
struct Within {
    tokens_per_second: f64,
    /// Share of its generation that lay in them.
    share: f64,
}

/// The rates of those exchanges that lay in the spans for at least half as much of their generation as the one that
/// did most: where some lay there throughout, the edges of a brief touch would only add their noise.
pub(super) fn rates_within(exchanges: &[&Timed<'_>], spans: &[Span]) -> Vec<f64> {
    let found: Vec<Within> = exchanges.iter().filter_map(|e| within(e, spans)).collect();
    let most = found.iter().map(|w| w.share).fold(0.0, f64::max);
    found.into_iter().filter(|w| w.share * 2.0 >= most).map(|w| w.tokens_per_second).collect()
}

/// Each gap between chunks brings the tokens of the chunk that ends it, by the share of the gap that lies in the spans.
fn within(e: &Timed<'_>, spans: &[Span]) -> Option<Within> {
    let m = Measures::of(e.trace);
    let generation = m.generation_ms? / 1e3;
    let gaps = (e.trace.chunks.len() - 1).max(1) as f64;
    let each = m.tokens_per_second? * generation / gaps;
    let (mut tokens, mut time) = (0.0, Duration::ZERO);
    for pair in e.trace.chunks.windows(2) {
        let (from, to) = (e.sent + pair[0].offset, e.sent + pair[1].offset);
        let inside = covered((from, to), spans);
        if to > from {
            tokens += each * inside.as_secs_f64() / (to - from).as_secs_f64();
        } else if spans.iter().any(|s| s.0 <= from && from < s.1) {
            tokens += each;
        }
        time += inside;
    }
    let enough = time >= SHORTEST_OVERLAP && tokens > 0.0;
    enough.then(|| Within { tokens_per_second: tokens / time.as_secs_f64(), share: time.as_secs_f64() / generation })
}

/// Share of the exchanges' generation time that lay in the spans.
pub(super) fn overlap_share(exchanges: &[&Timed<'_>], busy: &[Span]) -> f64 {
    let spans = exchanges.iter().filter_map(|e| Some((e.first()?, e.end())));
    let (mut inside, mut whole) = (0.0, 0.0);
    for span in spans {
        inside += covered(span, busy).as_secs_f64();
        whole += (span.1 - span.0).as_secs_f64();
    }
    if whole > 0.0 { inside / whole } else { 0.0 }
}
