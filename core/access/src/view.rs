//! A snapshot, made ready for judging.

use std::sync::Arc;

use base::Timestamp;
use jose::{Algorithm, AllowList, Unverified};
use snapshot::{ApiKeyRef, Learned, LearnedApiKeys, Snapshot};

use crate::route::RouteTable;
use crate::{ForeignIssuer, IssuerKeys, Rule, Unverifiable};

/// A snapshot and what is compiled from it once instead of per request. Cheap
/// to clone.
#[derive(Debug, Clone)]
pub struct View {
    snapshot: Arc<Snapshot>,
    routes: Arc<RouteTable>,
    issuer_keys: Arc<IssuerKeys>,
    learned: LearnedApiKeys,
    trusted_issuers: Arc<[ForeignIssuer]>,
    algorithms: Option<AllowList>,
    first_key_expiry: Option<Timestamp>,
}

impl View {
    /// Makes `snapshot` ready.
    pub fn new(snapshot: Arc<Snapshot>) -> Self {
        Self::compiled(snapshot, Arc::default())
    }

    fn compiled(snapshot: Arc<Snapshot>, issuer_keys: Arc<IssuerKeys>) -> Self {
        let routes = RouteTable::compile(&snapshot.inventory().inventory);
        let trusted = snapshot.inventory().inventory.trusted_issuers.iter();
        let ready = trusted
            // Our own tokens are ours, whatever else is said about them.
            .filter(|rules| rules.issuer.as_str() != snapshot.issuer().as_str())
            .map(|rules| ForeignIssuer::new(rules.clone(), &issuer_keys))
            .collect();
        Self::of(snapshot, Arc::new(routes), issuer_keys, ready)
    }

    /// Makes the snapshot that follows ready; the routes are compiled again
    /// only if the inventory is another one.
    #[must_use]
    pub fn next(&self, snapshot: Arc<Snapshot>) -> Self {
        let held = &self.snapshot.inventory().inventory;
        if Arc::ptr_eq(held, &snapshot.inventory().inventory) {
            Self::of(
                snapshot,
                Arc::clone(&self.routes),
                Arc::clone(&self.issuer_keys),
                Arc::clone(&self.trusted_issuers),
            )
        } else {
            Self::compiled(snapshot, Arc::clone(&self.issuer_keys))
        }
    }

    /// The same, with what is known now of the keys of trusted issuers.
    #[must_use]
    pub fn with_issuer_keys(&self, issuer_keys: Arc<IssuerKeys>) -> Self {
        let issuers = self.trusted_issuers.iter();
        Self {
            trusted_issuers: issuers
                .map(|issuer| issuer.with_keys(&issuer_keys))
                .collect(),
            issuer_keys,
            ..self.clone()
        }
    }

    /// The same, with what was asked about API keys that the snapshot has no
    /// place for. It must have been folded as far as the snapshot is.
    #[must_use]
    pub fn with_learned_api_keys(&self, learned: LearnedApiKeys) -> Self {
        Self {
            learned,
            ..self.clone()
        }
    }

    /// The API key with that id. One that is not loaded is told apart from one
    /// that there is not.
    pub fn api_key(&self, id: &str, now: Timestamp) -> Result<ApiKeyRef, Rule> {
        self.api_key_or_other(id, now).map_err(|(rule, _)| rule)
    }

    /// The same; where there is none, with another key out of the same place,
    /// on which whoever hides that there is none can spend the same time.
    pub(crate) fn api_key_or_other(
        &self,
        id: &str,
        now: Timestamp,
    ) -> Result<ApiKeyRef, (Rule, Option<ApiKeyRef>)> {
        match self.snapshot.nearest_api_key(id) {
            Some(found) if found.id() == id => Ok(found),
            other => self.learned_api_key(id, now).map_err(|rule| (rule, other)),
        }
    }

    fn learned_api_key(&self, id: &str, now: Timestamp) -> Result<ApiKeyRef, Rule> {
        if !self.snapshot.api_keys_are_partial() {
            return Err(Rule::ApiKeyUnknown);
        }
        match self.learned.get(id, now) {
            Some(Learned::Key(found)) => Ok(found),
            Some(Learned::Absent) => Err(Rule::ApiKeyUnknown),
            None => Err(Rule::ApiKeyNotLoaded),
        }
    }

    /// The issuers that are trusted beside our own.
    pub fn trusted_issuers(&self) -> &[ForeignIssuer] {
        &self.trusted_issuers
    }

    /// The trusted issuer whose token `token` says that it is; nothing if it is
    /// one of ours. An issuer that is not trusted is refused by its name alone.
    pub(crate) fn trusted_issuer_of(
        &self,
        token: &str,
    ) -> Result<Option<&ForeignIssuer>, Unverifiable> {
        if self.trusted_issuers.is_empty() {
            return Ok(None);
        }
        let named = Unverified::parse(token)?.issuer()?;
        if named == self.snapshot.issuer().as_str() {
            return Ok(None);
        }
        // RFC 8725 section 3.8: its keys, and no other's, can make it genuine.
        let mut issuers = self.trusted_issuers.iter();
        match issuers.find(|issuer| issuer.rules().issuer.as_str() == named) {
            Some(issuer) => Ok(Some(issuer)),
            None => Err(Unverifiable::of(Rule::IssuerUnknown)),
        }
    }

    /// The snapshot.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The algorithms of the accepted keys; nothing if no key is accepted. RFC
    /// 8725 section 3.1: they come from the published keys, never from a token.
    pub fn algorithms(&self) -> Option<AllowList> {
        self.algorithms
    }

    pub(crate) fn routes(&self) -> &RouteTable {
        &self.routes
    }

    /// Whether some accepted key has ended at `now`, so that a token's key has
    /// to be looked at before its signature counts.
    pub(crate) fn has_ended_keys(&self, now: Timestamp) -> bool {
        self.first_key_expiry.is_some_and(|expiry| expiry <= now)
    }

    fn of(
        snapshot: Arc<Snapshot>,
        routes: Arc<RouteTable>,
        issuer_keys: Arc<IssuerKeys>,
        trusted_issuers: Arc<[ForeignIssuer]>,
    ) -> Self {
        let accepted = snapshot.accepted_keys().keys();
        let algorithms: Vec<Algorithm> = accepted.iter().map(|key| key.algorithm()).collect();
        let published = snapshot.published_keys().iter();
        let first_key_expiry = published
            .filter(|key| key.is_accepted())
            .map(|key| key.expires_at)
            .min();
        Self {
            algorithms: AllowList::new(&algorithms).ok(),
            first_key_expiry,
            snapshot,
            routes,
            issuer_keys,
            learned: LearnedApiKeys::default(),
            trusted_issuers,
        }
    }
}
