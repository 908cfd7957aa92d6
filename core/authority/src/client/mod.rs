//! Clients: create, authenticate, revoke.

pub mod authenticate;
mod client_type;
mod create;
mod redirect_uris;
mod revoke;

use base::{Digest, Name, Timestamp};
use credential::{Audience, ClientId, DigestKeyId, ScopeSet};
use serde::{Deserialize, Serialize};
use snapshot::ClientEntry;

use crate::accountability::{Accountability, Revocation};
use crate::redirect_uri::RedirectUri;

pub use client_type::ClientType;
pub use create::{ClientRequest, CreatedClient, LONGEST_LIFETIME, create};
pub use revoke::revoke;

/// A client (RFC 6749 section 2) as it is remembered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Client {
    /// Its identifier.
    pub id: ClientId,
    /// The environment that it belongs to.
    pub environment: Name,
    /// Who stands behind it.
    pub accountability: Accountability,
    /// What it may ask for.
    pub scopes: ScopeSet,
    /// The APIs that it may ask tokens for.
    pub audiences: Vec<Audience>,
    /// What it is. A record from before there were types is a service.
    #[serde(default)]
    pub client_type: ClientType,
    /// How pages call it; its id if it has no name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where answers may go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redirect_uris: Vec<RedirectUri>,
    /// Where a browser may go after a logout (OpenID Connect RP-Initiated
    /// Logout section 3.1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// The keyed digest of its secret; a public client has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_digest: Option<Digest>,
    /// The key of that digest; nothing in a record from before they had ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_digest_key: Option<DigestKeyId>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When and why it was revoked.
    #[serde(default)]
    pub revocation: Option<Revocation>,
}

impl Client {
    /// What the gates learn of it.
    pub fn entry(&self) -> ClientEntry {
        ClientEntry {
            id: self.id.clone(),
            environment: self.environment.clone(),
            organisation: self.accountability.organisation.clone(),
            owner: self.accountability.owner.clone(),
            expires_at: self.expires_at,
            revoked_at: self.revocation.as_ref().map(|revocation| revocation.at),
        }
    }

    /// How pages call it.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(self.id.as_str())
    }

    /// Whether it may still ask for anything.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.revocation.is_none() && now < self.expires_at
    }
}
