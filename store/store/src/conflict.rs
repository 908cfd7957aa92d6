//! Why a commit wrote nothing.

use authority::versioned::{Lookup, VersionedKind};
use snapshot::KeyStage;

use crate::StoreFault;

/// A commit that wrote nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// A precondition does not hold: load again and decide again.
    #[error("{0}")]
    Conflict(Conflict),
    /// The store could not do it.
    #[error("{0}")]
    Fault(#[from] StoreFault),
}

impl From<Conflict> for CommitError {
    fn from(conflict: Conflict) -> Self {
        Self::Conflict(conflict)
    }
}

/// The precondition that did not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// The store does not belong to an environment yet.
    #[error("the store is not installed: run doorward init")]
    NotInstalled,
    /// The store belongs to an environment already.
    #[error("the store is installed already")]
    AlreadyInstalled,
    /// A record with that id is there already.
    #[error("there is already {kind} {id}")]
    Exists {
        /// Of which kind.
        kind: RecordKind,
        /// Its id.
        id: String,
    },
    /// There is no record with that id.
    #[error("there is no {kind} {id}")]
    Unknown {
        /// Of which kind.
        kind: RecordKind,
        /// The id.
        id: String,
    },
    /// It was revoked before.
    #[error("{kind} {id} was revoked before")]
    AlreadyRevoked {
        /// Of which kind.
        kind: RecordKind,
        /// Its id.
        id: String,
    },
    /// An act on an API key read another version of it.
    #[error("API key {id} is at version {found}, and version {from} was read")]
    ApiKeyVersion {
        /// Which.
        id: String,
        /// The version that was read.
        from: u64,
        /// The version that it is at.
        found: u64,
    },
    /// An act on an owner read another version of the record.
    #[error("owner {name} is at version {found}, and version {from} was read")]
    OwnerVersion {
        /// Who.
        name: String,
        /// The version that was read; 0 for none.
        from: u64,
        /// The version that it is at; 0 for none.
        found: u64,
    },
    /// A signing key is in another stage than the one that was read.
    #[error("signing key {id} is {found}")]
    SigningKeyStage {
        /// Which.
        id: String,
        /// The stage that it is in.
        found: KeyStage,
    },
    /// The signing keys are not those that were read.
    #[error("the signing keys are at version {found}, and version {from} was read")]
    KeyRing {
        /// The version that was read.
        from: u64,
        /// The version that they are at.
        found: u64,
    },
    /// The inventory is not the one after the version in force.
    #[error("inventory version {found} does not follow version {in_force}, which is in force")]
    InventoryVersion {
        /// The version in force; 0 for none.
        in_force: u64,
        /// The version that was to be applied.
        found: u64,
    },
    /// An act on a record read another version of it.
    #[error("{kind} {id} is at version {found}, and version {from} was read")]
    RecordVersion {
        /// Of which kind.
        kind: VersionedKind,
        /// Its id.
        id: String,
        /// The version that was read; 0 for none.
        from: u64,
        /// The version that it is at; 0 for none.
        found: u64,
    },
    /// Another record has what only one may have.
    #[error("another {kind} has the same {}", lookup.as_str())]
    NotUnique {
        /// Of which kind.
        kind: VersionedKind,
        /// What.
        lookup: Lookup,
    },
    /// Something in the commit names another environment than the store's.
    #[error("{kind} {id} belongs to another environment than this store")]
    OtherEnvironment {
        /// Of which kind.
        kind: RecordKind,
        /// Its id.
        id: String,
    },
}

/// What kind of record a conflict is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RecordKind {
    /// An API key.
    ApiKey,
    /// A client.
    Client,
    /// An operator token.
    OperatorToken,
    /// A signing key.
    SigningKey,
    /// A rotation drill.
    Drill,
    /// An owner.
    Owner,
    /// A record with a version.
    Versioned(VersionedKind),
    /// A digest key, by its id.
    DigestKey,
    /// An audit event, by its request id.
    AuditEvent,
}

impl RecordKind {
    /// Its stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "api_key",
            Self::Client => "client",
            Self::OperatorToken => "operator_token",
            Self::SigningKey => "signing_key",
            Self::Drill => "drill",
            Self::Owner => "owner",
            Self::Versioned(kind) => kind.as_str(),
            Self::DigestKey => "digest_key",
            Self::AuditEvent => "audit_event",
        }
    }
}

impl std::fmt::Display for RecordKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
