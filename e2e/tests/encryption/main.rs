//! Encrypted tokens between programs of different origin: what others encrypt
//! is read here and passes at the running gate, and what is encrypted here is
//! read by them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    missing_docs,
    unreachable_pub,
    reason = "a test may fail loudly"
)]

mod gate;
mod library;
mod peer;
