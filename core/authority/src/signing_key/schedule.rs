//! The calendar of a signing key.

use base::{Lifetime, Timestamp};
use credential::{Environment, EnvironmentClass};
use jose::MAX_LEEWAY;

use super::SigningKeyRecord;
use crate::token::ACCESS_TOKEN_LIFETIME;

/// How long a signing key signs: 90 days.
pub const LIFETIME: Lifetime = Lifetime::from_secs(90 * 86_400);

/// How long a private key exists at most: it waits as long as the one before
/// it signs, and then signs itself.
pub const LONGEST_LIFE: Lifetime = Lifetime::from_secs(2 * 90 * 86_400);

/// How long the key set may be kept by whoever fetched it: 5 minutes.
pub const KEY_SET_MAX_AGE: Lifetime = Lifetime::from_secs(300);

/// How long a key of a production environment is published before it may sign:
/// whoever kept the key set as long as it may be kept, and took as long again
/// to fetch it, knows the key before the first token that it signed.
pub const PUBLISH_AHEAD: Lifetime = Lifetime::from_secs(600);

/// How long before its end a key is followed by the next one: a day, so that
/// what goes wrong then can be put right before anything stops.
pub const ROTATE_BEFORE_END: Lifetime = Lifetime::from_secs(86_400);

/// How long the key before it goes on signing after a rotation: the news of it
/// are on their way to the gates, and one that has not heard of it yet refuses
/// what the new key signed. As long as a gate of a sensitive endpoint may lag.
/// An emergency waits for nobody.
pub const SETTLING: Lifetime = Lifetime::from_secs(5);

/// How far the clocks of two processes may be apart.
const CLOCK_SKEW: Lifetime = Lifetime::from_secs(60);

/// How long a retired key is remembered, for those who look back.
pub const REMEMBERED: Lifetime = Lifetime::from_secs(90 * 86_400);

/// How many keys may be accepted at once, over all lanes. A key set has 64 at
/// most; a rotation that would come near has been asked for by mistake.
pub const MOST_ACCEPTED: usize = 32;

/// How long a key is published before it may sign in this environment. A
/// sandbox has no callers that keep the key set, and somebody who tries things.
pub const fn publish_ahead(environment: &Environment) -> Lifetime {
    match environment.class {
        EnvironmentClass::Production => PUBLISH_AHEAD,
        EnvironmentClass::Sandbox => Lifetime::ZERO,
    }
}

/// How long the key before goes on signing in this environment. A sandbox has
/// its gate in the process of its issuer.
pub const fn settling(environment: &Environment) -> Lifetime {
    match environment.class {
        EnvironmentClass::Production => SETTLING,
        EnvironmentClass::Sandbox => Lifetime::ZERO,
    }
}

/// From when on a next key may become active.
pub fn usable_from(record: &SigningKeyRecord, environment: &Environment) -> Timestamp {
    record.published_since().after(publish_ahead(environment))
}

/// When the last token that a retiring key signed is accepted by nobody any
/// more: every token's life, the leeway of a patient verifier, and the skew.
pub fn retires_at(record: &SigningKeyRecord) -> Timestamp {
    let since = record.retiring_since.unwrap_or(record.created_at);
    since
        .after(SETTLING)
        .after(ACCESS_TOKEN_LIFETIME)
        .after(MAX_LEEWAY)
        .after(CLOCK_SKEW)
}

/// When an active key is to be followed by the next one.
pub fn rotates_at(record: &SigningKeyRecord) -> Timestamp {
    record.expires_at.before(ROTATE_BEFORE_END)
}

/// When a retired key is forgotten.
pub fn forgotten_at(record: &SigningKeyRecord) -> Timestamp {
    record
        .retired_at
        .unwrap_or(record.created_at)
        .after(REMEMBERED)
}
