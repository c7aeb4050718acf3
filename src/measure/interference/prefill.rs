//! What company costs the reading of a prompt. Work is conserved, so only the overlap counts.

use super::slow_down::{SlowDown, estimate, median};
use super::spans::{Span, covered};
use crate::measure::exchange::{Measures, ms};
use crate::measure::summary::Timed;

/// Prompts of the same length: within this share of it.
const SAME_LENGTH: f64 = 0.02;

/// Prompt tokens that the engine had to read; what was asked for, where it does not say.
fn prompt_tokens(e: &Timed<'_>) -> Option<f64> {
    let claims = &e.trace.prompt;
    let read = claims.total.map(|n| n.saturating_sub(claims.cached.unwrap_or(0)));
    read.or(claims.asked).filter(|n| *n > 0).map(f64::from)
}

/// The longest prompts that were measured alone and together: both sides without the others. All of them where no
/// length is known or none is common.
pub(super) fn longest_class<'e, 'a>(
    alone: Vec<&'e Timed<'a>>,
    together: Vec<&'e Timed<'a>>,
) -> (Vec<&'e Timed<'a>>, Vec<&'e Timed<'a>>, bool) {
    let fits =
        |e: &Timed<'_>, length: f64| prompt_tokens(e).is_some_and(|n| (n - length).abs() <= SAME_LENGTH * length);
    let common = together.iter().filter_map(|e| prompt_tokens(e)).filter(|n| alone.iter().any(|e| fits(e, *n)));
    let Some(longest) = common.max_by(f64::total_cmp) else { return (alone, together, false) };
    let keep = |side: Vec<&'e Timed<'a>>| side.into_iter().filter(|e| fits(e, longest)).collect();
    (keep(alone), keep(together), true)
}

/// Time of one prefill under the other's phase, and the rest of it, in ms.
#[derive(Clone, Copy)]
struct Window {
    covered: f64,
    uncovered: f64,
}

impl Window {
    /// `None` where less than half of it lies in the phase: the rest would decide.
    fn of(e: &Timed<'_>, phase: &[Span]) -> Option<Window> {
        let first = e.first()?;
        let inside = ms(covered((e.sent, first), phase));
        let uncovered = ms(first - e.sent) - inside;
        (inside > 0.0 && inside >= uncovered).then_some(Window { covered: inside, uncovered })
    }

    /// covered / (alone − uncovered): what the overlap took over what its work takes alone. `None` where no work is
    /// left for the overlap.
    fn factor(self, alone: f64) -> Option<f64> {
        let work = alone - self.uncovered;
        (work > 0.0).then(|| self.covered / work)
    }
}

/// The slow-down of prefill while the other is in the phase. The two sides are those of [`longest_class`].
pub(super) fn slow_down(alone: &[&Timed<'_>], together: &[&Timed<'_>], phase: &[Span]) -> Option<SlowDown> {
    let alone: Vec<f64> = alone.iter().filter_map(|e| Measures::of(e.trace).ttft_ms).collect();
    let time = median(alone.clone())?;
    let mut windows: Vec<Window> = together.iter().filter_map(|e| Window::of(e, phase)).collect();
    windows.retain(|w| w.factor(time).is_some());
    let (factor, interval) = estimate(&alone, &windows, |alone, windows| {
        let time = median(alone)?;
        median(windows.into_iter().filter_map(|w| w.factor(time)).collect())
    })?;
    Some(SlowDown {
        n_alone: alone.len(),
        n_together: windows.len(),
        alone: time,
        together: time * factor,
        factor,
        interval,
    })
}
