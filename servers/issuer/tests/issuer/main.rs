//! The issuer's endpoints, whole replies, over the in-memory store.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    missing_docs,
    reason = "a test may fail loudly"
)]

mod browser;
mod delegation;
mod exchange;
mod house;
mod place;
mod revoke;
mod self_revoke;
mod signing_key;
mod token;
mod userinfo;
