//! Whoever holds an API key may end it: the text itself is the proof. Nobody
//! has to find an operator first when a key has leaked.

use base::Timestamp;
use credential::{DigestKeys, PresentedApiKey};

use super::{ApiKey, revoke};
use crate::audit::{Actor, Origin};
use crate::{Plan, Writes};

/// Revokes the key whose text was presented. Like RFC 7009 section 2.2: what is
/// unknown, wrong or revoked already is done, and says no more.
pub fn self_revoke(
    presented: &PresentedApiKey<'_>,
    api_key: Option<&ApiKey>,
    digest_keys: &DigestKeys,
    origin: &Origin,
    now: Timestamp,
) -> Plan<bool> {
    let nothing = || Plan {
        outcome: false,
        writes: Writes::default(),
    };
    let Some(api_key) = api_key.filter(|api_key| is_holder(presented, api_key, digest_keys)) else {
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

/// Whether the text is one of its secrets: also one that has ended. Whoever has
/// that one may end the key too: better one revocation too many.
fn is_holder(presented: &PresentedApiKey<'_>, api_key: &ApiKey, digest_keys: &DigestKeys) -> bool {
    let older = presented.matches(digest_keys, &api_key.digest, api_key.digest_key);
    let newer = api_key.rotation.as_ref().is_some_and(|rotation| {
        let newer = &rotation.successor;
        presented.matches(digest_keys, &newer.digest, Some(newer.digest_key))
    });
    older | newer
}
