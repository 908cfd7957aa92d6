//! One numbered step.

use base::{Name, Revision, Timestamp};
use credential::{ApiKeyId, ClientId, DigestKeyId};
use serde::{Deserialize, Serialize};

use crate::{ApiKeyEntry, ClientEntry, Cutoff, InventoryEntry, PublishedKey};

/// What changed. A change carries the whole new value where it can, so that
/// folding it twice is folding it once.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "change")]
pub enum Change {
    /// Another inventory is in force.
    InventoryApplied(InventoryEntry),
    /// An API key was created or altered.
    ApiKeyPut(Box<ApiKeyEntry>),
    /// An API key was revoked.
    ApiKeyRevoked {
        /// Which.
        id: ApiKeyId,
        /// When.
        at: Timestamp,
    },
    /// A client was created or altered.
    ClientPut(ClientEntry),
    /// A client was revoked, and with it every token that it holds.
    ClientRevoked {
        /// Which.
        id: ClientId,
        /// When.
        at: Timestamp,
    },
    /// An owner is gone: none of their credentials is accepted.
    OwnerDisabled {
        /// Who.
        owner: Name,
        /// When.
        at: Timestamp,
    },
    /// An owner is back.
    OwnerEnabled {
        /// Who.
        owner: Name,
    },
    /// A digest key was retired: what stands under it is refused, for good.
    DigestKeyRetired {
        /// Which.
        digest_key: DigestKeyId,
        /// When.
        at: Timestamp,
    },
    /// The issuer's published keys, all of them.
    KeysPublished {
        /// The keys, those of the default lane first.
        keys: Vec<PublishedKey>,
    },
    /// One token was revoked.
    TokenDenied {
        /// Its `jti`.
        jti: String,
        /// When it would have expired: the entry dies then.
        expires_at: Timestamp,
    },
    /// Nothing issued to a target before an instant is accepted.
    CutOff(Cutoff),
}

/// A change and its place in the order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NumberedChange {
    /// Its revision: exactly one more than the change before.
    pub revision: Revision,
    /// The change.
    pub change: Change,
}

/// A change does not follow the snapshot's revision: something in between is
/// missing, and only a whole snapshot helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The revision that had to come.
    pub expected: Revision,
    /// The one that came.
    pub found: Revision,
}

impl std::fmt::Display for Gap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "the feed skips from revision {} to {}",
            self.expected, self.found
        )
    }
}

impl std::error::Error for Gap {}
