//! When a token holds. Nothing here reads a clock.

use base::{Lifetime, Timestamp};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::TokenError;

/// The leeway that an acceptor gives unless told otherwise.
pub const DEFAULT_LEEWAY: Lifetime = Lifetime::from_secs(5);

/// The most leeway that an acceptor can be given. RFC 7519 section 4.1.4: "no
/// more than a few minutes"; here less.
pub const MAX_LEEWAY: Lifetime = Lifetime::from_secs(60);

/// The longest life, from `iat` to `exp`, that is accepted unless told otherwise.
pub const DEFAULT_MAX_LIFETIME: Lifetime = Lifetime::from_secs(3600);

/// How an acceptor judges instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeLimits {
    leeway: Lifetime,
    max_lifetime: Lifetime,
}

/// More leeway than [`MAX_LEEWAY`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidTimeLimits;

impl std::fmt::Display for InvalidTimeLimits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the leeway is at most {} seconds", MAX_LEEWAY.as_secs())
    }
}

impl std::error::Error for InvalidTimeLimits {}

impl TimeLimits {
    /// Clocks may differ by `leeway`; a token may live for `max_lifetime`.
    pub fn new(leeway: Lifetime, max_lifetime: Lifetime) -> Result<Self, InvalidTimeLimits> {
        if leeway > MAX_LEEWAY {
            return Err(InvalidTimeLimits);
        }
        Ok(Self {
            leeway,
            max_lifetime,
        })
    }

    /// The leeway.
    pub const fn leeway(&self) -> Lifetime {
        self.leeway
    }

    /// The longest life accepted.
    pub const fn max_lifetime(&self) -> Lifetime {
        self.max_lifetime
    }
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self {
            leeway: DEFAULT_LEEWAY,
            max_lifetime: DEFAULT_MAX_LIFETIME,
        }
    }
}

/// The three instants of a token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TokenTimes {
    pub(crate) issued_at: Timestamp,
    pub(crate) not_before: Timestamp,
    pub(crate) expires_at: Timestamp,
}

/// Whether a token with these `times` holds at `now`.
pub(crate) fn check(
    times: TokenTimes,
    limits: &TimeLimits,
    now: Timestamp,
) -> Result<(), TokenError> {
    let TokenTimes {
        issued_at,
        not_before,
        expires_at,
    } = times;
    if not_before > expires_at || issued_at > expires_at {
        return Err(TokenError::TimesContradict);
    }
    if expires_at.since(issued_at) > limits.max_lifetime {
        return Err(TokenError::LifetimeTooLong);
    }
    let latest = now.after(limits.leeway);
    if issued_at > latest {
        return Err(TokenError::IssuedAhead);
    }
    // RFC 7519 section 4.1.5
    if not_before > latest {
        return Err(TokenError::NotYetValid);
    }
    // RFC 7519 section 4.1.4: on or after `exp` it must not be accepted.
    if now >= expires_at.after(limits.leeway) {
        return Err(TokenError::Expired);
    }
    Ok(())
}

/// A NumericDate (RFC 7519 section 2), whole seconds only: one instant has one
/// spelling.
pub(crate) struct NumericDate(pub(crate) Timestamp);

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // RFC 7519 section 2: seconds since 1970; no token is older than that, and
        // verifiers do not agree on what a negative one means.
        let seconds = i64::try_from(u64::deserialize(deserializer)?).map_err(D::Error::custom)?;
        Timestamp::from_unix_seconds(seconds)
            .map(Self)
            .map_err(D::Error::custom)
    }
}

/// Writes an instant as NumericDate, rounded down to the second.
pub(crate) fn as_numeric_date<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    at.unix_seconds().serialize(to)
}
