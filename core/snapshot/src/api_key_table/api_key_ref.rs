//! A key of the table, as others see it.

use std::net::IpAddr;
use std::sync::Arc;

use base::{Digest, Timestamp};
use credential::{DigestKeyId, ScopeSet};
use ipnet::IpNet;
use serde::{Serialize, Serializer};

use super::reach::{Reach, Reaches};
use super::row::{Rare, Row, Span};
use super::shard::Shard;
use crate::{ApiKeyEntry, RateLimit, SuccessorEntry};

/// What a snapshot knows of one API key, as it was when it was looked up: a
/// later change does not reach it. Two words: nothing is copied, and a clone
/// counts one reference.
///
/// Each method is the field of [`ApiKeyEntry`] with its name.
#[derive(Clone)]
pub struct ApiKeyRef {
    shard: Arc<Shard>,
    place: usize,
}

/// Of a row that is not there. There is none; and were there one, it would be
/// a key that has ended, does nothing and is for nobody.
mod nothing {
    use base::Digest;
    use credential::ScopeSet;

    pub(super) static DIGEST: Digest = Digest::new([0; 32]);
    pub(super) static SCOPES: ScopeSet = ScopeSet::empty();
}

impl ApiKeyRef {
    pub(super) const fn new(shard: Arc<Shard>, place: usize) -> Self {
        Self { shard, place }
    }

    /// Its public id.
    pub fn id(&self) -> &str {
        let id = self.shard.id(self.place);
        id.and_then(|id| std::str::from_utf8(id).ok())
            .unwrap_or_default()
    }

    /// The keyed digest of its older secret, or of the only one.
    pub fn digest(&self) -> &Digest {
        self.row().map_or(&nothing::DIGEST, |row| &row.digest)
    }

    /// The key of that digest.
    pub fn digest_key(&self) -> Option<DigestKeyId> {
        self.row()?.digest_key
    }

    /// The number of that secret.
    pub fn generation(&self) -> u32 {
        self.row().map_or(0, |row| row.generation)
    }

    /// The environment that it belongs to.
    pub fn environment(&self) -> &str {
        self.reach().map_or("", |reach| reach.environment.as_str())
    }

    /// The organisation that owns it.
    pub fn organisation(&self) -> &str {
        self.name(|row| row.organisation)
    }

    /// Who answers for it.
    pub fn owner(&self) -> &str {
        self.name(|row| row.owner)
    }

    /// What it may do.
    pub fn scopes(&self) -> &ScopeSet {
        self.reach().map_or(&nothing::SCOPES, |reach| &reach.scopes)
    }

    /// The one API that it is for.
    pub fn audience(&self) -> &str {
        self.reach().map_or("", |reach| reach.audience.as_str())
    }

    /// When the secret of [`Self::digest`] ends.
    pub fn expires_at(&self) -> Timestamp {
        self.row().map_or(Timestamp::EPOCH, |row| row.expires_at)
    }

    /// When the whole key was revoked.
    pub fn revoked_at(&self) -> Option<Timestamp> {
        self.row()?.revoked_at()
    }

    /// The newer secret, while the key is being rotated.
    pub fn successor(&self) -> Option<&SuccessorEntry> {
        self.row()?.successor()
    }

    /// From when on it is suspended.
    pub fn suspended_at(&self) -> Option<Timestamp> {
        self.rare()?.suspended_at
    }

    /// From where it may be used; empty: from everywhere.
    pub fn networks(&self) -> &[IpNet] {
        self.rare().map_or(&[], |rare| &rare.networks)
    }

    /// Whether it may be used from `peer`: see [`ApiKeyEntry::allows_peer`].
    pub fn allows_peer(&self, peer: Option<IpAddr>) -> bool {
        crate::api_key::allow_peer(self.networks(), peer)
    }

    /// How many requests it may make.
    pub fn limit(&self) -> Option<RateLimit> {
        self.rare()?.limit
    }

    /// The public JWK, as JSON, that signs on whose behalf a call is made.
    pub fn on_behalf_of_key(&self) -> Option<&str> {
        self.rare()?.on_behalf_of_key.as_deref()
    }

    /// Whether it was made elsewhere.
    pub fn imported(&self) -> bool {
        self.rare().is_some_and(|rare| rare.imported)
    }

    /// When the last of its secrets ends.
    pub fn ends_at(&self) -> Timestamp {
        self.row().map_or(Timestamp::EPOCH, Row::ends_at)
    }

    /// The same as an entry of its own, for whoever alters it or keeps it
    /// long. It allocates: no request needs it.
    pub fn to_entry(&self) -> Option<ApiKeyEntry> {
        let (row, reach, rare) = (self.row()?, self.reach()?, self.rare());
        Some(ApiKeyEntry {
            id: self.id().parse().ok()?,
            digest: row.digest,
            digest_key: row.digest_key,
            generation: row.generation,
            environment: reach.environment.clone(),
            organisation: self.organisation().parse().ok()?,
            owner: self.owner().parse().ok()?,
            scopes: reach.scopes.clone(),
            audience: reach.audience.clone(),
            expires_at: row.expires_at,
            revoked_at: row.revoked_at(),
            successor: row.successor().cloned(),
            suspended_at: self.suspended_at(),
            networks: self.networks().to_vec(),
            limit: self.limit(),
            on_behalf_of_key: rare.and_then(|rare| rare.on_behalf_of_key.clone()),
            imported: self.imported(),
        })
    }

    fn row(&self) -> Option<&Row> {
        self.shard.row(self.place)
    }

    fn reach(&self) -> Option<&Reach> {
        Some(&self.row()?.reach)
    }

    fn rare(&self) -> Option<&Rare> {
        self.row()?.rare.as_deref()
    }

    fn name(&self, span: impl Fn(&Row) -> Span) -> &str {
        self.row().map_or("", |row| self.shard.text(span(row)))
    }
}

impl From<ApiKeyEntry> for ApiKeyRef {
    /// A key that stands in no table.
    fn from(entry: ApiKeyEntry) -> Self {
        let (id, row, names) = Row::new(entry, &mut Reaches::default());
        let mut shard = Shard::default();
        shard.put(id, row, names.as_str());
        Self::new(Arc::new(shard), 0)
    }
}

impl std::fmt::Debug for ApiKeyRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ApiKeyRef({})", self.id())
    }
}

impl Serialize for ApiKeyRef {
    /// As the entry that it is.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entry = self.to_entry();
        let lost = || serde::ser::Error::custom("an API key is not whole");
        entry.ok_or_else(lost)?.serialize(serializer)
    }
}
