//! Stretches of time on the run's clock: joined, and laid over one another.

use std::time::Duration;

/// From, to.
pub(super) type Span = (Duration, Duration);

/// Spans sorted and joined where they touch.
pub(super) fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|(from, to)| from < to);
    spans.sort_unstable();
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for (from, to) in spans {
        match out.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => out.push((from, to)),
        }
    }
    out
}

/// How much of `span` the merged `spans` cover.
pub(super) fn covered(span: Span, spans: &[Span]) -> Duration {
    spans.iter().map(|s| s.1.min(span.1).saturating_sub(s.0.max(span.0))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn touching_spans_are_joined() {
        let s = Duration::from_secs;
        assert_eq!(merged(vec![(s(5), s(6)), (s(1), s(2)), (s(2), s(3)), (s(4), s(4))]), [(s(1), s(3)), (s(5), s(6))]);
    }
}
