//! What a transcript holds of the run's plain data, and how it is written: offsets in ns, so that nothing is rounded.

/// Definitions that name every field of a type of another layer: one that is added there does not compile here.
macro_rules! written_as {
    ($($definition:ident => $data:ty),* $(,)?) => {$(
        impl Serialize for $data {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                $definition::serialize(self, to)
            }
        }

        impl<'de> Deserialize<'de> for $data {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $definition::deserialize(from)
            }
        }
    )*};
}

/// Types that have a word or a text of their own.
macro_rules! written_as_text {
    ($($data:ty: $read:expr),* $(,)?) => {$(
        impl Serialize for $data {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $data {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                $read(&text).ok_or_else(|| unknown(&text))
            }
        }
    )*};
}

mod gpu;
mod header;
mod load;
#[cfg(test)]
mod tests;
mod trace;

use std::fmt::Display;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::events::{RunId, WallTime};
use crate::measure::{Stage, Target};

written_as_text! {
    RunId: RunId::parse,
    WallTime: WallTime::parse,
    Target: Target::parse,
    Stage: Stage::parse,
}

/// Durations as ns.
pub(super) mod ns {
    use super::*;

    pub(in crate::run) fn serialize<S: Serializer>(d: &Duration, to: S) -> Result<S::Ok, S::Error> {
        u64::try_from(d.as_nanos()).unwrap_or(u64::MAX).serialize(to)
    }

    pub(in crate::run) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_nanos)
    }
}

/// The same where there may be none.
pub(super) mod some_ns {
    use super::*;

    pub fn serialize<S: Serializer>(d: &Option<Duration>, to: S) -> Result<S::Ok, S::Error> {
        d.map(|d| u64::try_from(d.as_nanos()).unwrap_or(u64::MAX)).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
        Ok(Option::<u64>::deserialize(from)?.map(Duration::from_nanos))
    }
}

fn unknown<E: de::Error>(text: impl Display) -> E {
    E::custom(format!("`{text}` is not known"))
}
