//! Whether a run's numbers may be trusted and compared.

/// `valid`, or `void` with every reason. A void run keeps its data, shows no headline number, and is no baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Valid,
    Void(Vec<String>),
}

impl Verdict {
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Valid => "valid",
            Verdict::Void(_) => "void",
        }
    }

    pub fn reasons(&self) -> &[String] {
        match self {
            Verdict::Valid => &[],
            Verdict::Void(reasons) => reasons,
        }
    }
}

/// What was seen of one run. Each field that speaks against it becomes one reason.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ground {
    /// Names of foreign processes on the GPU before the start.
    pub foreign_gpu_processes: Vec<String>,
    /// Throttle reasons seen while generating.
    pub throttled: Vec<String>,
    /// Exchanges whose token sources disagree.
    pub ledger_disagreements: u32,
    /// Measured exchanges with cached prompt tokens where a cold prompt was asked for.
    pub warm_where_cold: u32,
    /// Measured exchanges whose prompt the engine counted otherwise than was asked.
    pub prompt_length_missed: u32,
    /// Measured answers that are not as long as asked, of engines that can be told to go on.
    pub exact_length_missed: u32,
    /// Roles whose model lies partly in CPU memory.
    pub cpu_spill: Vec<String>,
    /// Arrivals not started.
    pub shed: u32,
    /// Measured exchanges that failed.
    pub failed: u32,
    /// How these ended, and what the first one said.
    pub failed_how: String,
    /// Exchanges that entered statistics.
    pub counted: u32,
    /// The client's own lag, p99 in µs, and its limit.
    pub lag_p99_us: Option<f64>,
    pub lag_limit_us: f64,
    /// Roles whose identity at the end is not that of the start.
    pub engine_changed: Vec<String>,
    /// What the scenario itself said.
    pub by_scenario: Vec<String>,
}

/// One rule for each condition of docs/measures.md, "Verdict".
pub fn verdict(ground: &Ground) -> Verdict {
    let g = ground;
    let mut reasons = Vec::new();
    let mut say = |is_so: bool, reason: String| {
        if is_so {
            reasons.push(reason);
        }
    };
    say(g.counted == 0, "no exchange was measured".into());
    say(
        g.failed > 0,
        match g.failed_how.as_str() {
            "" => format!("{} measured exchanges failed", g.failed),
            how => format!("{} measured exchanges failed: {how}", g.failed),
        },
    );
    say(
        !g.foreign_gpu_processes.is_empty(),
        format!("other work was on the GPU before the start: {}", g.foreign_gpu_processes.join(", ")),
    );
    say(!g.throttled.is_empty(), format!("the GPU throttled: {}", g.throttled.join(", ")));
    say(
        g.ledger_disagreements > 0,
        format!("token counts disagree by more than 2 % in {} exchanges", g.ledger_disagreements),
    );
    say(
        g.warm_where_cold > 0,
        format!("the prompt cache was warm in {} exchanges that were to be cold", g.warm_where_cold),
    );
    say(
        g.prompt_length_missed > 0,
        format!("the engine counted other prompt tokens than were asked for in {} exchanges", g.prompt_length_missed),
    );
    say(g.exact_length_missed > 0, format!("{} answers are not of the exact length asked for", g.exact_length_missed));
    for role in &g.cpu_spill {
        say(true, format!("engine `{role}` keeps part of its model in CPU memory"));
    }
    say(g.shed > 0, format!("{} arrivals were shed: the asked load was not achieved", g.shed));
    let lag = g.lag_p99_us.filter(|lag| *lag > g.lag_limit_us);
    say(lag.is_some(), format!("this client lagged: p99 {:.0} µs, limit {:.0} µs", lag.unwrap_or(0.0), g.lag_limit_us));
    for role in &g.engine_changed {
        say(true, format!("engine `{role}` changed during the run"));
    }
    for reason in &g.by_scenario {
        say(true, format!("the scenario says: {reason}"));
    }
    if reasons.is_empty() { Verdict::Valid } else { Verdict::Void(reasons) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quiet() -> Ground {
        Ground { counted: 5, lag_limit_us: 1_000.0, lag_p99_us: Some(80.0), ..Ground::default() }
    }

    #[test]
    fn a_quiet_run_is_valid() {
        assert_eq!(verdict(&quiet()), Verdict::Valid);
    }

    #[test]
    fn each_condition_alone_voids_a_run_with_one_reason() {
        let spoiled: [fn(&mut Ground); 13] = [
            |g| g.counted = 0,
            |g| g.failed = 1,
            |g| g.foreign_gpu_processes.push("blender".into()),
            |g| g.throttled.push("thermal".into()),
            |g| g.ledger_disagreements = 1,
            |g| g.warm_where_cold = 1,
            |g| g.prompt_length_missed = 1,
            |g| g.exact_length_missed = 1,
            |g| g.cpu_spill.push("main".into()),
            |g| g.shed = 1,
            |g| g.lag_p99_us = Some(1_000.1),
            |g| g.engine_changed.push("mini".into()),
            |g| g.by_scenario.push("too hot".into()),
        ];
        for (i, spoil) in spoiled.iter().enumerate() {
            let mut g = quiet();
            spoil(&mut g);
            assert_eq!(verdict(&g).reasons().len(), 1, "condition {i}");
        }
    }

    #[test]
    fn every_reason_is_given() {
        let g = Ground { shed: 3, failed: 2, ..quiet() };
        assert_eq!(verdict(&g).reasons().len(), 2);
    }
}
