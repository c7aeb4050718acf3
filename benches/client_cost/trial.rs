//! One contender's process: open all lines, warm up, then the measured rounds. Judged only when all is read.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::contenders::{Bare, Contender, Dualbench, Reqwest, Stamps};
use crate::engine::take_truths;
use crate::judge::{Finding, judge};
use crate::load::{Start, body, ramp, rounds};
use crate::options::{ContenderName, Trial, Workers};
use crate::resources::{anonymous_bytes, cpu_ns};

/// Tokens of a warm-up answer: it lasts long enough for every line to be in use at once.
const WARM_UP_TOKENS: usize = 64;
/// How often memory is read while the streams run.
const MEMORY_PERIOD: Duration = Duration::from_millis(100);

pub fn run(trial: &Trial) -> Finding {
    let mut builder = match trial.workers {
        Workers::Current => tokio::runtime::Builder::new_current_thread(),
        Workers::Multi => tokio::runtime::Builder::new_multi_thread(),
    };
    let runtime = builder.worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        match trial.contender {
            ContenderName::Bare => read_all::<Bare>(trial).await,
            ContenderName::Reqwest => read_all::<Reqwest>(trial).await,
            ContenderName::Dualbench => read_all::<Dualbench>(trial).await,
        }
    })
}

async fn read_all<C: Contender>(trial: &Trial) -> Finding {
    let contender = C::new(trial.address);
    let before_bytes = anonymous_bytes();
    let mut lines = Vec::new();
    for _ in 0..trial.streams {
        lines.push(contender.open().await);
    }
    let warm_up = round::<C>(lines, ramp(0, trial.streams), body(WARM_UP_TOKENS)).await;
    let mut lines = warm_up.lines;
    forget_truths(trial.address).await;

    let (mut exchanges, mut peak_bytes) = (Vec::new(), 0);
    let rounds = rounds(trial.streams);
    let before_ns = cpu_ns();
    for number in 1..=rounds {
        let done = round::<C>(lines, ramp(number, trial.streams), body(trial.tokens)).await;
        lines = done.lines;
        peak_bytes = peak_bytes.max(done.peak_bytes);
        exchanges.extend(done.exchanges);
    }
    let spent_ns = cpu_ns() - before_ns;

    let tokens = exchanges.len() * trial.tokens;
    let mut finding = judge(&exchanges, &take_truths(trial.address));
    finding.cpu_us_per_token = spent_ns as f64 / 1e3 / tokens as f64;
    finding.memory_bytes_per_stream = peak_bytes.saturating_sub(before_bytes) as f64 / trial.streams as f64;
    finding.tokens_with_warm_up = tokens + trial.streams * WARM_UP_TOKENS;
    finding
}

struct Round<C: Contender> {
    lines: Vec<C::Line>,
    exchanges: Vec<(String, Stamps)>,
    /// Anonymous memory of the process at its highest reading.
    peak_bytes: u64,
}

async fn round<C: Contender>(lines: Vec<C::Line>, starts: Vec<Start>, body: String) -> Round<C> {
    let begin = Instant::now() + Duration::from_millis(5);
    let mut tasks = JoinSet::new();
    for (mut line, start) in lines.into_iter().zip(starts) {
        let body = body.clone();
        tasks.spawn(async move {
            tokio::time::sleep_until((begin + start.after).into()).await;
            let stamps = C::read(&mut line, &start.exchange, &body).await;
            (line, (start.exchange, stamps))
        });
    }
    let mut round = Round { lines: Vec::new(), exchanges: Vec::new(), peak_bytes: 0 };
    let mut memory = tokio::time::interval(MEMORY_PERIOD);
    loop {
        tokio::select! {
            _ = memory.tick() => round.peak_bytes = round.peak_bytes.max(anonymous_bytes()),
            done = tasks.join_next() => match done {
                Some(done) => {
                    let (line, exchange) = done.unwrap();
                    round.lines.push(line);
                    round.exchanges.push(exchange);
                }
                None => break,
            },
        }
    }
    round.peak_bytes = round.peak_bytes.max(anonymous_bytes());
    round
}

async fn forget_truths(address: SocketAddr) {
    tokio::task::spawn_blocking(move || take_truths(address)).await.unwrap();
}
