//! Whole decisions: every rule, with a positive control.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    unreachable_pub,
    unused_must_use,
    clippy::allow_attributes,
    reason = "tests"
)]

mod foreign;
mod house;

mod api_key;
mod demand;
mod encrypted;
mod exchanged;
mod inspect;
mod limit;
mod network;
mod on_behalf_of;
mod operator;
mod path;
mod present;
mod record;
mod reference;
mod secrecy;
mod settle;
mod token;
