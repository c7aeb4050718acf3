//! How far this client's own figures are from the truth: held against the embedded simulated engine, which records
//! when each of its writes really happened.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::engines::simulated::{self, ExchangeTruth, SimulatedEngines, ns_of};
use crate::engines::{Ask, Client, Config, Length, Progress, Prompt};
use crate::measure::{Distribution, Trace};

/// Tokens of each answer.
const TOKENS: u32 = 64;
/// The metronome that is measured.
const TTFT: Duration = Duration::from_millis(50);
const ITL: Duration = Duration::from_millis(10);

/// Our stamps against the true times, in ms; an error is our figure minus the true one.
#[derive(Debug, Clone, PartialEq)]
pub struct Accuracy {
    pub exchanges: usize,
    /// Absolute error of TTFT, one value an exchange.
    pub ttft_error_ms: Distribution,
    /// Absolute error of each gap between two chunks.
    pub itl_error_ms: Distribution,
}

/// Measures `exchanges` answers of a metronome (50 ms, then one token each 10 ms), one after the other.
///
/// # Errors
/// The simulated engines did not start, or an exchange failed.
pub async fn own_error(streams: &Handle, exchanges: usize) -> anyhow::Result<Accuracy> {
    let engines = SimulatedEngines::start(simulated::Config::flat(TTFT, ITL), CancellationToken::new())?;
    let client = Arc::new(Client::new(Config { base_url: engines.main.base_url.clone(), ..Config::default() })?);
    client.identity().await?;
    let (mut ttft, mut itl) = (Vec::new(), Vec::new());
    for i in 0..exchanges {
        let (client, prepared) = (client.clone(), client.prepare(&ask(i), i as u64));
        let reading = streams.spawn(async move {
            let connection = client.connect().await?;
            let raw =
                client.stream(connection, prepared, None, &CancellationToken::new(), &Progress::default(), &[]).await;
            Ok::<_, crate::engines::EngineError>(client.decode(raw))
        });
        let finished = reading.await??;
        let truth = engines.main.truth().take(&i.to_string());
        let truth = truth.ok_or_else(|| anyhow::anyhow!("the simulated engine kept no truth of exchange {i}"))?;
        let (first, gaps) = errors_ms(&finished.trace, ns_of(finished.sent), &truth)
            .ok_or_else(|| anyhow::anyhow!("exchange {i} ended as {}", finished.trace.ending.word()))?;
        ttft.push(first);
        itl.extend(gaps);
    }
    let distribution = |v: Vec<f64>| Distribution::of(v).ok_or_else(|| anyhow::anyhow!("nothing was measured"));
    Ok(Accuracy { exchanges, ttft_error_ms: distribution(ttft)?, itl_error_ms: distribution(itl)? })
}

fn ask(i: usize) -> Ask {
    Ask {
        prompt: Prompt::Text(format!("accuracy {i}")),
        length: Length::Exact(TOKENS),
        temperature: None,
        seed: Some(i as u32),
        cache_prompt: false,
        prompt_tokens: None,
        choices: Vec::new(),
    }
}

/// The absolute error of TTFT and of each gap, in ms. `None` if the chunks are not those that were written.
pub fn errors_ms(trace: &Trace, sent_ns: u64, truth: &ExchangeTruth) -> Option<(f64, Vec<f64>)> {
    if trace.chunks.is_empty() || trace.chunks.len() != truth.writes.len() {
        return None;
    }
    let late_ms: Vec<f64> = trace
        .chunks
        .iter()
        .zip(&truth.writes)
        .map(|(chunk, write)| (sent_ns as f64 + chunk.offset.as_nanos() as f64 - write.at_ns as f64) / 1e6)
        .collect();
    let gaps = late_ms.windows(2).map(|w| (w[1] - w[0]).abs()).collect();
    Some((late_ms[0].abs(), gaps))
}
