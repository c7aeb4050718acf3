//! dualbench
