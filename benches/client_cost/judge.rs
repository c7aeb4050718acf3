//! A contender's stamps against the true write times. Pure.

use std::collections::HashMap;

use dualbench::engines::simulated::ExchangeTruth;
use serde::{Deserialize, Serialize};

use crate::contenders::Stamps;
use crate::engine::{ITL, TTFT};

/// What one trial showed. Errors in ms: arrival stamp minus true write stamp for TTFT and lag; for ITL the absolute
/// difference between a gap as stamped and the same gap as written.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Finding {
    pub ttft_error_ms: Errors,
    pub itl_error_ms: Errors,
    /// Over all content chunks, not only the first ones.
    pub lag_ms: Errors,
    /// Of the engine itself: true write stamp minus the moment its profile asks for. What the machine could not give.
    pub engine_late_ms: Errors,
    pub cpu_us_per_token: f64,
    pub memory_bytes_per_stream: f64,
    pub engine_cpu_us_per_token: Option<f64>,
    /// Exchanges whose number of stamps is not that of the chunks written: a defect of the contender.
    pub miscounted: usize,
    /// For the engine's cost, which includes the warm-up.
    pub tokens_with_warm_up: usize,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Errors {
    pub n: usize,
    pub p50: f64,
    pub p99: f64,
    pub max: f64,
}

pub fn judge(exchanges: &[(String, Stamps)], truths: &[ExchangeTruth]) -> Finding {
    let by_name: HashMap<&str, &ExchangeTruth> = truths.iter().map(|truth| (truth.exchange.as_str(), truth)).collect();
    let (mut ttft, mut itl, mut lag, mut miscounted) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for (exchange, stamps) in exchanges {
        let truth = by_name[exchange.as_str()];
        let arrivals = arrivals(stamps, truth);
        if arrivals.len() != truth.writes.len() {
            miscounted += 1;
            continue;
        }
        let late = |at: usize| arrivals[at] as f64 - truth.writes[at].at_ns as f64;
        ttft.push(late(0));
        lag.extend((0..arrivals.len()).map(late));
        itl.extend((1..arrivals.len()).map(|at| (late(at) - late(at - 1)).abs()));
    }
    Finding {
        ttft_error_ms: errors(ttft),
        itl_error_ms: errors(itl),
        lag_ms: errors(lag),
        engine_late_ms: errors(truths.iter().flat_map(engine_late_ns).collect()),
        miscounted,
        ..Finding::default()
    }
}

fn engine_late_ns(truth: &ExchangeTruth) -> Vec<f64> {
    let due_ns = |token: usize| truth.slot_ns as f64 + TTFT.as_nanos() as f64 + token as f64 * ITL.as_nanos() as f64;
    truth.writes.iter().enumerate().map(|(token, write)| write.at_ns as f64 - due_ns(token)).collect()
}

/// The arrival of each content chunk: a chunk has arrived with the read that brought its last byte.
fn arrivals(stamps: &Stamps, truth: &ExchangeTruth) -> Vec<u64> {
    match stamps {
        Stamps::Chunks(chunks) => chunks.clone(),
        Stamps::Reads(reads) => {
            let arrival = |end_byte: u64| {
                reads.get(reads.partition_point(|(_, total)| *total < end_byte)).map(|(at_ns, _)| *at_ns)
            };
            truth.writes.iter().filter_map(|write| arrival(write.end_byte)).collect()
        }
    }
}

/// From ns to a summary in ms; percentiles by linear interpolation between closest ranks.
fn errors(mut ns: Vec<f64>) -> Errors {
    ns.sort_by(f64::total_cmp);
    let at = |part: f64| {
        let rank = part * (ns.len().max(1) - 1) as f64;
        let (low, high) = (ns.get(rank.floor() as usize), ns.get(rank.ceil() as usize));
        low.zip(high).map_or(0.0, |(low, high)| (low + (high - low) * rank.fract()) / 1e6)
    };
    Errors { n: ns.len(), p50: at(0.5), p99: at(0.99), max: at(1.0) }
}
