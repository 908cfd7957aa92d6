//! The in-memory implementation. It keeps nothing after the process.

mod drill;
mod effect;
mod state;
mod versioned;

use std::sync::{Mutex, MutexGuard, PoisonError};

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
use crate::{Changes, CommitError, Read, Store, StoreFault};

use state::State;

/// A store in memory.
#[derive(Debug)]
pub struct MemoryStore {
    state: Mutex<State>,
    head: watch::Sender<Revision>,
}

impl MemoryStore {
    /// An empty store that belongs to no environment.
    pub fn new() -> Self {
        Self {
            state: Mutex::new(State::default()),
            head: watch::Sender::new(Revision::ZERO),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A state is only ever replaced by a whole one, so a panic elsewhere
        // cannot have left half of a commit in it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn commit(&self, writes: Writes) -> Result<Revision, CommitError> {
        let mut state = self.state();
        let mut draft = state.clone();
        draft.commit(writes)?;
        let revision = draft.head();
        *state = draft;
        // Inside the lock, so that the head never goes back.
        self.head.send_replace(revision);
        Ok(revision)
    }

    async fn record_decisions(&self, records: Vec<AuditBody>) -> Result<(), StoreFault> {
        let mut state = self.state();
        let mut draft = state.clone();
        draft.record_decisions(&records)?;
        *state = draft;
        Ok(())
    }

    async fn record_usage(&self, reports: Vec<UsageReport>) -> Result<(), StoreFault> {
        self.state().record_usage(reports)
    }

    async fn forget_records(&self, now: Timestamp, limit: usize) -> Result<(), StoreFault> {
        self.state().forget_records(now, limit);
        Ok(())
    }

    async fn trim_changes(&self, keep: u64) -> Result<(), StoreFault> {
        self.state().trim_changes(keep);
        Ok(())
    }
}

#[async_trait]
impl Read for MemoryStore {
    async fn installation(&self) -> Result<Option<Installation>, StoreFault> {
        Ok(self.state().installation.clone())
    }

    async fn api_key(&self, id: &str) -> Result<Option<ApiKey>, StoreFault> {
        Ok(self.state().api_keys.get(id).cloned())
    }

    async fn api_keys(&self, after: Option<&str>, limit: usize) -> Result<Vec<ApiKey>, StoreFault> {
        Ok(state::page(&self.state().api_keys, after, limit))
    }

    async fn api_keys_by_rotation_end(&self, limit: usize) -> Result<Vec<ApiKey>, StoreFault> {
        Ok(self.state().by_rotation_end(limit))
    }

    async fn drills(
        &self,
        credential: Option<&CredentialRef>,
        limit: usize,
    ) -> Result<Vec<Drill>, StoreFault> {
        Ok(self.state().newest_drills(credential, limit))
    }

    async fn last_drills(
        &self,
        after: Option<&CredentialRef>,
        limit: usize,
    ) -> Result<Vec<Drill>, StoreFault> {
        Ok(self.state().last_drills(after, limit))
    }

    async fn client(&self, id: &str) -> Result<Option<Client>, StoreFault> {
        Ok(self.state().clients.get(id).cloned())
    }

    async fn client_with_secret(&self, digest: &Digest) -> Result<Option<Client>, StoreFault> {
        Ok(self.state().client_with_secret(digest))
    }

    async fn clients(&self, after: Option<&str>, limit: usize) -> Result<Vec<Client>, StoreFault> {
        Ok(state::page(&self.state().clients, after, limit))
    }

    async fn operator_token(&self, id: &str) -> Result<Option<OperatorToken>, StoreFault> {
        Ok(self.state().operator_tokens.get(id).cloned())
    }

    async fn operator_tokens(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<OperatorToken>, StoreFault> {
        Ok(state::page(&self.state().operator_tokens, after, limit))
    }

    async fn owner(&self, name: &str) -> Result<Option<Owner>, StoreFault> {
        Ok(self.state().owners.get(name).cloned())
    }

    async fn owners(&self, after: Option<&str>, limit: usize) -> Result<Vec<Owner>, StoreFault> {
        Ok(state::page(&self.state().owners, after, limit))
    }

    async fn versioned(
        &self,
        kind: VersionedKind,
        id: &str,
    ) -> Result<Option<VersionedRecord>, StoreFault> {
        Ok(self.state().versioned.get(&(kind, id.to_owned())).cloned())
    }

    async fn versioned_by(
        &self,
        kind: VersionedKind,
        found_by: (Lookup, &str),
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<VersionedRecord>, StoreFault> {
        Ok(self.state().versioned_by(kind, found_by, after, limit))
    }

    async fn retired_digest_keys(&self) -> Result<Vec<RetiredDigestKey>, StoreFault> {
        let state = self.state();
        Ok(state.retired_digest_keys.values().cloned().collect())
    }

    async fn key_ring(&self) -> Result<KeyRing, StoreFault> {
        Ok(self.state().key_ring())
    }

    async fn inventory(&self) -> Result<Option<InventoryVersion>, StoreFault> {
        Ok(self.state().inventories.back().cloned())
    }

    async fn inventory_version(
        &self,
        version: u64,
    ) -> Result<Option<InventoryVersion>, StoreFault> {
        Ok(self.state().inventory_version(version))
    }

    async fn changes_after(&self, revision: Revision, limit: usize) -> Result<Changes, StoreFault> {
        Ok(self.state().changes_after(revision, limit))
    }

    async fn snapshot(&self) -> Result<Snapshot, StoreFault> {
        self.state()
            .snapshot
            .clone()
            .ok_or(StoreFault::NotInstalled)
    }

    fn head(&self) -> watch::Receiver<Revision> {
        self.head.subscribe()
    }

    async fn usage(&self, credential: &CredentialRef) -> Result<Option<Usage>, StoreFault> {
        Ok(self.state().usages.get(credential).cloned())
    }

    async fn usages(
        &self,
        after: Option<&CredentialRef>,
        limit: usize,
    ) -> Result<Vec<UsageReport>, StoreFault> {
        Ok(self.state().usages_after(after, limit))
    }

    async fn audit_after(
        &self,
        sequence: u64,
        limit: usize,
    ) -> Result<Vec<AuditEntry>, StoreFault> {
        Ok(self.state().audit_after(sequence, limit))
    }

    async fn audit_tail(&self, limit: usize) -> Result<Vec<AuditEntry>, StoreFault> {
        let state = self.state();
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        let before = state.audit_head.sequence.saturating_sub(limit);
        Ok(state.audit_after(before, usize::MAX))
    }

    async fn audit_of_request(
        &self,
        request_id: &RequestId,
    ) -> Result<Vec<AuditEntry>, StoreFault> {
        Ok(self.state().audit_of_request(request_id))
    }

    async fn audit_of_credential(
        &self,
        name: &str,
        sequence: u64,
        limit: usize,
    ) -> Result<Vec<AuditEntry>, StoreFault> {
        Ok(self.state().audit_of_credential(name, sequence, limit))
    }

    async fn verify_audit(&self) -> Result<AuditVerdict, StoreFault> {
        // A clone is cheap, and the walk does not hold up anybody.
        let state = self.state().clone();
        Ok(state.verify_audit())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::conformance::Fresh;

    async fn fresh() -> Fresh {
        Fresh {
            store: Arc::new(MemoryStore::new()),
            keep: Box::new(()),
        }
    }

    crate::conformance!(fresh);
}
