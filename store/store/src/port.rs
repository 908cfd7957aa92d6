//! The port: few, domain-level, atomic operations.

use async_trait::async_trait;
use authority::api_key::ApiKey;
use authority::client::Client;
use authority::digest_key::RetiredDigestKey;
use authority::drill::Drill;
use authority::inventory::InventoryVersion;
use authority::operator_token::OperatorToken;
use authority::owner::Owner;
use authority::signing_key::KeyRing;
use authority::versioned::{Lookup, VersionedKind, VersionedRecord};
use authority::{Installation, Writes};
use base::{Digest, Revision, Timestamp};
use snapshot::{CredentialRef, RequestId, Snapshot, Usage, UsageReport};
use tokio::sync::watch;

use crate::audit::{AuditBody, AuditEntry, AuditVerdict};
use crate::{Changes, CommitError, StoreFault};

/// What can be asked of a store. A read sees every commit that was
/// acknowledged before it began, and never half of one.
#[async_trait]
pub trait Read: Send + Sync {
    /// The environment that it belongs to; `None` before the first commit.
    async fn installation(&self) -> Result<Option<Installation>, StoreFault>;

    /// The API key with that id.
    async fn api_key(&self, id: &str) -> Result<Option<ApiKey>, StoreFault>;

    /// API keys in the order of their ids, those after `after`, at most `limit`.
    async fn api_keys(&self, after: Option<&str>, limit: usize) -> Result<Vec<ApiKey>, StoreFault>;

    /// API keys with a rotation, the one whose rotation ends first at the
    /// front, at most `limit`. None that was revoked.
    async fn api_keys_by_rotation_end(&self, limit: usize) -> Result<Vec<ApiKey>, StoreFault>;

    /// The newest drills, of one credential or of all, the newest first, at
    /// most `limit`.
    async fn drills(
        &self,
        credential: Option<&CredentialRef>,
        limit: usize,
    ) -> Result<Vec<Drill>, StoreFault>;

    /// The newest drill of a credential.
    async fn last_drill(&self, credential: &CredentialRef) -> Result<Option<Drill>, StoreFault> {
        Ok(self.drills(Some(credential), 1).await?.pop())
    }

    /// The newest drill of each credential that has any, in the order of kind
    /// and id, those after `after`, at most `limit`.
    async fn last_drills(
        &self,
        after: Option<&CredentialRef>,
        limit: usize,
    ) -> Result<Vec<Drill>, StoreFault>;

    /// The client with that identifier.
    async fn client(&self, id: &str) -> Result<Option<Client>, StoreFault>;

    /// The client whose secret has that digest; the digest says by itself under
    /// which key it is.
    async fn client_with_secret(&self, digest: &Digest) -> Result<Option<Client>, StoreFault>;

    /// Clients in the order of their identifiers, those after `after`, at most `limit`.
    async fn clients(&self, after: Option<&str>, limit: usize) -> Result<Vec<Client>, StoreFault>;

    /// The operator token with that id.
    async fn operator_token(&self, id: &str) -> Result<Option<OperatorToken>, StoreFault>;

    /// Operator tokens in the order of their ids, those after `after`, at most `limit`.
    async fn operator_tokens(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<OperatorToken>, StoreFault>;

    /// What was decided about that owner; nothing about most.
    async fn owner(&self, name: &str) -> Result<Option<Owner>, StoreFault>;

    /// Owners about whom something was decided, in the order of their names,
    /// those after `after`, at most `limit`.
    async fn owners(&self, after: Option<&str>, limit: usize) -> Result<Vec<Owner>, StoreFault>;

    /// The record of that kind and id. [`crate::record`] reads it typed.
    async fn versioned(
        &self,
        kind: VersionedKind,
        id: &str,
    ) -> Result<Option<VersionedRecord>, StoreFault>;

    /// The records of that kind that a look-up finds, in the order of their
    /// ids, those after `after`, at most `limit`. [`crate::records`] reads them
    /// typed.
    async fn versioned_by(
        &self,
        kind: VersionedKind,
        found_by: (Lookup, &str),
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<VersionedRecord>, StoreFault>;

    /// The digest keys that were retired, in the order of their ids: at most as
    /// many as an installation has ever been configured with.
    async fn retired_digest_keys(&self) -> Result<Vec<RetiredDigestKey>, StoreFault>;

    /// Every signing key, the oldest first, at one version.
    async fn key_ring(&self) -> Result<KeyRing, StoreFault>;

    /// The inventory in force.
    async fn inventory(&self) -> Result<Option<InventoryVersion>, StoreFault>;

    /// That version of the inventory.
    async fn inventory_version(&self, version: u64)
    -> Result<Option<InventoryVersion>, StoreFault>;

    /// The changes after `revision`, in order, at most `limit`.
    async fn changes_after(&self, revision: Revision, limit: usize) -> Result<Changes, StoreFault>;

    /// Everything that a gate judges by: the fold of every change up to its
    /// revision. [`StoreFault::NotInstalled`] before the installation.
    async fn snapshot(&self) -> Result<Snapshot, StoreFault>;

    /// The revision of the newest change: a wake-up, without the change. It
    /// never runs ahead of what [`Read::changes_after`] gives. Copy the number
    /// out at once: a borrowed one that is held blocks the next commit.
    fn head(&self) -> watch::Receiver<Revision>;

    /// How a credential has been used; nothing if no gate has reported it.
    async fn usage(&self, credential: &CredentialRef) -> Result<Option<Usage>, StoreFault>;

    /// How credentials have been used, in the order of kind and id, those
    /// after `after`, at most `limit`.
    async fn usages(
        &self,
        after: Option<&CredentialRef>,
        limit: usize,
    ) -> Result<Vec<UsageReport>, StoreFault>;

    /// The audit entries after `sequence` (0: from the first), at most `limit`.
    async fn audit_after(&self, sequence: u64, limit: usize)
    -> Result<Vec<AuditEntry>, StoreFault>;

    /// The newest audit entries, at most `limit`, the oldest of them first.
    async fn audit_tail(&self, limit: usize) -> Result<Vec<AuditEntry>, StoreFault>;

    /// Every audit entry about a request, the oldest first.
    async fn audit_of_request(&self, request_id: &RequestId)
    -> Result<Vec<AuditEntry>, StoreFault>;

    /// The audit entries about what a credential did, after `sequence` (0: from
    /// the first), at most `limit`: the decisions about its requests, and the
    /// events that it caused. It is named as in [`AuditBody::credential`].
    async fn audit_of_credential(
        &self,
        name: &str,
        sequence: u64,
        limit: usize,
    ) -> Result<Vec<AuditEntry>, StoreFault>;

    /// Walks the whole audit chain and names the first thing that is wrong.
    async fn verify_audit(&self) -> Result<AuditVerdict, StoreFault>;
}

/// What can be written to a store.
#[async_trait]
pub trait Store: Read {
    /// Writes everything or nothing: the effects under their preconditions, the
    /// audit events, and the changes with the next revisions. It is durable
    /// when this returns. Gives the head after it.
    async fn commit(&self, writes: Writes) -> Result<Revision, CommitError>;

    /// Appends what gates decided, and how it ended, to the audit chain: all of
    /// it or none. It is durable when this returns.
    async fn record_decisions(&self, records: Vec<AuditBody>) -> Result<(), StoreFault>;

    /// Adds what gates have seen of credentials to what is known of their use
    /// ([`Usage::add`]): all of it or none. It is durable when this returns. It
    /// is no part of the audit, and a report that comes twice counts twice.
    async fn record_usage(&self, reports: Vec<UsageReport>) -> Result<(), StoreFault>;

    /// Forgets records that may be forgotten at `now`, at most `limit`.
    async fn forget_records(&self, now: Timestamp, limit: usize) -> Result<(), StoreFault>;

    /// Forgets all but the newest `keep` changes. Who asks for an older one
    /// gets [`Changes::Gap`].
    async fn trim_changes(&self, keep: u64) -> Result<(), StoreFault>;
}
