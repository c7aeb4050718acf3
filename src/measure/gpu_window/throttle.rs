//! Why a GPU's clocks are lower than they could be: a set of named reasons.

/// A set of reasons. Names are those of NVIDIA's management library, in kebab case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Throttle(u16);

impl Throttle {
    /// The clocks are as high as they can be.
    pub const NONE: Throttle = Throttle(0);
    /// Nothing runs.
    pub const IDLE: Throttle = Throttle(1);
    /// Somebody set the clocks.
    pub const APPLICATION_CLOCKS: Throttle = Throttle(1 << 1);
    /// The card's power limit: the ordinary state of many cards under full load.
    pub const POWER_CAP: Throttle = Throttle(1 << 2);
    /// The hardware halves the clocks or worse: heat, power brake or a sudden draw.
    pub const HW_SLOWDOWN: Throttle = Throttle(1 << 3);
    /// Held to the clocks of the slowest card of its group.
    pub const SYNC_BOOST: Throttle = Throttle(1 << 4);
    pub const SW_THERMAL: Throttle = Throttle(1 << 5);
    pub const HW_THERMAL: Throttle = Throttle(1 << 6);
    /// The power supply asked the card to slow down.
    pub const POWER_BRAKE: Throttle = Throttle(1 << 7);
    pub const DISPLAY_CLOCKS: Throttle = Throttle(1 << 8);

    /// What makes a run's figures incomparable: heat and the hardware's own brakes. An idle card, clocks that were
    /// set and the ordinary power limit belong to the set-up, not to the moment.
    pub const DISTURBING: Throttle = Throttle(
        Self::HW_SLOWDOWN.0 | Self::SYNC_BOOST.0 | Self::SW_THERMAL.0 | Self::HW_THERMAL.0 | Self::POWER_BRAKE.0,
    );

    const NAMES: [(Throttle, &'static str); 9] = [
        (Self::IDLE, "idle"),
        (Self::APPLICATION_CLOCKS, "application-clocks"),
        (Self::POWER_CAP, "power-cap"),
        (Self::HW_SLOWDOWN, "hw-slowdown"),
        (Self::SYNC_BOOST, "sync-boost"),
        (Self::SW_THERMAL, "sw-thermal"),
        (Self::HW_THERMAL, "hw-thermal"),
        (Self::POWER_BRAKE, "power-brake"),
        (Self::DISPLAY_CLOCKS, "display-clocks"),
    ];

    pub fn with(self, other: Throttle) -> Throttle {
        Throttle(self.0 | other.0)
    }

    pub fn only(self, mask: Throttle) -> Throttle {
        Throttle(self.0 & mask.0)
    }

    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The set of these names; those that are not known are left out.
    pub fn of_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Throttle {
        let known = |name| Self::NAMES.iter().find(|(_, known)| *known == name);
        names.into_iter().filter_map(known).fold(Self::NONE, |set, (one, _)| set.with(*one))
    }

    /// The reasons by name, in a fixed order.
    pub fn names(self) -> Vec<&'static str> {
        Self::NAMES.iter().filter(|(one, _)| !self.only(*one).is_none()).map(|(_, name)| *name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_own_bit_and_name() {
        let all = Throttle::NAMES.iter().fold(Throttle::NONE, |set, (one, _)| set.with(*one));
        assert_eq!(all.names().len(), Throttle::NAMES.len());
        assert_eq!(Throttle::NONE.names(), Vec::<&str>::new());
        assert_eq!(Throttle::of_names(all.names()), all);
    }

    #[test]
    fn a_power_limit_does_not_disturb_but_heat_does() {
        let seen = Throttle::POWER_CAP.with(Throttle::SW_THERMAL).with(Throttle::IDLE);
        assert_eq!(seen.only(Throttle::DISTURBING).names(), ["sw-thermal"]);
    }
}
