//! What a threshold can speak of: each measure by its name in JSON, and where its figure lies.

use crate::measure::{Distribution, GpuSummary, PipelineSummary, TargetSummary};

/// One measure.
#[derive(Debug)]
pub(super) struct Known {
    pub word: &'static str,
    pub subject: Subject,
}

/// Where a measure's figure lies.
#[derive(Debug, Clone, Copy)]
pub(super) enum Subject {
    /// Over a target's exchanges.
    Exchanges(fn(&TargetSummary) -> Option<&Distribution>),
    /// Over the pipeline's answers.
    Pipeline(fn(&PipelineSummary) -> Option<&Distribution>),
    /// A number of a target that never falls while the run goes on.
    Count(fn(&TargetSummary) -> f64),
    /// A number of a target that may rise and fall.
    Plain(fn(&TargetSummary) -> Option<f64>),
    Gpu(fn(&GpuSummary) -> Option<f64>),
}

impl Known {
    pub fn is_distribution(&self) -> bool {
        matches!(self.subject, Subject::Exchanges(_) | Subject::Pipeline(_))
    }
}

const fn exchanges(word: &'static str, of: fn(&TargetSummary) -> Option<&Distribution>) -> Known {
    Known { word, subject: Subject::Exchanges(of) }
}

const fn pipeline(word: &'static str, of: fn(&PipelineSummary) -> Option<&Distribution>) -> Known {
    Known { word, subject: Subject::Pipeline(of) }
}

const fn count(word: &'static str, of: fn(&TargetSummary) -> f64) -> Known {
    Known { word, subject: Subject::Count(of) }
}

const fn plain(word: &'static str, of: fn(&TargetSummary) -> Option<f64>) -> Known {
    Known { word, subject: Subject::Plain(of) }
}

const fn gpu(word: &'static str, of: fn(&GpuSummary) -> Option<f64>) -> Known {
    Known { word, subject: Subject::Gpu(of) }
}

static KNOWN: &[Known] = &[
    exchanges("ttft_ms", |t| t.ttft_ms.as_ref()),
    exchanges("ttfo_ms", |t| t.ttfo_ms.as_ref()),
    exchanges("itl_ms", |t| t.itl_ms.as_ref()),
    exchanges("icl_ms", |t| t.icl_ms.as_ref()),
    exchanges("tpot_ms", |t| t.tpot_ms.as_ref()),
    exchanges("e2e_ms", |t| t.e2e_ms.as_ref()),
    exchanges("tokens_per_second", |t| t.tokens_per_second.as_ref()),
    exchanges("e2e_tokens_per_second", |t| t.e2e_tokens_per_second.as_ref()),
    exchanges("prefill_tokens_per_second", |t| t.prefill_tokens_per_second.as_ref()),
    exchanges("engine_tokens_per_second", |t| t.engine_tokens_per_second.as_ref()),
    exchanges("headers_ms", |t| t.headers_ms.as_ref()),
    exchanges("connect_ms", |t| t.connect_ms.as_ref()),
    exchanges("start_delay_ms", |t| t.start_delay_ms.as_ref()),
    exchanges("ttft_from_planned_ms", |t| t.ttft_from_planned_ms.as_ref()),
    exchanges("e2e_from_planned_ms", |t| t.e2e_from_planned_ms.as_ref()),
    pipeline("intent_to_first_token_ms", |p| p.intent_to_first_token_ms.as_ref()),
    pipeline("intent_to_answer_ms", |p| p.intent_to_answer_ms.as_ref()),
    pipeline("glue_ms", |p| p.glue_ms.as_ref()),
    pipeline("network_and_queue_ms", |p| p.network_and_queue_ms.as_ref()),
    count("complete", |t| f64::from(t.counts.complete)),
    count("length", |t| f64::from(t.counts.length)),
    count("cancelled", |t| f64::from(t.counts.cancelled)),
    count("failed", |t| f64::from(t.counts.failed)),
    count("output_tokens", |t| t.output_tokens as f64),
    plain("throughput_tokens_per_second", |t| t.throughput_tokens_per_second),
    plain("achieved_rate_per_second", |t| t.achieved_rate_per_second),
    plain("concurrency", |t| t.concurrency),
    gpu("vram_at_peak_bytes", |g| g.vram_at_peak_bytes.map(|b| b as f64)),
    gpu("vram_max_bytes", |g| g.vram_max_bytes.map(|b| b as f64)),
    gpu("energy_j", |g| g.energy_j),
    gpu("power_mean_w", |g| g.power_mean_w),
    gpu("utilisation_mean_percent", |g| g.utilisation_mean_percent),
    gpu("temperature_max_c", |g| g.temperature_max_c),
];

/// The measure of that name, or the nearest one in words.
pub(super) fn find(word: &str) -> Result<&'static Known, String> {
    KNOWN.iter().find(|k| k.word == word).ok_or_else(|| {
        format!("no measure is called `{word}`; the nearest is `{}`", nearest(word, KNOWN.iter().map(|k| k.word)))
    })
}

/// The most similar of the known words.
pub(super) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> &'a str {
    known.max_by(|a, b| strsim::jaro_winkler(word, a).total_cmp(&strsim::jaro_winkler(word, b))).unwrap_or_default()
}
