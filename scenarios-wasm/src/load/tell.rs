//! Lines for the reader of the log. The figures of record are the host's.

use dualbench_scenario::{Outcome, Result, decimal, report};

/// Tells what came of the load.
///
/// # Errors
/// Fails the run where no exchange was completed.
pub fn outcome(asked: &str, outcome: &Outcome) -> Result {
    let (engine, complete, failed) = (outcome.target, outcome.complete, outcome.failed);
    if complete == 0 {
        let (measured, shed) = (outcome.measured(), outcome.shed);
        return Err(format!(
            "{engine}, {asked}: none of {measured} exchanges was completed, and {shed} arrivals were shed"
        )
        .into());
    }
    if outcome.shed > 0 {
        let shed = outcome.shed;
        let arrivals = outcome.arrivals();
        report::warn(format!(
            "{engine}, {asked}: {shed} of {arrivals} arrivals were shed; the engine cannot take this load"
        ));
    }
    if failed > 0 {
        let measured = outcome.measured();
        report::warn(format!("{engine}, {asked}: {failed} of {measured} exchanges failed"));
    }
    if let Some(rate) = outcome.throughput_tokens_per_second {
        report::info(format!("{engine}, {asked}: {} tokens/s in all, from {complete} exchanges", decimal(rate, 1)));
    }
    report::info(format!("{engine}, {asked}: first token after {} ms", outcome.ttft_ms));
    report::info(format!("{engine}, {asked}: {:.2} ms from token to token", outcome.itl_ms));
    Ok(())
}
