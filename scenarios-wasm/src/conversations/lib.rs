//! Talks of several turns under load: each user is a copy of this module, with a history that grows.

mod params;
mod talk;

use dualbench_scenario::{
    Arguments, Manifest, Result, Scenario, Target, Until, WithUsers, report, scenario_with_users,
    users,
};
use std::sync::atomic::{AtomicU32, Ordering};
use talk::Talk;

struct Conversations;

/// Of this user, which is an instance of its own.
static TALKS: AtomicU32 = AtomicU32::new(0);

impl Scenario for Conversations {
    fn describe() -> Manifest {
        let manifest = Manifest::new("conversations", env!("CARGO_PKG_VERSION"))
            .description(
                "Several users at once, each in a talk whose history grows turn by turn and now and then takes another \
                 way: the time to the first token, turn by turn, under load.",
            )
            .targets(&[Target::Main, Target::Mini]);
        params::all().into_iter().fold(manifest, Manifest::param)
    }

    fn run(arguments: &Arguments) -> Result {
        let count = arguments.count("users");
        report::phase(&format!("{count} users"));
        users(count, Until::Repetitions(arguments.count("conversations")))?;
        report::mark("all talks are over");
        Ok(())
    }
}

impl WithUsers for Conversations {
    /// One talk.
    fn user(arguments: &Arguments, index: u32) -> Result {
        let engine: Target = arguments.choice("engine");
        let talks = TALKS.fetch_add(1, Ordering::Relaxed);
        let mut chance = Chance::of(report::seed().wrapping_add(talks));
        let mut talk = Talk::begin();
        if index == 0 {
            report::mark("a talk of user 0 begins");
        }
        for turn in 1..=arguments.count("turns") {
            let doubts = chance.next() < arguments.number("doubt");
            let exchange = talk.ask(engine, doubts, arguments.count("output_tokens"))?;
            let measures = exchange.finish()?;
            report::count("turns", 1.0);
            if doubts && turn > 1 {
                report::count("doubts", 1.0);
            }
            if let Some(ttft) = measures.ttft_ms {
                report::metric(&format!("turn {turn} ttft"), ttft, "ms");
            }
            talk.heard(exchange.text());
        }
        Ok(())
    }
}

/// Chance that follows from a seed.
struct Chance(u32);

impl Chance {
    fn of(seed: u32) -> Self {
        Self(seed | 1)
    }

    /// From 0 to 1. Xorshift (Marsaglia, 2003).
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        f64::from(self.0) / f64::from(u32::MAX)
    }
}

scenario_with_users!(Conversations);
