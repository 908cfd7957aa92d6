//! Everything that a gate judges by.

mod wire;

use std::sync::Arc;

use base::{Digest, Revision, Timestamp};
use boundary::Inventory;
use credential::{ApiKeyId, ClientId, Environment, RetiredDigestKeys};
use imbl::HashMap;
use jose::{KeySet, VerificationKey};
use serde::{Deserialize, Serialize};

use crate::api_key_table::{ApiKeyRef, ApiKeyTable};
use crate::imported_keys::ImportedKeys;
use crate::{
    ActiveKey, ApiKeyEntry, Change, ClientEntry, Cutoff, CutoffTarget, Gap, IssuerUrl,
    NumberedChange, PublishedKey,
};
use wire::Wire;

/// The inventory in force.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InventoryEntry {
    /// Its version: 1 for the first one applied, 0 for none.
    pub version: u64,
    /// The inventory.
    pub inventory: Arc<Inventory>,
}

/// What a gate knows, at one revision. Cheap to clone: the maps share their
/// structure, so a change copies a path and not a million keys.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "Wire", into = "Wire")]
pub struct Snapshot {
    environment: Environment,
    issuer: IssuerUrl,
    revision: Revision,
    inventory: InventoryEntry,
    api_keys: ApiKeyTable,
    /// The most keys that it takes up; nothing: all that there are.
    api_keys_at_most: Option<usize>,
    /// Whether there are keys that it has no place for.
    api_keys_are_partial: bool,
    clients: HashMap<ClientId, Arc<ClientEntry>>,
    published_keys: Arc<[PublishedKey]>,
    accepted_keys: Arc<KeySet>,
    active_keys: Arc<[ActiveKey]>,
    denied_tokens: HashMap<Arc<str>, Timestamp>,
    cutoffs: HashMap<CutoffTarget, Timestamp>,
    cutoff_entries: Arc<[Cutoff]>,
    disabled_owners: HashMap<Arc<str>, Timestamp>,
    retired_digest_keys: RetiredDigestKeys,
    imported_keys: ImportedKeys,
}

impl Snapshot {
    /// Before the first change: an environment in which everything is denied.
    pub fn empty(environment: Environment, issuer: IssuerUrl) -> Self {
        Self {
            environment,
            issuer,
            revision: Revision::ZERO,
            inventory: InventoryEntry {
                version: 0,
                inventory: Arc::new(Inventory::default()),
            },
            api_keys: ApiKeyTable::default(),
            api_keys_at_most: None,
            api_keys_are_partial: false,
            clients: HashMap::new(),
            published_keys: Arc::new([]),
            accepted_keys: Arc::new(KeySet::new(Vec::new())),
            active_keys: Arc::new([]),
            denied_tokens: HashMap::new(),
            cutoffs: HashMap::new(),
            cutoff_entries: Arc::new([]),
            disabled_owners: HashMap::new(),
            retired_digest_keys: RetiredDigestKeys::default(),
            imported_keys: ImportedKeys::default(),
        }
    }

    /// The environment.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The environment's own issuer.
    pub fn issuer(&self) -> &IssuerUrl {
        &self.issuer
    }

    /// Its revision.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The inventory in force.
    pub fn inventory(&self) -> &InventoryEntry {
        &self.inventory
    }

    /// The API key with that id.
    pub fn api_key(&self, id: &str) -> Option<ApiKeyRef> {
        self.api_keys.get(id)
    }

    /// The API key with that id, or else another one in about its place. For
    /// whoever spends on an unknown id what a known one costs: look at the id of
    /// what comes back before anything of it counts.
    pub fn nearest_api_key(&self, id: &str) -> Option<ApiKeyRef> {
        self.api_keys.nearest(id)
    }

    /// The same with at most `most` API keys, now and after every change: those
    /// that end last, for they are needed longest. One that is revoked gets no
    /// place where there is not one for all. A key beyond is not unknown but
    /// not loaded, so that whoever judges can ask for it.
    #[must_use]
    pub fn with_api_keys_at_most(mut self, most: usize) -> Self {
        self.api_keys_at_most = Some(most);
        if self.api_keys.len() > most {
            self.api_keys = self.api_keys.lasting(most);
            self.api_keys_are_partial = true;
        }
        self
    }

    /// Whether there are, or may be, API keys that it has no place for.
    pub const fn api_keys_are_partial(&self) -> bool {
        self.api_keys_are_partial
    }

    /// How many API keys it has.
    pub const fn api_key_count(&self) -> usize {
        self.api_keys.len()
    }

    /// Whether there is any key that was made elsewhere: the common case is
    /// none, and then no text needs to be digested for the look-up.
    pub fn has_imported_keys(&self) -> bool {
        !self.imported_keys.is_empty()
    }

    /// The id of the imported key whose text has that keyed digest.
    pub fn imported_key(&self, digest: &Digest) -> Option<&ApiKeyId> {
        self.imported_keys.find(digest)
    }

    /// Whether any owner is gone. Most are here: then nobody's name is read.
    pub fn has_disabled_owners(&self) -> bool {
        !self.disabled_owners.is_empty()
    }

    /// Since when an owner is gone.
    pub fn owner_disabled_at(&self, owner: &str) -> Option<Timestamp> {
        // Most owners are here: then nothing is hashed.
        match self.disabled_owners.is_empty() {
            true => None,
            false => self.disabled_owners.get(owner).copied(),
        }
    }

    /// The digest keys under which nothing is accepted any more.
    pub const fn retired_digest_keys(&self) -> &RetiredDigestKeys {
        &self.retired_digest_keys
    }

    /// The client with that identifier.
    pub fn client(&self, id: &str) -> Option<&ClientEntry> {
        self.clients.get(id).map(Arc::as_ref)
    }

    /// The same entry, to be kept beyond the borrow without a copy.
    pub fn shared_client(&self, id: &str) -> Option<&Arc<ClientEntry>> {
        self.clients.get(id)
    }

    /// The issuer's keys of every stage but retired, for the key set document.
    pub fn published_keys(&self) -> &[PublishedKey] {
        &self.published_keys
    }

    /// The issuer's keys whose signatures are accepted. The same `Arc` until
    /// the keys change, so a cache may use its address as the key set's version.
    pub fn accepted_keys(&self) -> &Arc<KeySet> {
        &self.accepted_keys
    }

    /// The keys that sign, those of the default lane first.
    pub fn active_keys(&self) -> &Arc<[ActiveKey]> {
        &self.active_keys
    }

    /// Whether the token with that `jti` is on the denylist.
    pub fn is_token_denied(&self, jti: &str) -> bool {
        self.denied_tokens.contains_key(jti)
    }

    /// Before which instant nothing issued to `target` is accepted.
    pub fn cutoff(&self, target: &CutoffTarget) -> Option<Timestamp> {
        self.cutoffs.get(target).copied()
    }

    /// Whether there is any cutoff at all: the common case is none, and then
    /// no target needs to be built for the look-up.
    pub fn has_cutoffs(&self) -> bool {
        !self.cutoffs.is_empty()
    }

    /// Folds one change. A change that was folded before is ignored; a gap
    /// leaves the snapshot as it was.
    pub fn apply(&mut self, numbered: NumberedChange) -> Result<(), Gap> {
        if numbered.revision <= self.revision {
            return Ok(());
        }
        let expected = self.revision.next();
        if numbered.revision != expected {
            return Err(Gap {
                expected,
                found: numbered.revision,
            });
        }
        self.fold(numbered.change);
        self.revision = expected;
        Ok(())
    }

    /// Drops what has expired at `now`: denylist entries and cutoffs whose
    /// tokens have all expired anyhow, keys and clients past their end.
    pub fn forget_expired(&mut self, now: Timestamp) {
        self.denied_tokens.retain(|_, expires_at| *expires_at > now);
        self.api_keys.forget_ended(now);
        let api_keys = &self.api_keys;
        self.imported_keys
            .retain(|id| api_keys.get(id.as_str()).is_some());
        let live: Vec<Cutoff> = self
            .cutoff_entries
            .iter()
            .filter(|c| c.expires_at > now)
            .cloned()
            .collect();
        if live.len() != self.cutoff_entries.len() {
            self.cutoffs = live
                .iter()
                .map(|c| (c.target.clone(), c.not_before))
                .collect();
            self.cutoff_entries = live.into();
        }
    }

    fn fold(&mut self, change: Change) {
        match change {
            Change::InventoryApplied(entry) => self.inventory = entry,
            Change::ApiKeyPut(entry) => self.put_api_key(*entry),
            Change::ApiKeyRevoked { id, at } => self.api_keys.revoke(id.as_str(), at),
            Change::ClientPut(entry) => {
                self.clients.insert(entry.id.clone(), Arc::new(entry));
            }
            Change::ClientRevoked { id, at } => {
                if let Some(entry) = self.clients.get(&id) {
                    let revoked = ClientEntry {
                        revoked_at: Some(at),
                        ..entry.as_ref().clone()
                    };
                    self.clients.insert(id, Arc::new(revoked));
                }
            }
            Change::OwnerDisabled { owner, at } => {
                self.disabled_owners.insert(owner.as_str().into(), at);
            }
            Change::OwnerEnabled { owner } => {
                self.disabled_owners.remove(owner.as_str());
            }
            Change::DigestKeyRetired { digest_key, at } => {
                self.retired_digest_keys.retire(digest_key, at);
            }
            Change::KeysPublished { keys } => self.publish(keys),
            Change::TokenDenied { jti, expires_at } => {
                self.denied_tokens.insert(jti.into(), expires_at);
            }
            Change::CutOff(cutoff) => self.cut_off(cutoff),
        }
    }

    fn put_api_key(&mut self, entry: ApiKeyEntry) {
        if self.has_imported_keys()
            && let Some(before) = self.api_keys.get(entry.id.as_str())
        {
            self.imported_keys.forget(before.digest());
        }
        let is_full = (self.api_keys_at_most).is_some_and(|most| self.api_keys.len() >= most);
        if is_full && self.api_keys.get(entry.id.as_str()).is_none() {
            self.api_keys_are_partial = true;
            return;
        }
        let id = entry.imported.then(|| entry.id.clone());
        self.api_keys.put(entry);
        if let Some(put) = id.and_then(|id| self.api_keys.get(id.as_str())) {
            self.imported_keys.know(&put);
        }
    }

    fn publish(&mut self, keys: Vec<PublishedKey>) {
        // A key that does not parse is not accepted: a token that it signed is
        // then refused as signed by an unknown key.
        let accepted: Vec<(&PublishedKey, VerificationKey)> = keys
            .iter()
            .filter(|key| key.is_accepted())
            .filter_map(|key| Some((key, VerificationKey::from_jwk(&key.jwk).ok()?)))
            .collect();
        self.active_keys = ActiveKey::all(&accepted).into();
        let accepted = accepted.into_iter().map(|(_, key)| key).collect();
        self.accepted_keys = Arc::new(KeySet::new(accepted));
        self.published_keys = keys.into();
    }

    fn cut_off(&mut self, cutoff: Cutoff) {
        // A cutoff only ever moves forward: an older one must not reopen what a newer one closed.
        let later = self
            .cutoffs
            .get(&cutoff.target)
            .is_none_or(|held| *held < cutoff.not_before);
        if later {
            self.cutoffs
                .insert(cutoff.target.clone(), cutoff.not_before);
            let others = self
                .cutoff_entries
                .iter()
                .filter(|held| held.target != cutoff.target)
                .cloned();
            self.cutoff_entries = others.chain([cutoff.clone()]).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use base::{Digest, Entropy, SeededEntropy};
    use credential::{ApiKeyId, EnvironmentClass};

    use super::*;
    use crate::ApiKeyEntry;

    fn empty() -> Snapshot {
        let environment = Environment {
            name: "sandbox".parse().unwrap(),
            class: EnvironmentClass::Sandbox,
        };
        Snapshot::empty(environment, "http://127.0.0.1:1".parse().unwrap())
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_seconds(seconds).unwrap()
    }

    fn api_key(entropy: &mut dyn Entropy) -> ApiKeyEntry {
        ApiKeyEntry::new(
            ApiKeyId::generate(entropy),
            Digest::new([1; 32]),
            (
                "sandbox".parse().unwrap(),
                "acme".parse().unwrap(),
                "team".parse().unwrap(),
            ),
            (
                credential::ScopeSet::parse("read:a").unwrap(),
                "https://api".parse().unwrap(),
            ),
            at(100),
        )
    }

    fn number(revision: u64, change: Change) -> NumberedChange {
        NumberedChange {
            revision: Revision::new(revision),
            change,
        }
    }

    #[test]
    fn a_gap_changes_nothing_and_a_repeat_is_ignored() {
        let entry = api_key(&mut SeededEntropy::new(1));
        let mut snapshot = empty();
        let found = snapshot.apply(number(2, Change::ApiKeyPut(Box::new(entry.clone()))));
        assert_eq!(
            found,
            Err(Gap {
                expected: Revision::new(1),
                found: Revision::new(2)
            })
        );
        assert!(snapshot.api_key(entry.id.as_str()).is_none());

        snapshot
            .apply(number(1, Change::ApiKeyPut(Box::new(entry.clone()))))
            .unwrap();
        snapshot
            .apply(number(
                2,
                Change::ApiKeyRevoked {
                    id: entry.id.clone(),
                    at: at(5),
                },
            ))
            .unwrap();
        snapshot
            .apply(number(1, Change::ApiKeyPut(Box::new(entry.clone()))))
            .unwrap();
        assert_eq!(
            snapshot.api_key(entry.id.as_str()).unwrap().revoked_at(),
            Some(at(5))
        );
        assert_eq!(snapshot.revision(), Revision::new(2));
    }

    #[test]
    fn a_bounded_snapshot_takes_those_that_end_last_and_grows_by_no_change() {
        let entropy = &mut SeededEntropy::new(3);
        let keys: Vec<ApiKeyEntry> = (0..9)
            .map(|number| ApiKeyEntry {
                expires_at: at(100 + number),
                revoked_at: (number == 8).then(|| at(1)),
                ..api_key(entropy)
            })
            .collect();
        let mut whole = empty();
        for (revision, entry) in (1..).zip(&keys) {
            let put = Change::ApiKeyPut(Box::new(entry.clone()));
            whole.apply(number(revision, put)).unwrap();
        }
        let enough = whole.clone().with_api_keys_at_most(9);
        assert!(enough.api_key_count() == 9 && !enough.api_keys_are_partial());
        let bounded = whole.clone().with_api_keys_at_most(3);
        let text = serde_json::to_string(&bounded).unwrap();
        let mut bounded: Snapshot = serde_json::from_str(&text).unwrap();
        assert!(bounded.api_key_count() == 3 && bounded.api_keys_are_partial());
        let is_there = |snapshot: &Snapshot, number: usize| {
            snapshot.api_key(keys[number].id.as_str()).is_some()
        };
        assert_eq!(
            (0..9)
                .filter(|n| is_there(&bounded, *n))
                .collect::<Vec<_>>(),
            [5, 6, 7]
        );
        for (revision, entry) in (10..).zip([&keys[0], &keys[7]]) {
            let put = Change::ApiKeyPut(Box::new(entry.clone()));
            bounded.apply(number(revision, put)).unwrap();
        }
        assert!(bounded.api_key_count() == 3 && !is_there(&bounded, 0));
        // With room again the next one is taken up.
        bounded.forget_expired(at(105));
        let put = Change::ApiKeyPut(Box::new(keys[0].clone()));
        bounded.apply(number(12, put)).unwrap();
        assert!(is_there(&bounded, 0) && bounded.api_keys_are_partial());
    }

    #[test]
    fn a_cutoff_only_moves_forward() {
        let cutoff = |seconds| Cutoff {
            target: CutoffTarget::Environment,
            not_before: at(seconds),
            expires_at: at(seconds + 600),
        };
        let mut snapshot = empty();
        snapshot
            .apply(number(1, Change::CutOff(cutoff(50))))
            .unwrap();
        snapshot
            .apply(number(2, Change::CutOff(cutoff(40))))
            .unwrap();
        assert_eq!(snapshot.cutoff(&CutoffTarget::Environment), Some(at(50)));
        snapshot.forget_expired(at(650));
        assert_eq!(snapshot.cutoff(&CutoffTarget::Environment), None);
    }

    #[test]
    fn what_has_expired_is_forgotten_and_nothing_else() {
        let mut snapshot = empty();
        snapshot
            .apply(number(
                1,
                Change::TokenDenied {
                    jti: "a".into(),
                    expires_at: at(10),
                },
            ))
            .unwrap();
        snapshot
            .apply(number(
                2,
                Change::TokenDenied {
                    jti: "b".into(),
                    expires_at: at(20),
                },
            ))
            .unwrap();
        snapshot.forget_expired(at(10));
        assert!(!snapshot.is_token_denied("a"));
        assert!(snapshot.is_token_denied("b"));
    }

    #[test]
    fn it_travels_whole() {
        let entry = api_key(&mut SeededEntropy::new(1));
        let mut snapshot = empty();
        snapshot
            .apply(number(1, Change::ApiKeyPut(Box::new(entry.clone()))))
            .unwrap();
        snapshot
            .apply(number(
                2,
                Change::TokenDenied {
                    jti: "a".into(),
                    expires_at: at(10),
                },
            ))
            .unwrap();
        let text = serde_json::to_string(&snapshot).unwrap();
        let back: Snapshot = serde_json::from_str(&text).unwrap();
        assert_eq!(back.revision(), snapshot.revision());
        assert!(
            back.api_key(entry.id.as_str())
                .unwrap()
                .digest()
                .matches(&entry.digest)
        );
        assert!(back.is_token_denied("a"));
        assert_eq!(serde_json::to_string(&back).unwrap(), text);
    }

    #[test]
    fn a_change_of_an_unknown_kind_does_not_decode() {
        assert!(
            serde_json::from_str::<Change>(r#"{"change":"api_key_blessed","id":"x"}"#).is_err()
        );
    }

    #[test]
    fn a_change_with_an_added_field_decodes() {
        let text = r#"{"change":"token_denied","jti":"a","expires_at":1,"added_later":true}"#;
        assert!(matches!(
            serde_json::from_str(text),
            Ok(Change::TokenDenied { .. })
        ));
    }
}
