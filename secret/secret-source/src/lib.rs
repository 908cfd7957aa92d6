//! Where secrets come from, and who signs with private keys that we never
//! hold: three small ports, each with one adapter per place.
//!
//! | port | what it does | places |
//! |---|---|---|
//! | [`SecretSource`] | gives a secret | file, environment, Vault KV, AWS and Google secret managers, Azure Key Vault, PKCS#11 |
//! | [`KeyWrap`] | seals and opens a small key with one that never leaves its place | Vault Transit, AWS KMS, Azure Key Vault |
//! | [`RemoteSigner`] | signs with a key that never leaves its place | Vault Transit, AWS KMS, Azure Key Vault, PKCS#11 |
//!
//! A place that does not answer is a [`SourceFault`], never an empty secret,
//! and no fault carries anything of a secret.
//!
//! The places of this machine are here: [`FileSource`] and
//! [`EnvironmentSource`]. The others are crates of their own. [`SourceUri`] is
//! the one grammar that names them all; [`Patience`] says how long a place is
//! waited for; [`key_text`] and [`secret_text`] are the only ways from bytes to
//! a key or a text.

#[cfg(any(test, feature = "conformance"))]
#[expect(clippy::unwrap_used, reason = "a test suite fails by panicking")]
pub mod conformance;
pub mod der;
mod environment;
mod fault;
mod file;
pub mod key_text;
mod members;
mod open_signer;
mod patience;
pub mod public_key;
pub mod secret_text;
mod signature_kind;
pub mod uri;

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use jose::VerificationKey;
use zeroize::Zeroizing;

pub use environment::EnvironmentSource;
pub use fault::SourceFault;
pub use file::FileSource;
pub use members::Members;
pub use open_signer::OpenSigner;
pub use patience::{Patience, Patient};
pub use signature_kind::{Curve, Hash, SignatureKind};
pub use uri::{InvalidSourceUri, SourceUri};

/// The bytes of a secret, wiped when dropped.
pub type SecretBytes = Zeroizing<Vec<u8>>;

/// A key of 256 bits, wiped when dropped.
pub type Key256 = Zeroizing<[u8; 32]>;

/// A place that gives one secret. Its `Debug` names the place and no secret.
#[async_trait]
pub trait SecretSource: Debug + Send + Sync {
    /// Reads it, as it is now.
    async fn read(&self) -> Result<SecretBytes, SourceFault>;
}

/// A key-encryption key that never leaves its place. Its `Debug` names the
/// place and no secret.
#[async_trait]
pub trait KeyWrap: Debug + Send + Sync {
    /// Seals a small key.
    async fn wrap(&self, key: &[u8]) -> Result<Vec<u8>, SourceFault>;

    /// Opens what [`KeyWrap::wrap`] sealed.
    async fn unwrap(&self, wrapped: &[u8]) -> Result<SecretBytes, SourceFault>;
}

#[async_trait]
impl<T: KeyWrap + ?Sized> KeyWrap for Arc<T> {
    async fn wrap(&self, key: &[u8]) -> Result<Vec<u8>, SourceFault> {
        self.as_ref().wrap(key).await
    }

    async fn unwrap(&self, wrapped: &[u8]) -> Result<SecretBytes, SourceFault> {
        self.as_ref().unwrap(wrapped).await
    }
}

/// A private signing key that never leaves its place.
#[async_trait]
pub trait RemoteSigner: Send + Sync {
    /// Its public half, read when the signer was opened, with the key id under
    /// which it is published.
    fn verification_key(&self) -> &VerificationKey;

    /// Signs `message` in the form of a JWS signature (RFC 7518 section 3): an
    /// ECDSA signature is `r || s`, never DER.
    ///
    /// Whoever uses the signature verifies it first
    /// ([`jose::SigningInput::complete`] does): a place that signs with another
    /// key than it announced has made no signature.
    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SourceFault>;
}
