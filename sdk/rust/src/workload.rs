//! A load on one target, driven by the host: start times never depend on the scenario.

use crate::bindings::dualbench::scenario::engines::{
    Arrival, OpenLoop, Outcome, Request, Spacing, Until, Workload,
};
use crate::bindings::dualbench::scenario::types::Target;
use crate::error::{Error, Result};
use crate::outcome::measure;

/// Open exchanges of an open loop where the workload says nothing; arrivals beyond it are shed.
const DEFAULT_MAX_OPEN: u32 = 64;

impl Workload {
    /// A closed loop: this many users, each sending its next request when its last one has ended.
    pub fn closed(target: Target, request: Request, users: u32) -> Self {
        Self {
            target,
            request,
            arrival: Arrival::Closed(users),
            warm_up: 0,
        }
    }

    /// An open loop: this many arrivals each second, at random (Poisson), whatever is still open. At most 64 exchanges
    /// are open at once, unless [`max_open`](Workload::max_open) says otherwise.
    pub fn open(target: Target, request: Request, rate_per_second: f64) -> Self {
        let arrival = Arrival::Open(OpenLoop {
            rate_per_second,
            spacing: Spacing::Poisson,
            max_open: DEFAULT_MAX_OPEN,
        });
        Self {
            target,
            request,
            arrival,
            warm_up: 0,
        }
    }

    /// How the arrivals of an open loop are spaced; a closed loop stays as it is.
    pub fn spacing(mut self, spacing: Spacing) -> Self {
        if let Arrival::Open(open) = &mut self.arrival {
            open.spacing = spacing;
        }
        self
    }

    /// Arrivals beyond this many open exchanges are shed: counted, never delayed. A closed loop stays as it is.
    pub fn max_open(mut self, exchanges: u32) -> Self {
        if let Arrival::Open(open) = &mut self.arrival {
            open.max_open = exchanges;
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
        measure(&[self], until)?
            .pop()
            .ok_or_else(|| Error::Failed("the host gave no outcome for the workload".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrival(workload: Workload) -> Arrival {
        workload.arrival
    }

    #[test]
    fn an_open_loop_arrives_at_random_unless_told_otherwise() {
        let open = || Workload::open(Target::Main, Request::calibrated(8), 2.5);
        assert!(matches!(arrival(open()), Arrival::Open(o) if o.spacing == Spacing::Poisson));
        let constant = open().spacing(Spacing::Constant).max_open(7);
        assert!(
            matches!(arrival(constant), Arrival::Open(o) if o.spacing == Spacing::Constant && o.max_open == 7)
        );
    }

    #[test]
    fn a_closed_loop_has_no_spacing_to_change() {
        let closed = Workload::closed(Target::Mini, Request::calibrated(8), 3);
        assert!(matches!(
            arrival(closed.spacing(Spacing::Constant).max_open(1)),
            Arrival::Closed(3)
        ));
    }
}
