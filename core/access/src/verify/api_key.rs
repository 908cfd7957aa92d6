//! An API key: known, its secret right, of this environment, not revoked, not
//! under a retired digest key, not suspended, its owner here, not ended. To its
//! presenter all failures are one; the audit tells them apart.

use base::{Digest, Timestamp};
use credential::{ApiKeyId, DigestKeyId, PresentedApiKey};
use snapshot::ApiKeyRef;

use super::imported;
use crate::{ApiKeyPrincipal, Denial, Judge, Principal, Rule};

pub(super) fn check(text: &str, judge: &Judge<'_>, now: Timestamp) -> Result<Principal, Denial> {
    let Ok(presented) = PresentedApiKey::parse(text) else {
        return imported::check(text, judge, now);
    };
    let snapshot = judge.view.snapshot();
    let environment = snapshot.environment();
    let (entry, secret) = match matching(&presented, judge, now) {
        Ok(found) => found,
        // The tag says where it belongs; a key from there is not known here.
        Err(_) if presented.class() != environment.class => {
            return Err(Denial::new(Rule::WrongEnvironment)
                .judged(false)
                .with_finding("The API key is tagged for another class of environment."));
        }
        // Nobody knows yet whether it is genuine.
        Err(Rule::ApiKeyNotLoaded) => {
            let wanted = presented.id().parse().ok();
            return Err(Denial::new(Rule::ApiKeyNotLoaded).wanting_api_key(wanted));
        }
        Err(rule) => return Err(Denial::new(rule).judged(false)),
    };
    let elsewhere =
        entry.environment() != environment.name.as_str() || presented.class() != environment.class;
    let no_longer = match elsewhere {
        true => Some(Rule::WrongEnvironment),
        false => ended(&entry, secret, judge, now),
    };
    settle(entry, secret, no_longer)
}

/// What comes of a genuine text.
pub(super) fn settle(
    entry: ApiKeyRef,
    secret: Secret,
    no_longer: Option<Rule>,
) -> Result<Principal, Denial> {
    let principal = Principal::ApiKey(ApiKeyPrincipal {
        entry,
        generation: secret.generation,
        on_behalf_of: None,
    });
    match no_longer {
        None => Ok(principal),
        Some(rule) => Err(Denial::new(rule)
            .genuine_as(&principal)
            .with_finding(finding(rule))),
    }
}

pub(super) fn genuine(text: &str, judge: &Judge<'_>) -> Option<ApiKeyId> {
    let Ok(presented) = PresentedApiKey::parse(text) else {
        return imported::genuine(text, judge);
    };
    // Only one that is known counts, whenever that is.
    let (entry, _) = matching(&presented, judge, Timestamp::EPOCH).ok()?;
    entry.id().parse().ok()
}

/// One of the secrets of a key: the one that was presented.
#[derive(Clone, Copy)]
pub(super) struct Secret {
    generation: u32,
    /// The key of its digest.
    digest_key: Option<DigestKeyId>,
    expires_at: Timestamp,
    /// Whether a newer one has taken its place, or will.
    has_successor: bool,
}

impl Secret {
    /// The older secret of a key, or its only one.
    pub(super) fn older(entry: &ApiKeyRef) -> Self {
        Self {
            generation: entry.generation(),
            digest_key: entry.digest_key(),
            expires_at: entry.expires_at(),
            has_successor: entry.successor().is_some(),
        }
    }
}

/// Why a genuine key is no longer accepted.
pub(super) fn ended(
    entry: &ApiKeyRef,
    secret: Secret,
    judge: &Judge<'_>,
    now: Timestamp,
) -> Option<Rule> {
    let snapshot = judge.view.snapshot();
    if entry.revoked_at().is_some() {
        Some(Rule::ApiKeyRevoked)
    } else if snapshot.retired_digest_keys().refuses(secret.digest_key) {
        Some(Rule::ApiKeyDigestKeyRetired)
    } else if entry.suspended_at().is_some_and(|from| now >= from) {
        Some(Rule::ApiKeySuspended)
    } else if snapshot.has_disabled_owners() && snapshot.owner_disabled_at(entry.owner()).is_some()
    {
        Some(Rule::ApiKeyOwnerDisabled)
    } else if now < secret.expires_at {
        None
    } else if secret.has_successor {
        Some(Rule::ApiKeySuperseded)
    } else {
        Some(Rule::ApiKeyExpired)
    }
}

/// The entry whose digest the text has, and which of its secrets it is. An
/// unknown id costs the same digests and the same comparisons as a known one: it
/// is compared with the key beside its place. The bench `timing` says how nearly.
fn matching(
    presented: &PresentedApiKey<'_>,
    judge: &Judge<'_>,
    now: Timestamp,
) -> Result<(ApiKeyRef, Secret), Rule> {
    match judge.view.api_key_or_other(presented.id(), now) {
        Ok(entry) => match matching_secret(presented, &entry, judge) {
            Some(secret) => Ok((entry, secret)),
            None => Err(Rule::ApiKeyDigest),
        },
        // What comes of the comparison does not count: there is no such key.
        Err((rule, Some(other))) => {
            std::hint::black_box(matching_secret(presented, &other, judge));
            Err(rule)
        }
        Err((rule, None)) => {
            let current = judge.digest_keys.current().id();
            std::hint::black_box(presented.matches(judge.digest_keys, &NOBODY, Some(current)));
            Err(rule)
        }
    }
}

/// Which of the secrets of `entry` the text is.
fn matching_secret(
    presented: &PresentedApiKey<'_>,
    entry: &ApiKeyRef,
    judge: &Judge<'_>,
) -> Option<Secret> {
    let is = |digest, key| presented.matches(judge.digest_keys, digest, key);
    let newer = entry.successor();
    if is(entry.digest(), entry.digest_key()) {
        return Some(Secret::older(entry));
    }
    let newer = newer.filter(|newer| is(&newer.digest, Some(newer.digest_key)))?;
    Some(Secret {
        generation: newer.generation,
        digest_key: Some(newer.digest_key),
        expires_at: newer.expires_at,
        has_successor: false,
    })
}

/// What an unknown id is compared with where there is no key at all.
const NOBODY: Digest = Digest::new([0; 32]);

const fn finding(rule: Rule) -> &'static str {
    match rule {
        Rule::ApiKeyRevoked => "The API key was revoked.",
        Rule::ApiKeyDigestKeyRetired => "The API key stands under a digest key that was retired.",
        Rule::ApiKeySuspended => "The API key is suspended.",
        Rule::ApiKeyOwnerDisabled => "The owner of the API key is disabled.",
        Rule::ApiKeySuperseded => "The API key was rotated, and its older secret has ended.",
        Rule::ApiKeyExpired => "The API key has ended.",
        _ => "The API key belongs to another environment.",
    }
}
