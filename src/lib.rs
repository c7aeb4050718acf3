//! dualbench
pub mod measure;
pub mod events;
pub mod engines;
