//! Google Secret Manager, over its REST API (v1).
//!
//! | what | port | request |
//! |---|---|---|
//! | [`ManagedSecret`] | `SecretSource` | `GET /v1/projects/P/secrets/S/versions/V:access` |
//!
//! [`Google`] is who we are: a service account's key, or the identity of the
//! machine from its metadata service.

mod checksum;
mod identity;
mod secret;
mod service_account;

pub use identity::{Google, Login, Settings};
pub use secret::ManagedSecret;
