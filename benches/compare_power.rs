//! How often a comparison calls a regression where there is none, and how often it finds one that is there:
//! `cargo bench --bench compare_power`. Answers are drawn from the simulated engines' own physics, without sockets.
//!
//! The slow side has its time to first token 5 % longer and nothing else changed. Fails (exit code 1) where equal runs are
//! called a regression in any measure in more than 5 % of 200 pairs, or the slow-down is found in fewer than 95 of 100.
#![allow(clippy::print_stdout, reason = "a program that prints its findings")]

use std::process::ExitCode;
use std::time::Duration;

use dualbench::engines::simulated::{Profile, drawn};
use dualbench::measure::{
    COMPARED, Call, Chunk, ChunkKind, Ending, EngineDurations, Measures, OutputClaims, PromptClaims, Trace, compare,
    noise_floor, quantile,
};

/// As `engine-speed` asks by default.
const PROMPT_TOKENS: u32 = 256;
const OUTPUT_TOKENS: u32 = 128;
const SLOW_DOWN: f64 = 1.05;
const EQUAL_PAIRS: u64 = 200;
const SLOW_PAIRS: u64 = 100;
/// Exchanges of one run: the floor of a median, the default of `engine-speed`, and what is promised.
const SIZES: [u64; 3] = [11, 20, 40];

fn main() -> ExitCode {
    println!(
        "| engine | n | noise floor | pairs | TTFT × | called in TTFT | per measure ({}) | in any |",
        COMPARED.map(|m| m.word).join(", ")
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    let mut kept = true;
    for profile in [Profile::main_14b(), Profile::mini_1_5b()] {
        for n in SIZES {
            for with_floor in [false, true] {
                let equal = Tally::of(&profile, n, EQUAL_PAIRS, 1.0, with_floor);
                let slow = Tally::of(&profile, n, SLOW_PAIRS, SLOW_DOWN, with_floor);
                println!("{}\n{}", equal.row(), slow.row());
                kept &= n < 40 || (equal.any * 20 <= EQUAL_PAIRS && slow.ttft() * 100 >= SLOW_PAIRS * 95);
            }
        }
    }
    println!("{}", if kept { "kept" } else { "NOT KEPT" });
    ExitCode::from(u8::from(!kept))
}

/// Regressions called over pairs of runs.
struct Tally {
    head: String,
    pairs: u64,
    measures: [u64; COMPARED.len()],
    any: u64,
}

impl Tally {
    fn of(profile: &Profile, n: u64, pairs: u64, slow_down: f64, with_floor: bool) -> Tally {
        let floor = if with_floor { "of two equal runs" } else { "none" };
        let head = format!("| {} | {n} | {floor} | {pairs} | {slow_down} |", profile.model);
        let mut tally = Tally { head, pairs, measures: [0; COMPARED.len()], any: 0 };
        for pair in 0..pairs {
            // Four runs a pair that share no seed with any other: A, B, and A once more for the floor.
            let run = |which: u64, factor: f64| run(profile, (pair * 4 + which) << 32 | n << 24, n, factor);
            tally.add(&run(0, 1.0), &run(1, slow_down), with_floor.then(|| run(2, 1.0)).as_deref());
        }
        tally
    }

    fn add(&mut self, a: &[Measures], b: &[Measures], again: Option<&[Measures]>) {
        let mut any = false;
        for (called, measure) in self.measures.iter_mut().zip(&COMPARED) {
            let floor = again.and_then(|again| {
                let medians = [a, again].map(|run| median(measure.values(run)));
                noise_floor(&medians)
            });
            let difference = compare(&measure.values(a), &measure.values(b), measure.better, floor);
            let regression = difference.is_some_and(|d| d.call == Call::Regression);
            *called += u64::from(regression);
            any |= regression;
        }
        self.any += u64::from(any);
    }

    fn ttft(&self) -> u64 {
        self.measures[0]
    }

    fn row(&self) -> String {
        let percent = |calls: u64| format!("{:.1} %", calls as f64 / self.pairs as f64 * 100.0);
        let each: Vec<String> = self.measures.iter().map(ToString::to_string).collect();
        format!("{} {} | {} | {} |", self.head, percent(self.ttft()), each.join(", "), percent(self.any))
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    quantile(&values, 0.5).unwrap_or(f64::NAN)
}

/// The exchanges of one run; every TTFT is `factor` times as long, the gaps between tokens stay.
fn run(profile: &Profile, seed: u64, n: u64, factor: f64) -> Vec<Measures> {
    (0..n).map(|i| Measures::of(&trace(&drawn(profile, seed + i, PROMPT_TOKENS, OUTPUT_TOKENS), factor))).collect()
}

fn trace(due: &[Duration], factor: f64) -> Trace {
    let first = due.first().copied().unwrap_or_default();
    let later = first.mul_f64(factor) - first;
    let chunk =
        |at: &Duration| Chunk { offset: *at + later, kind: ChunkKind::Answer, tokens: Some(1), coalesced: false };
    Trace {
        connect: Duration::ZERO,
        start_delay: Duration::ZERO,
        headers: None,
        first_byte: None,
        chunks: due.iter().map(chunk).collect(),
        finish: None,
        closed: due.last().copied().unwrap_or_default() + later,
        ending: Ending::Length,
        output: OutputClaims { usage: Some(OUTPUT_TOKENS), ..OutputClaims::default() },
        prompt: PromptClaims { total: Some(PROMPT_TOKENS), ..PromptClaims::default() },
        engine: EngineDurations::default(),
        engine_raw: None,
    }
}
