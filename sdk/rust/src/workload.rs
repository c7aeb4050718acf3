//! A load on one target, driven by the host: start times never depend on the scenario.

use crate::bindings::dualbench::scenario::engines::{Load, OpenLoop, Outcome, Pace, Spacing, Stage, StagedLoop, Until};
use crate::bindings::dualbench::scenario::types::Target;
use crate::error::{Error, Result};
use crate::outcome::measure;
use crate::requests::Requests;

/// Open exchanges of an open loop where the workload says nothing; arrivals beyond it are shed.
const DEFAULT_MAX_OPEN: u32 = 64;

impl Load {
    /// A closed loop: this many users, each sending its next request when its last one has ended.
    pub fn closed(target: Target, requests: impl Into<Requests>, users: u32) -> Self {
        Self::paced(target, requests.into(), Pace::Closed(users))
    }

    /// An open loop: this many arrivals each second, at random (Poisson), whatever is still open. At most 64 exchanges
    /// are open at once, unless [`max_open`](Load::max_open) says otherwise.
    pub fn open(target: Target, requests: impl Into<Requests>, rate_per_second: f64) -> Self {
        let open = OpenLoop { rate_per_second, spacing: Spacing::Poisson, max_open: DEFAULT_MAX_OPEN };
        Self::paced(target, requests.into(), Pace::Open(open))
    }

    /// An open loop whose rate changes: it begins at `from_per_second` and runs through the stages; the last one's rate then
    /// stays. Random (Poisson) and bounded as [`open`](Load::open). [`Until::end_of`] ends it with its stages.
    pub fn staged(
        target: Target,
        requests: impl Into<Requests>,
        from_per_second: f64,
        stages: impl IntoIterator<Item = Stage>,
    ) -> Self {
        let staged = StagedLoop {
            from_per_second,
            stages: stages.into_iter().collect(),
            spacing: Spacing::Poisson,
            max_open: DEFAULT_MAX_OPEN,
        };
        Self::paced(target, requests.into(), Pace::Staged(staged))
    }

    /// How the arrivals of an open loop are spaced; a closed loop stays as it is.
    pub fn spacing(mut self, spacing: Spacing) -> Self {
        match &mut self.pace {
            Pace::Closed(_) => {}
            Pace::Open(open) => open.spacing = spacing,
            Pace::Staged(staged) => staged.spacing = spacing,
        }
        self
    }

    /// Arrivals beyond this many open exchanges are shed: counted, never delayed. A closed loop stays as it is.
    pub fn max_open(mut self, exchanges: u32) -> Self {
        match &mut self.pace {
            Pace::Closed(_) => {}
            Pace::Open(open) => open.max_open = exchanges,
            Pace::Staged(staged) => staged.max_open = exchanges,
        }
        self
    }

    /// Exchanges before the measured ones, under the same load. They are stored, but enter no statistic.
    pub fn warm_up(mut self, exchanges: u32) -> Self {
        self.warm_up = exchanges;
        self
    }

    /// Runs this workload alone and blocks until it has ended. [`measure`] runs several at the same time.
    ///
    /// # Errors
    /// As [`measure`].
    pub fn measure(self, until: Until) -> Result<Outcome> {
        measure(&[self], until)?.pop().ok_or_else(|| Error::Failed("the host gave no outcome for the workload".into()))
    }

    fn paced(target: Target, requests: Requests, pace: Pace) -> Self {
        Self { target, requests: requests.into_vec(), pace, warm_up: 0 }
    }
}

impl Stage {
    /// From the rate before it to this one, in a straight line over so many seconds. To the same rate is a plateau, over 0
    /// seconds a jump, to 0 arrivals the way into a pause.
    pub fn to(rate_per_second: f64, seconds: f64) -> Self {
        Self { seconds, rate_per_second }
    }
}

impl Until {
    /// When the last of the stages ends.
    pub fn end_of(stages: &[Stage]) -> Self {
        Self::Seconds(stages.iter().map(|stage| stage.seconds).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bindings::dualbench::scenario::engines::Request;

    #[test]
    fn an_open_loop_arrives_at_random_unless_told_otherwise() {
        let open = || Load::open(Target::Main, Request::calibrated(8), 2.5);
        assert!(matches!(open().pace, Pace::Open(o) if o.spacing == Spacing::Poisson));
        let constant = open().spacing(Spacing::Constant).max_open(7).pace;
        assert!(matches!(constant, Pace::Open(o) if o.spacing == Spacing::Constant && o.max_open == 7));
    }

    #[test]
    fn a_closed_loop_has_no_spacing_to_change() {
        let closed = Load::closed(Target::Mini, Request::calibrated(8), 3);
        let same = closed.spacing(Spacing::Constant).max_open(1).pace;
        assert!(matches!(same, Pace::Closed(3)));
    }

    #[test]
    fn stages_follow_one_another_and_end_when_the_last_one_does() {
        let stages = [Stage::to(5.0, 10.0), Stage::to(5.0, 2.5)];
        let until = Until::end_of(&stages);
        assert!(matches!(until, Until::Seconds(s) if s == 12.5));
        let requests: Requests = (8..11).map(Request::calibrated).collect();
        let load = Load::staged(Target::Main, requests, 1.0, stages).max_open(9);
        assert_eq!(load.requests.len(), 3);
        assert!(
            matches!(load.pace, Pace::Staged(s) if s.stages.len() == 2 && s.max_open == 9 && s.from_per_second == 1.0)
        );
    }
}
