//! Enforcement in front of an API: the reverse proxy.

pub mod answer;
pub mod forward;
pub mod inspect;
pub mod listen;
pub mod upstream;

mod request_id;

pub use request_id::{RequestId, RequestIds};
