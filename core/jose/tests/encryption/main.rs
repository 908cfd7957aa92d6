//! Encrypted tokens: what must be accepted, and row by row what must be
//! refused. Each table stands between two controls that are accepted, so that
//! nothing is refused for the wrong reason.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    clippy::allow_attributes,
    reason = "tests"
)]

mod forge;
mod header;
mod key;
mod mutation;
mod nested;
mod point;
mod round_trip;
mod segments;
mod vectors;
mod wycheproof;
