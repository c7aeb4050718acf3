//! dualbench
pub mod events;
pub mod measure;
