//! An API key as a gate knows it.

use std::net::IpAddr;

use base::{Digest, Name, Timestamp};
use credential::{ApiKeyId, Audience, DigestKeyId, ScopeSet};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// What a gate needs to judge a presented API key. A revoked or expired key
/// stays known until its expiry, so that its refusal can be told apart in the
/// audit from a guess.
///
/// A key has one secret, and a second one while it is being rotated. Both carry
/// the key's id, so whoever looks at the audit sees one key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApiKeyEntry {
    /// Its public id.
    pub id: ApiKeyId,
    /// The keyed digest of the whole text of its older secret, or of the only one.
    pub digest: Digest,
    /// The key of that digest; nothing in a record from before they had ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest_key: Option<DigestKeyId>,
    /// Counts the secrets that this id has had: that of `digest`, from 1.
    #[serde(default = "first_generation")]
    pub generation: u32,
    /// The environment that it belongs to.
    pub environment: Name,
    /// The organisation that owns it.
    pub organisation: Name,
    /// The person or service that answers for it.
    pub owner: Name,
    /// What it may do; empty: nothing.
    pub scopes: ScopeSet,
    /// The one API that it is for.
    pub audience: Audience,
    /// When the secret of `digest` ends: the key's own end, or the end of the
    /// overlap, or the moment of the cut-over.
    pub expires_at: Timestamp,
    /// When the whole key was revoked.
    #[serde(default)]
    pub revoked_at: Option<Timestamp>,
    /// The newer secret, while the key is being rotated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<SuccessorEntry>,
    /// From when on it is suspended: refused, until somebody resumes it. It may
    /// lie ahead: a key that nobody reviews is suspended by the clock alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_at: Option<Timestamp>,
    /// From where it may be used; empty: from everywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<IpNet>,
    /// How many requests it may make; nothing: as many as it likes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<RateLimit>,
    /// The public JWK, as JSON, that signs on whose behalf a call is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of_key: Option<Box<str>>,
    /// Whether it was made elsewhere: its text then has not our shape, and is
    /// found by its digest.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub imported: bool,
}

/// The newer of a key's two secrets.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SuccessorEntry {
    /// The keyed digest of its whole text.
    pub digest: Digest,
    /// The key of that digest.
    pub digest_key: DigestKeyId,
    /// Its number among the secrets of the id.
    pub generation: u32,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// At most `requests` in any `per_seconds` (GCRA: a burst of `requests`, then
/// one each time `per_seconds / requests` have gone by).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// How many; at least 1.
    pub requests: u32,
    /// In how many seconds; at least 1.
    pub per_seconds: u32,
}

const fn first_generation() -> u32 {
    1
}

impl ApiKeyEntry {
    /// An entry with nothing but what every key has: no successor, no
    /// networks, no limit, not suspended, not revoked.
    pub fn new(
        id: ApiKeyId,
        digest: Digest,
        (environment, organisation, owner): (Name, Name, Name),
        (scopes, audience): (ScopeSet, Audience),
        expires_at: Timestamp,
    ) -> Self {
        Self {
            id,
            digest,
            digest_key: None,
            generation: first_generation(),
            environment,
            organisation,
            owner,
            scopes,
            audience,
            expires_at,
            revoked_at: None,
            successor: None,
            suspended_at: None,
            networks: Vec::new(),
            limit: None,
            on_behalf_of_key: None,
            imported: false,
        }
    }

    /// Whether it may be used from `peer`. An IPv4 address in IPv6 clothes is
    /// an IPv4 address; where networks are named, an unknown peer is in none.
    pub fn allows_peer(&self, peer: Option<IpAddr>) -> bool {
        allow_peer(&self.networks, peer)
    }

    /// When the last of its secrets ends.
    pub fn ends_at(&self) -> Timestamp {
        let successor = self.successor.as_ref().map(|newer| newer.expires_at);
        successor.map_or(self.expires_at, |newer| newer.max(self.expires_at))
    }
}

/// Whether a key with these networks may be used from `peer`.
pub(crate) fn allow_peer(networks: &[IpNet], peer: Option<IpAddr>) -> bool {
    networks.is_empty()
        || peer.is_some_and(|peer| {
            let peer = peer.to_canonical();
            networks.iter().any(|network| network.contains(&peer))
        })
}

#[cfg(test)]
mod tests {
    use credential::MintedApiKey;

    use super::*;

    #[test]
    fn networks_bind_a_key_and_an_unknown_peer_is_in_none() {
        let minted = MintedApiKey::mint(
            credential::EnvironmentClass::Production,
            &credential::DigestKey::new([7; 32]),
            &mut base::SeededEntropy::new(1),
        );
        let name = |text: &str| text.parse::<Name>().unwrap();
        let mut entry = ApiKeyEntry::new(
            minted.id,
            minted.digest,
            (name("production"), name("acme"), name("team")),
            (ScopeSet::empty(), "https://a.example.com".parse().unwrap()),
            Timestamp::EPOCH,
        );
        let allows = |entry: &ApiKeyEntry, peer: &str| entry.allows_peer(peer.parse().ok());
        assert!(allows(&entry, "8.8.8.8") && allows(&entry, "unknown"));
        entry.networks = vec![
            "10.0.0.0/8".parse().unwrap(),
            "2001:db8::/32".parse().unwrap(),
        ];
        for (peer, allowed) in [
            ("10.255.0.1", true),
            ("::ffff:10.0.0.1", true),
            ("2001:db8::1", true),
            ("11.0.0.1", false),
            ("::ffff:8.8.8.8", false),
            ("2001:db9::1", false),
            ("::", false),
            ("unknown", false),
        ] {
            assert_eq!(allows(&entry, peer), allowed, "{peer}");
        }
    }
}
