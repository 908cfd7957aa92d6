//! Azure Key Vault, over its REST API (version 7.4).
//!
//! | what | port | request |
//! |---|---|---|
//! | [`VaultSecret`] | `SecretSource` | `GET /secrets/NAME[/VERSION]` |
//! | [`VaultWrap`] | `KeyWrap` | `POST /keys/NAME/VERSION/wrapkey`, `/unwrapkey` (RSA-OAEP-256) |
//! | [`VaultSigner`] | `RemoteSigner` | `GET /keys/NAME[/VERSION]`, `POST /keys/NAME/VERSION/sign` |
//!
//! [`Azure`] is who we are: a client secret, a federated token (workload
//! identity) or the identity of the machine. A vault's own word about where to
//! log in is not listened to.

mod identity;
mod key;
mod secret;
mod signer;
mod wrap;

pub use identity::{Azure, Login, Settings};
pub use secret::VaultSecret;
pub use signer::VaultSigner;
pub use wrap::VaultWrap;

/// The version of the API that every request names.
pub(crate) const API: &str = "?api-version=7.4";
