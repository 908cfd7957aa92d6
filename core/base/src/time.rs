//! Instants and lifetimes. Nothing here reads a clock.

use std::time::Duration;

use serde::{Deserialize, Serialize};

const MICROS: i64 = 1_000_000;

/// An instant: microseconds since 1970-01-01T00:00:00Z, from year 1 to 9999.
///
/// It serialises as that number; [`std::fmt::Display`] and [`std::str::FromStr`]
/// speak RFC 3339.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Timestamp(i64);

/// A length of time between two instants: never negative.
pub type Lifetime = Duration;

/// Outside year 1 to 9999, or not RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidTimestamp;

impl std::fmt::Display for InvalidTimestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a time is RFC 3339, such as 2027-01-31T12:00:00Z, in year 1 to 9999")
    }
}

impl std::error::Error for InvalidTimestamp {}

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);
    const MIN: i64 = -62_135_596_800 * MICROS;
    const MAX: i64 = 253_402_300_799 * MICROS;

    /// The instant that many microseconds after the epoch.
    pub const fn from_unix_micros(micros: i64) -> Result<Self, InvalidTimestamp> {
        if micros < Self::MIN || micros > Self::MAX {
            return Err(InvalidTimestamp);
        }
        Ok(Self(micros))
    }

    /// The instant that many seconds after the epoch (a JWT's NumericDate, RFC 7519 section 2).
    pub const fn from_unix_seconds(seconds: i64) -> Result<Self, InvalidTimestamp> {
        match seconds.checked_mul(MICROS) {
            Some(micros) => Self::from_unix_micros(micros),
            None => Err(InvalidTimestamp),
        }
    }

    /// Microseconds since the epoch.
    pub const fn unix_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn unix_seconds(self) -> i64 {
        self.0.div_euclid(MICROS)
    }

    /// This instant and `lifetime` more; stops at the end of year 9999.
    pub fn after(self, lifetime: Lifetime) -> Self {
        let micros = i64::try_from(lifetime.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(micros).min(Self::MAX))
    }

    /// This instant less `lifetime`; stops at the start of year 1.
    pub fn before(self, lifetime: Lifetime) -> Self {
        let micros = i64::try_from(lifetime.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_sub(micros).max(Self::MIN))
    }

    /// How long ago `earlier` was; zero if it lies ahead.
    pub fn since(self, earlier: Self) -> Lifetime {
        let micros = self.0.saturating_sub(earlier.0);
        Lifetime::from_micros(u64::try_from(micros).unwrap_or(0))
    }
}

impl From<Timestamp> for i64 {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.0
    }
}

impl TryFrom<i64> for Timestamp {
    type Error = InvalidTimestamp;
    fn try_from(micros: i64) -> Result<Self, InvalidTimestamp> {
        Self::from_unix_micros(micros)
    }
}

impl std::str::FromStr for Timestamp {
    type Err = InvalidTimestamp;
    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let parsed: jiff::Timestamp = text.parse().map_err(|_| InvalidTimestamp)?;
        Self::from_unix_micros(parsed.as_microsecond())
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(timestamp) => timestamp.fmt(f),
            Err(_) => write!(f, "{} us", self.0),
        }
    }
}

impl std::fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// Reads a lifetime as people write it: a whole number and `s`, `m`, `h` or
/// `d`, such as `45s`, `10m` or `90d`. Anything else, and what does not fit,
/// is `None`.
///
/// ```
/// assert_eq!(base::parse_lifetime("10m"), Some(std::time::Duration::from_secs(600)));
/// assert_eq!(base::parse_lifetime("10 minutes"), None);
/// ```
pub fn parse_lifetime(text: &str) -> Option<Lifetime> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds: u64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(Lifetime::from_secs(
        number.parse::<u64>().ok()?.checked_mul(seconds)?,
    ))
}

/// Where `now` comes from. Read once per request, at the edge; rules take the
/// value. Implemented for the machine by `ephemeral::SystemClock`.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// A clock that a test sets.
#[derive(Debug)]
pub struct FixedClock(std::sync::atomic::AtomicI64);

impl FixedClock {
    /// A clock that stands at `now`.
    pub const fn new(now: Timestamp) -> Self {
        Self(std::sync::atomic::AtomicI64::new(now.0))
    }

    /// Moves it.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.0, std::sync::atomic::Ordering::SeqCst);
    }

    /// Moves it forward.
    pub fn advance(&self, lifetime: Lifetime) {
        self.set(self.now().after(lifetime));
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(std::sync::atomic::Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_bounds_are_year_1_and_year_9999() {
        assert!(Timestamp::from_unix_seconds(253_402_300_799).is_ok());
        assert!(Timestamp::from_unix_seconds(253_402_300_800).is_err());
        assert!(Timestamp::from_unix_seconds(i64::MAX).is_err());
        assert!(Timestamp::from_unix_seconds(-62_135_596_801).is_err());
    }

    #[test]
    fn a_lifetime_is_a_number_and_a_unit() {
        assert_eq!(parse_lifetime("45s"), Some(Lifetime::from_secs(45)));
        assert_eq!(
            parse_lifetime("90d"),
            Some(Lifetime::from_secs(90 * 86_400))
        );
        for wrong in [
            "",
            "d",
            "-1d",
            "+1d",
            "1",
            "1w",
            "1 d",
            "1.5h",
            "é",
            "1é",
            "99999999999999999999d",
        ] {
            assert_eq!(parse_lifetime(wrong), None, "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn arithmetic_neither_panics_nor_wraps(micros in any::<i64>(), length in any::<u64>()) {
            if let Ok(timestamp) = Timestamp::from_unix_micros(micros) {
                let length = Lifetime::from_micros(length);
                prop_assert!(timestamp.after(length) >= timestamp);
                prop_assert!(timestamp.before(length) <= timestamp);
                prop_assert_eq!(timestamp.to_string().parse::<Timestamp>(), Ok(timestamp));
            }
        }
    }
}
