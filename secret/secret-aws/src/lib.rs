//! AWS Secrets Manager and KMS, through Amazon's own library.
//!
//! | what | port | calls |
//! |---|---|---|
//! | [`SecretsManagerSecret`] | `SecretSource` | `GetSecretValue` |
//! | [`KmsWrap`] | `KeyWrap` | `Encrypt`, `Decrypt`, with an encryption context |
//! | [`KmsSigner`] | `RemoteSigner` | `GetPublicKey`, `Sign` |
//!
//! [`Aws`] is the account: region, endpoint and credentials; what is not said
//! comes from where every program of AWS looks (environment, profile, web
//! identity, container, instance).
//!
//! The library keeps what passes through it in memory that it does not wipe.

mod account;
mod fault;
mod secrets_manager;
mod signer;
mod wrap;

pub use account::{AccessKey, Aws, Settings};
pub use secrets_manager::SecretsManagerSecret;
pub use signer::KmsSigner;
pub use wrap::KmsWrap;
