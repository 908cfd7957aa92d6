//! API keys through the command line and the gate, in whole processes, one part
//! of their life a file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::allow_attributes,
    missing_docs,
    reason = "a test may fail loudly"
)]

mod bulk;
mod digest_key;
mod import;
mod owner;
mod renew;
mod review;
mod self_revoke;
mod suspend;
mod transfer;
