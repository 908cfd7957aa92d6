//! What the in-memory store holds. Its collections share their structure, so
//! that a commit may work on a draft of everything and throw it away.

use authority::api_key::ApiKey;
use authority::client::Client;
use authority::digest_key::RetiredDigestKey;
use authority::drill::Drill;
use authority::inventory::InventoryVersion;
use authority::operator_token::OperatorToken;
use authority::owner::Owner;
use authority::signing_key::{KeyRing, SigningKeyRecord};
use authority::versioned::{Lookup, VersionedKind, VersionedRecord};
use authority::{Installation, Writes};
use base::{Digest, Revision};
use std::ops::Bound;

use imbl::{OrdMap, OrdSet, Vector};
use snapshot::{Change, CredentialRef, NumberedChange, RequestId, Snapshot, Usage, UsageReport};

use crate::audit::{AuditBody, AuditEntry, AuditHead, AuditVerdict, StoredEntry, Verifier};
use crate::{Changes, Conflict, StoreFault, wall};

/// One audit entry, kept as the text that its digest covers.
#[derive(Debug, Clone)]
pub(super) struct AuditRow {
    pub(super) text: String,
    pub(super) entry: AuditEntry,
}

/// Everything.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) installation: Option<Installation>,
    pub(super) snapshot: Option<Snapshot>,
    pub(super) api_keys: OrdMap<String, ApiKey>,
    pub(super) clients: OrdMap<String, Client>,
    pub(super) operator_tokens: OrdMap<String, OperatorToken>,
    pub(super) owners: OrdMap<String, Owner>,
    pub(super) retired_digest_keys: OrdMap<String, RetiredDigestKey>,
    pub(super) signing_keys: OrdMap<String, SigningKeyRecord>,
    pub(super) drills: OrdMap<String, Drill>,
    pub(super) usages: OrdMap<CredentialRef, Usage>,
    pub(super) versioned: OrdMap<(VersionedKind, String), VersionedRecord>,
    pub(super) lookups: OrdSet<(VersionedKind, Lookup, String, String)>,
    /// Without its keys: they are above.
    pub(super) key_ring: KeyRing,
    pub(super) inventories: Vector<InventoryVersion>,
    pub(super) changes: Vector<NumberedChange>,
    pub(super) audit: Vector<AuditRow>,
    pub(super) audit_head: AuditHead,
}

impl Default for State {
    fn default() -> Self {
        Self {
            installation: None,
            snapshot: None,
            api_keys: OrdMap::new(),
            clients: OrdMap::new(),
            operator_tokens: OrdMap::new(),
            owners: OrdMap::new(),
            retired_digest_keys: OrdMap::new(),
            signing_keys: OrdMap::new(),
            drills: OrdMap::new(),
            usages: OrdMap::new(),
            versioned: OrdMap::new(),
            lookups: OrdSet::new(),
            key_ring: KeyRing::default(),
            inventories: Vector::new(),
            changes: Vector::new(),
            audit: Vector::new(),
            audit_head: AuditHead::EMPTY,
        }
    }
}

impl State {
    /// Adds what gates have seen.
    pub(super) fn record_usage(&mut self, reports: Vec<UsageReport>) -> Result<(), StoreFault> {
        if self.installation.is_none() {
            return Err(StoreFault::NotInstalled);
        }
        for report in reports {
            let held = self.usages.entry(report.credential).or_default();
            held.add(&report.usage);
        }
        Ok(())
    }

    /// The use of credentials after one, in order.
    pub(super) fn usages_after(
        &self,
        after: Option<&CredentialRef>,
        limit: usize,
    ) -> Vec<UsageReport> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let found = self
            .usages
            .range::<_, CredentialRef>((from, Bound::Unbounded));
        found
            .take(limit)
            .map(|(credential, usage)| UsageReport {
                credential: credential.clone(),
                usage: usage.clone(),
            })
            .collect()
    }

    /// The revision of the newest change.
    pub(super) fn head(&self) -> Revision {
        self.snapshot
            .as_ref()
            .map_or(Revision::ZERO, Snapshot::revision)
    }

    /// Writes into this draft; after an error it is to be thrown away.
    pub(super) fn commit(&mut self, writes: Writes) -> Result<(), crate::CommitError> {
        wall::check_writes(&writes, self.installation.as_ref())?;
        for effect in writes.effects {
            self.apply(effect)?;
        }
        for change in writes.changes {
            self.number(change)?;
        }
        for event in writes.audit {
            self.append(AuditBody::Event(event))?;
        }
        Ok(())
    }

    pub(super) fn record_decisions(&mut self, records: &[AuditBody]) -> Result<(), StoreFault> {
        wall::check_decisions(records, self.installation.as_ref())?;
        records
            .iter()
            .try_for_each(|record| self.append(record.clone()))
    }

    pub(super) fn trim_changes(&mut self, keep: u64) {
        while u64::try_from(self.changes.len()).is_ok_and(|length| length > keep) {
            self.changes.pop_front();
        }
    }

    pub(super) fn changes_after(&self, revision: Revision, limit: usize) -> Changes {
        let head = self.head();
        if revision == head {
            return Changes::Steps(Vec::new());
        }
        let oldest = self.changes.front().map(|numbered| numbered.revision);
        if revision > head || oldest.is_none_or(|oldest| oldest > revision.next()) {
            return Changes::Gap;
        }
        let after = self
            .changes
            .iter()
            .skip_while(|numbered| numbered.revision <= revision);
        Changes::Steps(after.take(limit).cloned().collect())
    }

    pub(super) fn key_ring(&self) -> KeyRing {
        let mut keys: Vec<_> = self.signing_keys.values().cloned().collect();
        keys.sort_by_key(|key| key.created_at);
        KeyRing {
            keys,
            ..self.key_ring.clone()
        }
    }

    pub(super) fn inventory_version(&self, version: u64) -> Option<InventoryVersion> {
        let index = usize::try_from(version.checked_sub(1)?).ok()?;
        self.inventories.get(index).cloned()
    }

    pub(super) fn audit_after(&self, sequence: u64, limit: usize) -> Vec<AuditEntry> {
        let skip = usize::try_from(sequence).unwrap_or(usize::MAX);
        let after = self.audit.iter().skip(skip).take(limit);
        after.map(|row| row.entry.clone()).collect()
    }

    pub(super) fn audit_of_request(&self, request_id: &RequestId) -> Vec<AuditEntry> {
        self.audit
            .iter()
            .filter(|row| row.entry.body.request_id() == request_id)
            .map(|row| row.entry.clone())
            .collect()
    }

    pub(super) fn audit_of_credential(
        &self,
        name: &str,
        sequence: u64,
        limit: usize,
    ) -> Vec<AuditEntry> {
        let skip = usize::try_from(sequence).unwrap_or(usize::MAX);
        let entries = self.audit.iter().skip(skip).map(|row| &row.entry);
        entries
            .filter(|entry| entry.body.credential().is_some_and(|found| found == name))
            .take(limit)
            .cloned()
            .collect()
    }

    pub(super) fn client_with_secret(&self, digest: &Digest) -> Option<Client> {
        let mut clients = self.clients.values();
        clients
            .find(|client| {
                client
                    .secret_digest
                    .is_some_and(|stored| stored.matches(digest))
            })
            .cloned()
    }

    pub(super) fn verify_audit(&self) -> AuditVerdict {
        let mut verifier = Verifier::new();
        for row in &self.audit {
            let entry = StoredEntry {
                sequence: row.entry.sequence,
                previous: row.entry.previous,
                digest: row.entry.digest,
                request_id: row.entry.body.request_id().as_str(),
                body: &row.text,
            };
            if let Err(broken) = verifier.check(entry) {
                return AuditVerdict::Broken(broken);
            }
        }
        verifier.finish(self.audit_head)
    }

    fn number(&mut self, change: Change) -> Result<(), Conflict> {
        let snapshot = self.snapshot.as_mut().ok_or(Conflict::NotInstalled)?;
        let numbered = NumberedChange {
            revision: snapshot.revision().next(),
            change,
        };
        // It follows by construction, so the fold has no gap to find.
        let _: Result<(), snapshot::Gap> = snapshot.apply(numbered.clone());
        self.changes.push_back(numbered);
        Ok(())
    }

    fn append(&mut self, body: AuditBody) -> Result<(), StoreFault> {
        let text = serde_json::to_string(&body)
            .map_err(|_| StoreFault::unavailable("an audit event cannot be written as JSON"))?;
        let head = self.audit_head.next(text.as_bytes());
        let entry = AuditEntry {
            sequence: head.sequence,
            previous: self.audit_head.digest,
            digest: head.digest,
            body,
        };
        self.audit.push_back(AuditRow { text, entry });
        self.audit_head = head;
        Ok(())
    }
}

/// The records after an id, in order, at most `limit`.
pub(super) fn page<R: Clone>(
    records: &OrdMap<String, R>,
    after: Option<&str>,
    limit: usize,
) -> Vec<R> {
    records
        .iter()
        .filter(|(id, _)| after.is_none_or(|after| id.as_str() > after))
        .take(limit)
        .map(|(_, record)| record.clone())
        .collect()
}
