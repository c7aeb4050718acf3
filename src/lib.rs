//! dualbench
pub mod engines {
    //! HTTP clients and embedded engines.
    pub mod simulated;
}
