//! The admin API from the outside: whole replies through the router, over the
//! in-memory store.
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

mod account;
mod api_key;
mod audit;
mod client;
mod compatibility;
mod digest_key;
mod drill;
mod feed;
mod house;
mod installation;
mod inventory;
mod key_of_owner;
mod leak;
mod leak_partner;
mod life;
mod openapi;
mod operator;
mod operator_token;
mod owner;
mod pasted;
mod register;
mod revoke_preview;
mod rotation;
mod signing_key;
mod strictness;
mod token;
mod unsteady;
mod use_of_api_key;
