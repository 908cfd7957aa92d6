//! API keys: create and revoke.

mod create;
mod revoke;

use base::{Digest, Timestamp};
use credential::{ApiKeyId, Audience, ScopeSet};
use serde::{Deserialize, Serialize};
use snapshot::ApiKeyEntry;

use crate::accountability::{Accountability, Revocation};

#[cfg(test)]
mod tests;

pub use create::{CreatedApiKey, LONGEST_LIFETIME, create};
pub use revoke::revoke;

/// An API key as it is remembered. Its text is not: only the digest is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApiKey {
    /// Its public id.
    pub id: ApiKeyId,
    /// The environment that it belongs to.
    pub environment: base::Name,
    /// Who stands behind it.
    pub accountability: Accountability,
    /// What it may do.
    pub scopes: ScopeSet,
    /// The one API that it is for.
    pub audience: Audience,
    /// The keyed digest of its text.
    pub digest: Digest,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When and why it was revoked.
    #[serde(default)]
    pub revocation: Option<Revocation>,
}

impl ApiKey {
    /// What the gates learn of it.
    pub fn entry(&self) -> ApiKeyEntry {
        ApiKeyEntry {
            id: self.id.clone(),
            digest: self.digest,
            environment: self.environment.clone(),
            organisation: self.accountability.organisation.clone(),
            owner: self.accountability.owner.clone(),
            scopes: self.scopes.clone(),
            audience: self.audience.clone(),
            expires_at: self.expires_at,
            revoked_at: self.revocation.as_ref().map(|revocation| revocation.at),
        }
    }
}
