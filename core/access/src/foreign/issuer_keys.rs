//! The keys of trusted issuers, as somebody outside fetched them.

use std::sync::Arc;

use base::{Lifetime, Timestamp};
use boundary::{ForeignUrl, KeySource, TrustedIssuer};
use jose::{InvalidKeySet, KeyId, KeySet};

/// Everything on which it depends what the keys are: an issuer with another
/// source, or with other bounds on where it may be fetched from, has other keys.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyOrigin {
    /// The issuer that they are of.
    pub issuer: ForeignUrl,
    /// Where they come from.
    pub source: KeySource,
    /// Whether they may come from a private network.
    pub allow_private_network: bool,
    /// The algorithms that they are for, where they do not say so themselves.
    pub algorithms: Vec<String>,
    /// How long the last good ones are used while no newer ones can be had.
    pub keep_keys: Lifetime,
}

impl KeyOrigin {
    pub(super) fn of(rules: &TrustedIssuer) -> Self {
        Self {
            issuer: rules.issuer.clone(),
            source: rules.keys.clone(),
            allow_private_network: rules.allow_private_network,
            algorithms: rules.algorithms.clone(),
            keep_keys: rules.keep_keys,
        }
    }
}

impl KeyOrigin {
    /// The keys in the text of a JWK Set, for the algorithms of this issuer.
    /// Nothing if an algorithm is not known here, and then nothing is accepted.
    pub fn read(&self, text: &[u8]) -> Option<Result<KeySet, InvalidKeySet>> {
        let allow = super::allow_list(&self.algorithms)?;
        Some(KeySet::parse_for(text, allow))
    }
}

/// The keys of one issuer.
#[derive(Debug, Clone)]
pub struct KeysInForce {
    /// The keys. The same `Arc` until they change, so a cache may use its
    /// address as their revision.
    pub keys: Arc<KeySet>,
    /// Until when they may be used unless newer ones come; nothing for keys
    /// that stand in the inventory itself.
    pub until: Option<Timestamp>,
}

/// The keys of all of them. An issuer that is not here has none, and nothing of
/// it is accepted.
#[derive(Debug, Clone, Default)]
pub struct IssuerKeys(Vec<(KeyOrigin, KeysInForce)>);

impl IssuerKeys {
    /// The keys of that origin.
    pub fn of(&self, origin: &KeyOrigin) -> Option<&KeysInForce> {
        self.0
            .iter()
            .find(|(held, _)| held == origin)
            .map(|(_, keys)| keys)
    }

    /// With these keys for that origin; without any for nothing.
    pub fn put(&mut self, origin: &KeyOrigin, keys: Option<KeysInForce>) {
        self.0.retain(|(held, _)| held != origin);
        self.0.extend(keys.map(|keys| (origin.clone(), keys)));
    }
}

/// A key that a token was signed with, as it says, and that is not known:
/// fetching the issuer's keys once more may bring it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedKey {
    /// Whose.
    pub origin: KeyOrigin,
    /// Its id; nothing if there are no keys at all.
    pub key_id: Option<KeyId>,
}
