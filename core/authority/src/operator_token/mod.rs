//! Operator tokens: what the admin API accepts.

mod create;
mod revoke;

use base::{Digest, Name, Timestamp};
use credential::{DigestKeyId, OperatorTokenId, ScopeSet};
use serde::{Deserialize, Serialize};

use crate::accountability::Revocation;

pub use create::{ALL_SCOPES, CreatedOperatorToken, LONGEST_LIFETIME, create};
pub use revoke::revoke;

/// An operator token as it is remembered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OperatorToken {
    /// Its public id.
    pub id: OperatorTokenId,
    /// The environment that it administers.
    pub environment: Name,
    /// Who holds it.
    pub owner: Name,
    /// What it may do: `read:...` and `write:...` of the admin API's resources.
    pub scopes: ScopeSet,
    /// The keyed digest of its text.
    pub digest: Digest,
    /// The key of that digest; nothing in a record from before they had ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest_key: Option<DigestKeyId>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When and why it was revoked.
    #[serde(default)]
    pub revocation: Option<Revocation>,
}
