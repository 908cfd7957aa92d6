//! What must be refused, row by row; each table stands between two controls
//! that are accepted, so that nothing is refused for the wrong reason.
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

mod claims;
mod configured;
mod elsewhere;
mod foreign;
mod forge;
mod generated;
mod header;
mod key;
mod key_set;
mod mac;
mod mutation;
mod round_trip;
mod segments;
mod sentence;
mod signature;
mod small_order;
mod time;
mod unverified;
