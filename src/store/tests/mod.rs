//! The store as a whole: what goes in comes out, and what a crash leaves is put right.

mod faults;
mod kill;
mod locks;
mod past;
mod rows;
pub mod story;
mod together;
