//! Why a field of a run's record is null, for the fields that a reader will look for.

use std::sync::Arc;

use crate::events::ExchangeRecord;
use crate::gpu::{GpuState, Recorded};
use crate::measure::{Ending, GpuSummary, TargetSummary};
use crate::run::evidence::Observed;

/// Field path → why it is null. What the thresholds, the card and the interference say of their own fields is with them.
pub(super) fn reasons(
    seen: &Observed,
    gpu: &Option<GpuSummary>,
    targets: &[TargetSummary],
    records: &[Arc<ExchangeRecord>],
) -> Vec<(String, String)> {
    let mut out = gaps(&seen.recorded);
    match (&seen.gpu_state, gpu) {
        (GpuState::Absent { reason, .. }, _) => out.push(("gpu".to_owned(), reason.clone())),
        (_, None) => out.push(("gpu".to_owned(), "no exchange was measured".to_owned())),
        (_, Some(_)) => {}
    }
    for t in targets {
        let word = t.target.word();
        if t.counts.complete + t.counts.length == 0 {
            let why = how_failed(records.iter().filter(|r| r.target == t.target).map(|r| &r.trace.ending));
            out.push((format!("targets.{word}"), why.unwrap_or_else(|| "no exchange was measured".into())));
        } else {
            out.extend(of_target(t).map(|(field, why)| (format!("targets.{word}.{field}"), why.to_owned())));
        }
    }
    out
}

/// What the sampler missed; the gaps of one device are told together.
fn gaps(recorded: &Recorded) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    if recorded.dropped > 0 {
        let why = format!("{} samples came after the bound and were not kept", recorded.dropped);
        out.push(("gpu.samples".to_owned(), why));
    }
    for gap in &recorded.gaps {
        let field = format!("gpu.samples[{}]", gap.device);
        match out.iter_mut().find(|(known, _)| *known == field) {
            Some((_, all)) if all.contains(&gap.reason) => {}
            Some((_, all)) => *all += &format!("; {}", gap.reason),
            None => out.push((field, gap.reason.clone())),
        }
    }
    out
}

/// The measures of a target with exchanges that count, that none of them had.
fn of_target(t: &TargetSummary) -> impl Iterator<Item = (&'static str, &'static str)> {
    const NO_CONTENT: &str = "no answer had a content-bearing chunk";
    const ONE_CHUNK: &str = "no answer had a second content-bearing chunk";
    const NO_RATE: &str = "no answer had a token after its first chunk, over a time above zero";
    const CLOSED: &str = "no start was planned: the load was no open loop";
    [
        ("ttft_ms", t.ttft_ms.is_none(), NO_CONTENT),
        ("ttfo_ms", t.ttfo_ms.is_none(), "no answer had a chunk of the answer itself, without reasoning"),
        ("itl_ms", t.itl_ms.is_none(), ONE_CHUNK),
        ("icl_ms", t.icl_ms.is_none(), ONE_CHUNK),
        ("tpot_ms", t.tpot_ms.is_none(), NO_RATE),
        ("e2e_ms", t.e2e_ms.is_none(), NO_CONTENT),
        ("tokens_per_second", t.tokens_per_second.is_none(), NO_RATE),
        ("e2e_tokens_per_second", t.e2e_tokens_per_second.is_none(), NO_CONTENT),
        ("prefill_tokens_per_second", t.prefill_tokens_per_second.is_none(), "the engine told no prompt tokens"),
        ("engine_tokens_per_second", t.engine_tokens_per_second.is_none(), "the engine tells no rate of its own"),
        ("prompt_tokens", t.prompt_tokens.is_none(), "the engine told no prompt tokens"),
        ("cached_prompt_tokens", t.cached_prompt_tokens.is_none(), "the engine does not tell what it had in its cache"),
        ("output_tokens", t.ledger.primary.is_none(), NO_CONTENT),
        ("throughput_tokens_per_second", t.throughput_tokens_per_second.is_none(), "no token over a time above zero"),
        ("concurrency", t.concurrency.is_none(), "the measured window is empty"),
        ("achieved_rate_per_second", t.achieved_rate_per_second.is_none(), "fewer than two exchanges were started"),
        ("ttft_from_planned_ms", t.ttft_from_planned_ms.is_none(), CLOSED),
        ("e2e_from_planned_ms", t.e2e_from_planned_ms.is_none(), CLOSED),
    ]
    .into_iter()
    .filter_map(|(field, missing, why)| missing.then_some((field, why)))
}

/// `5 refused, 1 stalled (the first: HTTP 401: no key)`; `None` where nothing failed.
pub(super) fn how_failed<'a>(endings: impl Iterator<Item = &'a Ending>) -> Option<String> {
    let mut counts: Vec<(&str, u32)> = Vec::new();
    let mut first = None;
    for ending in endings.filter(|e| !e.counts() && **e != Ending::Cancelled) {
        first = first.or_else(|| ending.detail());
        match counts.iter_mut().find(|(word, _)| *word == ending.word()) {
            Some((_, n)) => *n += 1,
            None => counts.push((ending.word(), 1)),
        }
    }
    let counted = counts.iter().map(|(word, n)| format!("{n} {word}")).collect::<Vec<_>>().join(", ");
    (!counts.is_empty()).then(|| match first {
        Some(first) => format!("{counted} (the first: {first})"),
        None => counted,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::Gap;
    use crate::measure::{Target, Timed, Trace, summarise};
    use std::time::Duration;

    #[test]
    fn every_measure_that_nobody_had_has_its_reason() {
        let one = Trace::of_nothing(Ending::Complete, Duration::from_secs(1));
        let sent = Duration::ZERO;
        let timed = Timed { target: Target::Main, warm_up: false, together: false, began: sent, sent, trace: &one };
        let why: Vec<_> = of_target(&summarise(Target::Main, &[timed])).collect();
        assert!(why.contains(&("itl_ms", "no answer had a second content-bearing chunk")), "{why:?}");
        assert!(!why.iter().any(|(field, _)| *field == "connect_ms"), "{why:?}");
    }

    #[test]
    fn the_gaps_of_one_card_are_told_together() {
        let gap =
            |device, reason: &str| Gap { device, from: Duration::ZERO, to: Duration::ZERO, reason: reason.into() };
        let gaps = vec![gap(0, "lost"), gap(1, "slow"), gap(0, "lost"), gap(0, "reset")];
        let told = super::gaps(&Recorded { gaps, ..Recorded::default() });
        let pairs: Vec<(&str, &str)> = told.iter().map(|(field, why)| (field.as_str(), why.as_str())).collect();
        assert_eq!(pairs, [("gpu.samples[0]", "lost; reset"), ("gpu.samples[1]", "slow")]);
    }

    #[test]
    fn failures_are_counted_by_their_ending_with_the_first_ones_words() {
        let refused = Ending::Refused { status: 401, message: "no key".into() };
        let endings = [Ending::Complete, refused.clone(), refused, Ending::Truncated, Ending::Cancelled];
        assert_eq!(how_failed(endings.iter()).as_deref(), Some("2 refused, 1 truncated (the first: HTTP 401: no key)"));
        assert_eq!(how_failed(endings[..1].iter()), None);
    }
}
