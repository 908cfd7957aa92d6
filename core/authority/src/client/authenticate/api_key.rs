//! An API key that authenticates a client (RFC 6749 section 2.3): it is judged
//! as the gates judge it, by what they know of it, so that what is refused
//! there gets no token here.

use base::{Digest, Timestamp};
use credential::{DigestKeys, Environment, PresentedApiKey};
use snapshot::ApiKeyEntry;

use super::{ApiKeySecret, Arrival, PresentedClient, refused};
use crate::api_key::ApiKey;
use crate::token::TokenRefusal;

/// The key, and which of its secrets was presented. To its presenter every
/// failure is one; the audit tells them apart by the rule.
///
/// The order: what the place of arrival refuses comes before any look at the
/// secret; the secret is settled before anything that only its holder may
/// learn from the audit as theirs.
pub(super) fn check<'a>(
    presented: &PresentedClient,
    known: Option<&'a ApiKey>,
    arrival: Arrival,
    (environment, digest_keys): (&Environment, &DigestKeys),
    now: Timestamp,
) -> Result<(&'a ApiKey, ApiKeySecret), TokenRefusal> {
    if arrival.refuses_api_keys {
        return Err(refused("api_key_not_at_this_listener"));
    }
    // Article 004, 'Never accept API keys in browser apps'.
    if arrival.is_browser {
        return Err(refused("api_key_from_browser"));
    }
    let secret = presented.secret.as_ref();
    let secret = secret.ok_or_else(|| refused("api_key_missing"))?;
    let key = PresentedApiKey::parse(secret.expose()).map_err(|_| refused("api_key_malformed"))?;
    if key.id() != presented.client_id {
        return Err(refused("api_key_of_another_client"));
    }
    let is = |digest: &Digest, digest_key| key.matches(digest_keys, digest, digest_key);
    let Some(api_key) = known else {
        // What it comes to does not count: it takes the time of a known one.
        std::hint::black_box(is(&NOBODY, Some(digest_keys.current().id())));
        return Err(match key.class() == environment.class {
            true => refused("api_key_unknown"),
            false => refused("wrong_environment"),
        });
    };
    let entry = api_key.entry();
    let (secret, has_successor) = matching(&entry, is).ok_or_else(|| refused("api_key_digest"))?;
    if key.class() != environment.class || entry.environment != environment.name {
        return Err(refused("wrong_environment"));
    }
    if entry.revoked_at.is_some() {
        return Err(refused("api_key_revoked"));
    }
    if entry.suspended_at.is_some_and(|from| now >= from) {
        return Err(refused("api_key_suspended"));
    }
    if now >= secret.ends_at {
        return Err(match has_successor {
            true => refused("api_key_superseded"),
            false => refused("api_key_expired"),
        });
    }
    if !entry.allows_peer(arrival.peer) {
        return Err(refused("api_key_network"));
    }
    Ok((api_key, secret))
}

/// Which of its secrets it is, and whether a newer one has taken its place.
fn matching(
    entry: &ApiKeyEntry,
    is: impl Fn(&Digest, Option<credential::DigestKeyId>) -> bool,
) -> Option<(ApiKeySecret, bool)> {
    let newer = entry.successor.as_ref();
    if is(&entry.digest, entry.digest_key) {
        let secret = ApiKeySecret {
            generation: entry.generation,
            ends_at: entry.expires_at,
        };
        return Some((secret, newer.is_some()));
    }
    newer
        .filter(|newer| is(&newer.digest, Some(newer.digest_key)))
        .map(|newer| {
            let secret = ApiKeySecret {
                generation: newer.generation,
                ends_at: newer.expires_at,
            };
            (secret, false)
        })
}

/// What an unknown id is compared with.
const NOBODY: Digest = Digest::new([0; 32]);
