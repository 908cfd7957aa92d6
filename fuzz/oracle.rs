//! The oracles, which an ordinary test of `jose` runs too.

#[path = "../core/jose/tests/fuzz/oracle.rs"]
mod oracle;

pub use oracle::*;
