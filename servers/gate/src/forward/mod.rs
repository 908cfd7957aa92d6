//! What crosses the gate, and what does not.

mod client_address;
mod cookie;
mod hop_by_hop;
mod look_alike;
mod request;
mod response;

pub use client_address::{UntrustedForwarding, client_address};
pub use look_alike::is_look_alike;
pub use request::{Onward, onward};
pub use response::{clean_response, clean_trailers};
