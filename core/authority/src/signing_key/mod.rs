//! Signing keys: made at `init`, sealed at rest, published before use.

mod create;
mod seal;

use base::Timestamp;
use jose::{Algorithm, Jwk, KeyId};
use serde::{Deserialize, Serialize};
use snapshot::{KeyStage, PublishedKey};

pub use create::{CreateFault, LIFETIME, create};
pub use seal::{SealingKey, UnsealFault};

/// A signing key as it is remembered: the private half sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SigningKeyRecord {
    /// Its key id.
    pub key_id: KeyId,
    /// The environment that it signs for, alone.
    pub environment: base::Name,
    /// Its one algorithm.
    pub algorithm: Algorithm,
    /// Its stage.
    pub stage: KeyStage,
    /// The public half.
    pub public: Jwk,
    /// The private half, sealed by the sealing key.
    pub sealed: Vec<u8>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

impl SigningKeyRecord {
    /// What the gates and the key set learn of it.
    pub fn published(&self) -> PublishedKey {
        PublishedKey {
            jwk: self.public.clone(),
            stage: self.stage,
            expires_at: self.expires_at,
        }
    }
}
