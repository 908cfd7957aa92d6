//! What crosses the gate, and what does not.

mod client;
mod cookie;
mod hop_by_hop;
mod look_alike;
mod request;
mod response;

pub use client::{Client, UntrustedForwarding, client};
pub use look_alike::is_look_alike;
pub use request::{Onward, onward};
pub use response::{clean_response, clean_trailers};
