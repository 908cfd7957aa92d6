//! Whoever holds an API key may end it: the text itself is the proof. Nobody
//! has to find an operator first when a key has leaked.

use base::Timestamp;
use credential::{ApiKeyId, DigestKeys, PresentedApiKey, PresentedForeignKey};

use super::{ApiKey, revoke};
use crate::audit::{Actor, Origin};
use crate::{Plan, Writes};

/// A text that may be that of a key: one of ours, or one that another system made.
pub struct HolderText<'a>(Shape<'a>);

enum Shape<'a> {
    Ours(PresentedApiKey<'a>),
    Imported(PresentedForeignKey),
}

impl<'a> HolderText<'a> {
    /// Reads the text; nothing if it has the shape of no key.
    pub fn parse(text: &'a str) -> Option<Self> {
        let ours = PresentedApiKey::parse(text).map(Shape::Ours);
        let imported = || PresentedForeignKey::parse(text).map(Shape::Imported);
        ours.or_else(|_| imported()).ok().map(Self)
    }

    /// The ids under which its key is, if it is anywhere: for the look-up and
    /// nothing else. An imported key has one for each digest key that it may
    /// stand under.
    pub fn ids(&self, digest_keys: &DigestKeys) -> Vec<ApiKeyId> {
        match &self.0 {
            Shape::Ours(presented) => presented.id().parse().into_iter().collect(),
            Shape::Imported(presented) => {
                let keys = digest_keys.iter();
                keys.map(|key| presented.id(key)).collect()
            }
        }
    }

    /// Whether it is a secret of the key that is accepted, or is again once the
    /// key is resumed. One that a newer one has replaced gives no power over the
    /// key: it was cut over because somebody else has it.
    fn is_of(&self, api_key: &ApiKey, digest_keys: &DigestKeys, now: Timestamp) -> bool {
        let rotation = api_key.rotation.as_ref();
        let older_counts = !rotation.is_some_and(|rotation| rotation.refuses_older(now));
        match &self.0 {
            Shape::Ours(presented) => {
                let older = presented.matches(digest_keys, &api_key.digest, api_key.digest_key);
                let newer = rotation.is_some_and(|rotation| {
                    let newer = &rotation.successor;
                    presented.matches(digest_keys, &newer.digest, Some(newer.digest_key))
                });
                (older & older_counts) | newer
            }
            Shape::Imported(presented) => {
                let is = digest_keys.iter().fold(false, |found, key| {
                    let is_its_key = api_key.digest_key.is_none_or(|id| id == key.id());
                    presented.digest(key).matches(&api_key.digest) & is_its_key | found
                });
                let is_refused = digest_keys.refuses(api_key.digest_key);
                is & api_key.is_imported() & older_counts & !is_refused
            }
        }
    }
}

/// Not the text: it is a secret.
impl std::fmt::Debug for HolderText<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HolderText(redacted)")
    }
}

/// Revokes the key whose text was presented. Like RFC 7009 section 2.2: what is
/// unknown, wrong or revoked already is done, and says no more.
pub fn self_revoke(
    presented: &HolderText<'_>,
    api_key: Option<&ApiKey>,
    digest_keys: &DigestKeys,
    origin: &Origin,
    now: Timestamp,
) -> Plan<bool> {
    let nothing = || Plan {
        outcome: false,
        writes: Writes::default(),
    };
    let is_holder = |api_key: &&ApiKey| presented.is_of(api_key, digest_keys, now);
    let Some(api_key) = api_key.filter(is_holder) else {
        return nothing();
    };
    let origin = Origin {
        actor: Actor::Holder(api_key.id.to_string()),
        ..origin.clone()
    };
    match revoke(api_key, "revoked by its holder", &origin, now) {
        Ok(plan) => Plan {
            outcome: true,
            writes: plan.writes,
        },
        Err(_) => nothing(),
    }
}
