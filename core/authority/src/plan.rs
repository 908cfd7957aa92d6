//! A decision that has not happened yet.

use base::Timestamp;
use credential::{ApiKeyId, ClientId, OperatorTokenId};
use jose::{Algorithm, KeyId};
use serde::{Deserialize, Serialize};
use snapshot::Change;

use crate::Installation;
use crate::api_key::ApiKey;
use crate::audit::AuditEvent;
use crate::client::Client;
use crate::digest_key::RetiredDigestKey;
use crate::drill::Drill;
use crate::inventory::InventoryVersion;
use crate::operator_token::OperatorToken;
use crate::owner::Owner;
use crate::signing_key::{SigningKeyRecord, StageChange};
use crate::versioned::VersionedRecord;

/// What is answered, and what must be durable before it is answered.
#[derive(Debug)]
#[must_use = "a plan has no effect until it is committed"]
pub struct Plan<T> {
    /// The answer.
    pub outcome: T,
    /// The writes that make it true: all of them or none.
    pub writes: Writes,
}

/// What one commit writes, atomically.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Writes {
    /// The effects; each carries its precondition.
    pub effects: Vec<Effect>,
    /// What the audit remembers of it.
    pub audit: Vec<AuditEvent>,
    /// What the gates must learn, in this order; the commit numbers them.
    pub changes: Vec<Change>,
}

impl Writes {
    /// Adds those of another plan after these.
    pub(crate) fn append(&mut self, mut other: Self) {
        self.effects.append(&mut other.effects);
        self.audit.append(&mut other.audit);
        self.changes.append(&mut other.changes);
    }
}

/// One write and the precondition under which it happens. If any precondition
/// of a commit does not hold, nothing of it is written and the answer is
/// `Conflict`: load again, decide again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "effect", content = "with")]
pub enum Effect {
    /// Makes the store belong to an environment. Precondition: it belongs to none.
    Install(Installation),
    /// Precondition: no API key has this id.
    CreateApiKey(Box<ApiKey>),
    /// Writes what an act made of an API key, as the next version. Precondition:
    /// it exists, is not revoked, and its version is `from`.
    ReplaceApiKey {
        /// The version that the act read.
        from: u64,
        /// The record, with the version `from + 1`.
        record: Box<ApiKey>,
    },
    /// Precondition: it exists and is not revoked.
    RevokeApiKey {
        /// Which.
        id: ApiKeyId,
        /// When.
        at: Timestamp,
        /// Why, in the operator's words.
        reason: String,
    },
    /// Precondition: no drill has this id.
    RecordDrill(Drill),
    /// Writes what an act made of an owner. Precondition: the record's version
    /// is `from`; 0: there is none.
    PutOwner {
        /// The version that the act read.
        from: u64,
        /// The record, with the version `from + 1`.
        owner: Owner,
    },
    /// Precondition: the digest key is not retired.
    RetireDigestKey(RetiredDigestKey),
    /// Precondition: no client has this id.
    CreateClient(Client),
    /// Precondition: it exists and is not revoked.
    RevokeClient {
        /// Which.
        id: ClientId,
        /// When.
        at: Timestamp,
        /// Why, in the operator's words.
        reason: String,
    },
    /// Precondition: no operator token has this id.
    CreateOperatorToken(OperatorToken),
    /// Precondition: it exists and is not revoked.
    RevokeOperatorToken {
        /// Which.
        id: OperatorTokenId,
        /// When.
        at: Timestamp,
        /// Why, in the operator's words.
        #[serde(default)]
        reason: Option<String>,
    },
    /// Precondition: no signing key has this key id.
    CreateSigningKey(SigningKeyRecord),
    /// Precondition: it exists, is in the stage `from`, and the step is one
    /// that [`SigningKeyRecord::step`] makes.
    SetSigningKeyStage(StageChange),
    /// Removes the record. Precondition: it exists and is retired.
    ForgetSigningKey {
        /// Which.
        key_id: KeyId,
    },
    /// Makes the ring of signing keys one version newer, with this default
    /// lane. Precondition: its version is `from`. Two acts that read the same
    /// ring cannot both be written, whichever keys they touch.
    AdvanceKeyRing {
        /// The version that was read.
        from: u64,
        /// The default lane.
        #[serde(default)]
        default: Option<Algorithm>,
    },
    /// Writes nothing. Precondition: the signing key exists and
    /// [`SigningKeyRecord::may_sign`] at that time: nothing is issued with a
    /// key that has been taken away meanwhile.
    UseSigningKey {
        /// Which.
        key_id: KeyId,
        /// When.
        at: Timestamp,
    },
    /// Precondition: the version in force is exactly one less.
    ApplyInventory(InventoryVersion),
    /// Writes what an act made of a record. Precondition: the version that is
    /// held is `from` (0: there is none), and no other record has the value of
    /// a look-up of this one that is unique.
    PutRecord {
        /// The version that the act read.
        from: u64,
        /// The record, with the version `from + 1`.
        record: Box<VersionedRecord>,
    },
}

impl Effect {
    /// [`Effect::PutRecord`].
    pub(crate) fn put(from: u64, record: VersionedRecord) -> Self {
        Self::PutRecord {
            from,
            record: Box::new(record),
        }
    }
}
