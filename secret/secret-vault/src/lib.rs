//! HashiCorp Vault and OpenBao, over the HTTP API that both have.
//!
//! | what | port | request |
//! |---|---|---|
//! | [`KvSecret`] | `SecretSource` | `GET /v1/MOUNT/data/PATH` (KV version 2) |
//! | [`TransitWrap`] | `KeyWrap` | `POST /v1/MOUNT/encrypt/KEY`, `/decrypt/KEY` |
//! | [`TransitSigner`] | `RemoteSigner` | `GET /v1/MOUNT/keys/KEY`, `POST /v1/MOUNT/sign/KEY` |
//!
//! [`Vault`] is the connection: address, namespace, and a [`Login`] that is
//! done once and again when the token has ended.

mod connection;
mod kv;
mod login;
mod signer;
mod wrap;

pub use connection::{Settings, Vault};
pub use kv::KvSecret;
pub use login::Login;
pub use signer::TransitSigner;
pub use wrap::TransitWrap;
