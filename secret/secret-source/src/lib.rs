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

mod fault;

use async_trait::async_trait;
use jose::VerificationKey;
use zeroize::Zeroizing;

pub use fault::SourceFault;

/// The bytes of a secret, wiped when dropped.
pub type SecretBytes = Zeroizing<Vec<u8>>;

/// A place that gives one secret.
#[async_trait]
pub trait SecretSource: Send + Sync {
    /// Reads it, as it is now.
    async fn read(&self) -> Result<SecretBytes, SourceFault>;
}

/// A key-encryption key that never leaves its place.
#[async_trait]
pub trait KeyWrap: Send + Sync {
    /// Seals a small key.
    async fn wrap(&self, key: &[u8]) -> Result<Vec<u8>, SourceFault>;

    /// Opens what [`KeyWrap::wrap`] sealed.
    async fn unwrap(&self, wrapped: &[u8]) -> Result<SecretBytes, SourceFault>;
}

/// A private signing key that never leaves its place.
#[async_trait]
pub trait RemoteSigner: Send + Sync {
    /// Its public half, read when the signer was opened, with the key id under
    /// which it is published.
    fn verification_key(&self) -> &VerificationKey;

    /// Signs `message` in the form of a JWS signature (RFC 7518 section 3): an
    /// ECDSA signature is `r || s`, never DER.
    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SourceFault>;
}
