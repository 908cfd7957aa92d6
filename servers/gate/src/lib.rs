//! Enforcement in front of an API: the reverse proxy.
//!
//! One pipeline, in this order and no other:
//!
//! | step | module |
//! |---|---|
//! | accept a connection, bound it, notice smuggling shapes in its bytes | [`listen`] |
//! | refuse what two hops could read differently | [`inspect`] |
//! | say who is at the other end | [`forward::client`] |
//! | judge by the view in force | `access`, over [`feed::Knowledge`] and [`VerifiedTokens`] |
//! | fetch the keys of trusted issuers, beside all this | [`issuer_keys`] |
//! | settle what memory cannot: a live check, a durable record | [`feed`], [`journal`] |
//! | count who was seen using which credential, from where | `use_report` |
//! | forward the judged request, cleaned, in the gate's own words | [`forward`], [`upstream`] |
//! | or answer with a problem document | [`answer`] |
//!
//! The body is not read and the upstream is not touched before there is a permit.

pub mod answer;
pub mod feed;
pub mod forward;
pub mod inspect;
pub mod issuer_keys;
pub mod journal;
pub mod listen;
pub mod upstream;

mod door;
mod pipeline;
mod request_id;
mod use_report;
mod verified_tokens;

pub use credential::{DigestKey, DigestKeys};
pub use door::{Gate, GateDoor, GateService, Settings};
pub use jose::encryption::{
    DecryptionKey, DecryptionKeys, InvalidDecryptionKeys, InvalidEncryptionKey,
};
#[doc(hidden)]
pub use pipeline::within_limit;
pub use request_id::{RequestId, RequestIds};
#[doc(hidden)]
pub use use_report::{Caller, Tally};
pub use verified_tokens::{CacheLimits, VerifiedTokens};
