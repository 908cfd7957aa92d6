//! How many requests a caller may make, as arithmetic: state in, decision out.
//! Who keeps the state, and for how long, is not known here.

mod gcra;

pub use gcra::{Allowance, Taken, take};
