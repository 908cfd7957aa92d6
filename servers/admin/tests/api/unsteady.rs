//! A store that meets conflicts and faults.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

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
use serde_json::json;
use snapshot::{CredentialRef, RequestId, Snapshot, Usage, UsageReport};
use store::audit::{AuditBody, AuditEntry, AuditVerdict};
use store::{Changes, CommitError, Conflict, MemoryStore, Read, RecordKind, Store, StoreFault};
use tokio::sync::watch;

use crate::house::{House, INVENTORY, client_request, key_request};
use crate::operator::ROUTES;

#[derive(Default)]
struct Unsteady {
    inner: MemoryStore,
    conflicts: AtomicUsize,
    broken: AtomicUsize,
}

impl Unsteady {
    fn check(&self) -> Result<(), StoreFault> {
        match self.broken.load(Ordering::SeqCst) {
            0 => Ok(()),
            _ => Err(StoreFault::unavailable(
                "SELECT canary FROM /var/lib/canary",
            )),
        }
    }
}

#[async_trait]
impl Read for Unsteady {
    async fn installation(&self) -> Result<Option<Installation>, StoreFault> {
        self.check()?;
        self.inner.installation().await
    }
    async fn api_key(&self, id: &str) -> Result<Option<ApiKey>, StoreFault> {
        self.check()?;
        self.inner.api_key(id).await
    }
    async fn api_keys(&self, after: Option<&str>, n: usize) -> Result<Vec<ApiKey>, StoreFault> {
        self.check()?;
        self.inner.api_keys(after, n).await
    }
    async fn api_keys_by_rotation_end(&self, n: usize) -> Result<Vec<ApiKey>, StoreFault> {
        self.check()?;
        self.inner.api_keys_by_rotation_end(n).await
    }
    async fn drills(
        &self,
        credential: Option<&CredentialRef>,
        n: usize,
    ) -> Result<Vec<Drill>, StoreFault> {
        self.check()?;
        self.inner.drills(credential, n).await
    }
    async fn last_drills(
        &self,
        after: Option<&CredentialRef>,
        n: usize,
    ) -> Result<Vec<Drill>, StoreFault> {
        self.check()?;
        self.inner.last_drills(after, n).await
    }
    async fn client(&self, id: &str) -> Result<Option<Client>, StoreFault> {
        self.check()?;
        self.inner.client(id).await
    }
    async fn client_with_secret(&self, digest: &Digest) -> Result<Option<Client>, StoreFault> {
        self.check()?;
        self.inner.client_with_secret(digest).await
    }
    async fn clients(&self, after: Option<&str>, n: usize) -> Result<Vec<Client>, StoreFault> {
        self.check()?;
        self.inner.clients(after, n).await
    }
    async fn operator_token(&self, id: &str) -> Result<Option<OperatorToken>, StoreFault> {
        // Left whole, so that the fault meets each endpoint itself.
        self.inner.operator_token(id).await
    }
    async fn operator_tokens(
        &self,
        after: Option<&str>,
        n: usize,
    ) -> Result<Vec<OperatorToken>, StoreFault> {
        self.check()?;
        self.inner.operator_tokens(after, n).await
    }
    async fn owner(&self, name: &str) -> Result<Option<Owner>, StoreFault> {
        self.check()?;
        self.inner.owner(name).await
    }
    async fn owners(&self, after: Option<&str>, n: usize) -> Result<Vec<Owner>, StoreFault> {
        self.check()?;
        self.inner.owners(after, n).await
    }
    async fn retired_digest_keys(&self) -> Result<Vec<RetiredDigestKey>, StoreFault> {
        // Left whole, as the look at the operator token is.
        self.inner.retired_digest_keys().await
    }
    async fn key_ring(&self) -> Result<KeyRing, StoreFault> {
        self.check()?;
        self.inner.key_ring().await
    }
    async fn inventory(&self) -> Result<Option<InventoryVersion>, StoreFault> {
        self.check()?;
        self.inner.inventory().await
    }
    async fn inventory_version(&self, v: u64) -> Result<Option<InventoryVersion>, StoreFault> {
        self.check()?;
        self.inner.inventory_version(v).await
    }
    async fn changes_after(&self, after: Revision, n: usize) -> Result<Changes, StoreFault> {
        self.check()?;
        self.inner.changes_after(after, n).await
    }
    async fn snapshot(&self) -> Result<Snapshot, StoreFault> {
        self.check()?;
        self.inner.snapshot().await
    }
    fn head(&self) -> watch::Receiver<Revision> {
        self.inner.head()
    }
    async fn usage(&self, of: &CredentialRef) -> Result<Option<Usage>, StoreFault> {
        self.check()?;
        self.inner.usage(of).await
    }
    async fn usages(
        &self,
        after: Option<&CredentialRef>,
        n: usize,
    ) -> Result<Vec<UsageReport>, StoreFault> {
        self.check()?;
        self.inner.usages(after, n).await
    }
    async fn audit_after(&self, after: u64, n: usize) -> Result<Vec<AuditEntry>, StoreFault> {
        self.check()?;
        self.inner.audit_after(after, n).await
    }
    async fn audit_tail(&self, n: usize) -> Result<Vec<AuditEntry>, StoreFault> {
        self.check()?;
        self.inner.audit_tail(n).await
    }
    async fn audit_of_request(&self, id: &RequestId) -> Result<Vec<AuditEntry>, StoreFault> {
        self.check()?;
        self.inner.audit_of_request(id).await
    }
    async fn audit_of_credential(
        &self,
        name: &str,
        after: u64,
        n: usize,
    ) -> Result<Vec<AuditEntry>, StoreFault> {
        self.check()?;
        self.inner.audit_of_credential(name, after, n).await
    }
    async fn versioned(
        &self,
        kind: VersionedKind,
        id: &str,
    ) -> Result<Option<VersionedRecord>, StoreFault> {
        self.check()?;
        self.inner.versioned(kind, id).await
    }
    async fn versioned_by(
        &self,
        kind: VersionedKind,
        found_by: (Lookup, &str),
        after: Option<&str>,
        n: usize,
    ) -> Result<Vec<VersionedRecord>, StoreFault> {
        self.check()?;
        self.inner.versioned_by(kind, found_by, after, n).await
    }
    async fn verify_audit(&self) -> Result<AuditVerdict, StoreFault> {
        self.check()?;
        self.inner.verify_audit().await
    }
}

#[async_trait]
impl Store for Unsteady {
    async fn commit(&self, writes: Writes) -> Result<Revision, CommitError> {
        self.check()?;
        let left = self.conflicts.load(Ordering::SeqCst);
        if left > 0 && !writes.effects.is_empty() {
            self.conflicts.store(left - 1, Ordering::SeqCst);
            return Err(CommitError::Conflict(Conflict::Exists {
                kind: RecordKind::ApiKey,
                id: "canary".to_owned(),
            }));
        }
        self.inner.commit(writes).await
    }
    async fn record_decisions(&self, records: Vec<AuditBody>) -> Result<(), StoreFault> {
        self.check()?;
        self.inner.record_decisions(records).await
    }
    async fn record_usage(&self, reports: Vec<UsageReport>) -> Result<(), StoreFault> {
        self.check()?;
        self.inner.record_usage(reports).await
    }
    async fn forget_records(&self, now: Timestamp, n: usize) -> Result<(), StoreFault> {
        self.check()?;
        self.inner.forget_records(now, n).await
    }
    async fn trim_changes(&self, keep: u64) -> Result<(), StoreFault> {
        self.check()?;
        self.inner.trim_changes(keep).await
    }
}

#[tokio::test]
async fn after_one_conflict_it_decides_once_more_and_after_two_it_says_so() {
    let store = Arc::new(Unsteady::default());
    let house = House::over(store.clone()).await;
    for (conflicts, status) in [(1, 200), (2, 409)] {
        store.conflicts.store(conflicts, Ordering::SeqCst);
        let reply = house
            .post_toml("/admin/v1/inventory/apply", INVENTORY)
            .await;
        assert_eq!(reply.status, status, "{reply:?}");
    }
    let mut paths = Vec::new();
    for (path, request) in [
        ("/admin/v1/api_key", key_request()),
        ("/admin/v1/client", client_request()),
    ] {
        store.conflicts.store(1, Ordering::SeqCst);
        let reply = house.post_json(path, &request).await;
        assert_eq!(reply.status, 201, "{reply:?}");
        paths.push(format!(
            "{}/revoke",
            reply.headers["location"].to_str().unwrap()
        ));
        store.conflicts.store(2, Ordering::SeqCst);
        let reply = house.post_json(path, &request).await;
        let problem = reply.problem(409, "conflict").to_string();
        assert!(!problem.contains("canary"), "{problem}");
    }
    for path in paths {
        store.conflicts.store(2, Ordering::SeqCst);
        let reason = json!({"reason": "leaked"});
        house
            .post_json(&path, &reason)
            .await
            .problem(409, "conflict");
        store.conflicts.store(1, Ordering::SeqCst);
        assert_eq!(house.post_json(&path, &reason).await.status, 200);
    }
}

#[tokio::test]
async fn a_fault_of_the_store_is_503_and_what_it_said_stays_here() {
    let store = Arc::new(Unsteady::default());
    let house = House::over(store.clone()).await;
    store.broken.store(1, Ordering::SeqCst);
    for (method, path, _) in ROUTES {
        let reply = match (*method, *path) {
            ("GET", path) => house.get(path).await,
            (_, path) if path.contains("inventory") => house.post_toml(path, INVENTORY).await,
            (_, path) if path.contains("operator_token") => {
                // The one that is there: looking up tokens is left whole.
                let token = credential::PresentedOperatorToken::parse(house.token()).unwrap();
                let path = path.replace("o0123456789abcde", token.id());
                house.post_json(&path, &json!({"reason": "leaked"})).await
            }
            (_, path) if path.ends_with("/bulk") || path.ends_with("/import") => {
                let mut item = key_request();
                if path.ends_with("/import") {
                    item["sha256"] = json!("0".repeat(64));
                    item["from"] = json!("old-gateway");
                }
                let mut body = json!({"items": [item]});
                if path.ends_with("/bulk") {
                    body["batch"] = json!("partners");
                }
                house.post_json(path, &body).await
            }
            (_, path) if path.ends_with("/review") => {
                house.post_json(path, &json!({"note": "needed"})).await
            }
            (_, path) if path.ends_with("/transfer") => {
                house
                    .post_json(path, &json!({"owner": "team-climate"}))
                    .await
            }
            (_, path) if path.ends_with("/resume") || path.ends_with("/enable") => {
                house.post_json(path, &json!({})).await
            }
            (_, path) if path.ends_with("/renew") => house.post_json(path, &json!({})).await,
            (_, path)
                if ["revoke", "/suspend", "/disable"]
                    .iter()
                    .any(|act| path.ends_with(act)) =>
            {
                house.post_json(path, &json!({"reason": "leaked"})).await
            }
            (_, path)
                if ["/rotate", "/cut_over", "/rollback", "/secret_path"]
                    .iter()
                    .any(|act| path.ends_with(act))
                    && path.contains("/api_key/") =>
            {
                house.post_json(path, &json!({})).await
            }
            (_, path) if path.ends_with("/drill") => {
                let drill = json!({"api_key": "k0123456789abcde", "outcome": "rehearsed",
                    "started_at": "2027-01-15T08:00:00Z", "steps": []});
                house.post_json(path, &drill).await
            }
            (_, path) if path.ends_with("retire") || path.ends_with("cut_off") => {
                house.post_json(path, &json!({"reason": "leaked"})).await
            }
            (_, path) if path.contains("signing_key") => {
                house.post_json(path, &json!({"algorithm": "ES256"})).await
            }
            (_, "/feed/v1/usage") => {
                let report = json!([{"credential": {"kind": "api_key", "id": "k1"}, "usage": {}}]);
                house.post_json("/feed/v1/usage", &report).await
            }
            (_, path) if path.contains("leak") => {
                let body = json!({"text": crate::leak::stranger(), "where": "a log"});
                house.post_json(path, &body).await
            }
            (_, path) if path.starts_with("/feed") => {
                let outcome = json!([{"kind": "outcome", "record": {
                    "request_id": "r1", "at": 1, "upstream": "unreachable", "latency_us": 1}}]);
                house.post_json(path, &outcome).await
            }
            (_, path) if path.starts_with("/admin/v1/token") => {
                house.post_json(path, &json!({"token": "a.b.c"})).await
            }
            (_, path) => house.post_json(path, &key_request()).await,
        };
        let problem = reply.problem(503, "store_unavailable").to_string();
        assert_eq!(reply.headers["retry-after"], "2");
        assert!(
            !problem.contains("canary") && !problem.contains("SELECT"),
            "{problem}"
        );
    }
}
