//! Signing with keys that other places hold, in whole processes: the real
//! binary with a real OpenBao, and with SoftHSM.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::allow_attributes,
    missing_docs,
    reason = "a test may fail loudly"
)]

mod hardware;
mod house;
mod transit;
