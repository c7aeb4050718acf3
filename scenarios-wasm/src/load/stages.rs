//! Rates that change, as one writes them: `30:8, 60:8, 0:2`.

use dualbench_scenario::{Stage, decimal};

pub struct Stages(pub Vec<Stage>);

impl Stages {
    /// `0.00 to 8.00 arrivals/s in 3 stages`: the rate at the begin, and the highest and lowest one after it.
    pub fn words(&self, from: f64) -> String {
        let rates = || self.0.iter().map(|stage| stage.rate_per_second).chain([from]);
        let (least, most) = (rates().fold(f64::INFINITY, f64::min), rates().fold(0.0, f64::max));
        let (least, most, count) = (decimal(least, 2), decimal(most, 2), self.0.len());
        let stages = if count == 1 { "1 stage".to_owned() } else { format!("{count} stages") };
        format!("{least} to {most} arrivals/s in {stages}")
    }
}

/// `None` of an empty text.
///
/// # Errors
/// A stage that cannot be read, by its place. Whether its numbers make sense, the host says.
pub fn read(text: &str) -> Result<Option<Stages>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    text.split(',').enumerate().map(one).collect::<Result<_, _>>().map(|stages| Some(Stages(stages)))
}

fn one((i, text): (usize, &str)) -> Result<Stage, String> {
    let parts = text.split_once(':').map(|(seconds, rate)| (seconds.trim().parse(), rate.trim().parse()));
    match parts {
        Some((Ok(seconds), Ok(rate))) => Ok(Stage::to(rate, seconds)),
        _ => Err(format!(
            "stages: `{}` at place {} is not SECONDS:RATE, such as 30:8 (within 30 s to 8 arrivals a second)",
            text.trim(),
            i + 1
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_seconds_and_rates() {
        let stages = read("30:8, 60 : 8,0:2.5").expect("read").expect("some");
        let told: Vec<_> = stages.0.iter().map(|s| (s.seconds, s.rate_per_second)).collect();
        assert_eq!(told, [(30.0, 8.0), (60.0, 8.0), (0.0, 2.5)]);
        assert_eq!(stages.words(1.0), "1.00 to 8.00 arrivals/s in 3 stages");
        assert!(read(" ").expect("read").is_none());
    }

    #[test]
    fn what_is_no_stage_is_named_with_its_place() {
        for (text, words) in [("8", "`8` at place 1"), ("1:2,", "`` at place 2"), ("1:2, a:3", "`a:3` at place 2")] {
            let why = read(text).err().expect("no stage");
            assert!(why.contains(words), "{why}");
        }
    }
}
