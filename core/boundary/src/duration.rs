//! A length of time as people write it: `45s`, `10m`, `12h`, `90d`.

use base::Lifetime;

/// Reads a whole number and one unit of `s`, `m`, `h` or `d`; nothing else, and
/// not more than 3650 days.
pub(crate) fn parse(text: &str) -> Option<Lifetime> {
    let number = text.strip_suffix(|unit| matches!(unit, 's' | 'm' | 'h' | 'd'))?;
    let unit = match text.as_bytes().last()? {
        b's' => 1,
        b'm' => 60,
        b'h' => 3600,
        _ => 86_400,
    };
    let plain = !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && (number == "0" || !number.starts_with('0'));
    if !plain {
        return None;
    }
    let seconds = number.parse::<u64>().ok()?.checked_mul(unit)?;
    (seconds <= 3650 * 86_400).then(|| Lifetime::from_secs(seconds))
}

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
        super::parse(&text)
            .ok_or_else(|| serde::de::Error::custom("a length of time is written like 45s or 10m"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_a_number_and_one_unit() {
        for (text, seconds) in [
            ("45s", 45),
            ("10m", 600),
            ("2h", 7200),
            ("90d", 7_776_000),
            ("0s", 0),
        ] {
            assert_eq!(parse(text), Some(Lifetime::from_secs(seconds)));
            assert_eq!(print(Lifetime::from_secs(seconds)), text);
        }
        assert_eq!(print(Lifetime::from_secs(90)), "90s");
        for wrong in [
            "",
            "s",
            "45",
            "45 s",
            "-1s",
            "+1s",
            "1.5m",
            "045s",
            "1m30s",
            "45S",
            "9999999999999999999d",
            "1w",
            "٣s",
            "3651d",
            "1é",
        ] {
            assert_eq!(parse(wrong), None, "{wrong:?}");
        }
    }
}
