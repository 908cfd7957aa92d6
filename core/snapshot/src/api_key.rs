//! An API key as a gate knows it.

use base::{Digest, Name, Timestamp};
use credential::{ApiKeyId, Audience, ScopeSet};
use serde::{Deserialize, Serialize};

/// What a gate needs to judge a presented API key. A revoked or expired key
/// stays known until its expiry, so that its refusal can be told apart in the
/// audit from a guess.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApiKeyEntry {
    /// Its public id.
    pub id: ApiKeyId,
    /// The keyed digest of the whole text.
    pub digest: Digest,
    /// The environment that it belongs to.
    pub environment: Name,
    /// The organisation that owns it.
    pub organisation: Name,
    /// The person or service that answers for it.
    pub owner: Name,
    /// What it may do; empty: nothing.
    pub scopes: ScopeSet,
    /// The one API that it is for.
    pub audience: Audience,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it was revoked.
    #[serde(default)]
    pub revoked_at: Option<Timestamp>,
}
