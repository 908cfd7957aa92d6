//! A lifetime as people write it: `45s`, `10m`, `12h`, `90d`; the counterpart
//! of [`base::parse_lifetime`].

use base::Lifetime;

/// Writes it in the largest unit that keeps it whole; a fraction of a second
/// is dropped, which only ever shortens it.
pub(crate) fn print(lifetime: Lifetime) -> String {
    let seconds = lifetime.as_secs();
    for (size, unit) in [(86_400, 'd'), (3600, 'h'), (60, 'm')] {
        if seconds >= size && seconds.is_multiple_of(size) {
            return format!("{}{unit}", seconds / size);
        }
    }
    format!("{seconds}s")
}

/// For serde: the same text in a snapshot as in the inventory.
pub(crate) mod text {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        lifetime: &base::Lifetime,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::print(*lifetime))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<base::Lifetime, D::Error> {
        let text = String::deserialize(deserializer)?;
        base::parse_lifetime(&text)
            .ok_or_else(|| serde::de::Error::custom("a length of time is written like 45s or 10m"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_prints_as_it_was_written() {
        for text in ["45s", "10m", "2h", "90d", "0s", "90s"] {
            assert_eq!(print(base::parse_lifetime(text).unwrap()), text);
        }
        assert_eq!(print(Lifetime::from_millis(1999)), "1s");
    }
}
