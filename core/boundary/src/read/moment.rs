//! When something ends.

use base::{Lifetime, Timestamp};
use toml::Spanned;
use toml::de::DeValue;

use super::document::Document;
use crate::Rule;

/// Reads a day or an instant with its offset, as a TOML date or a text. A day
/// counts to its end in UTC.
pub(super) fn read(
    name: &str,
    value: &Spanned<DeValue<'_>>,
    document: &mut Document<'_>,
) -> Option<Timestamp> {
    let text = match value.get_ref() {
        DeValue::String(text) => text.to_string(),
        DeValue::Datetime(moment) => moment.to_string(),
        other => {
            super::fields::wrong_type(name, value.span(), other, document);
            return None;
        }
    };
    let moment = end_of(&text);
    if moment.is_none() {
        document.error(
            Rule::InvalidValue,
            value.span(),
            format!("`{name}` cannot be {text:.80?}: it is a day, or an instant with its offset"),
            format!("write {name} = \"2027-01-31\" (to the end of that day, UTC) or \"2027-01-31T12:00:00Z\""),
        );
    }
    moment
}

fn end_of(text: &str) -> Option<Timestamp> {
    // RFC 3339 section 5.6: full-date. Only that form is taken for a day.
    let is_day = text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if is_day {
        let midnight: Timestamp = format!("{text}T00:00:00Z").parse().ok()?;
        return Some(midnight.after(Lifetime::from_micros(86_400 * 1_000_000 - 1)));
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_counts_to_its_end() {
        let end = end_of("2027-01-31").unwrap();
        assert_eq!(end.to_string(), "2027-01-31T23:59:59.999999Z");
        let instant = end_of("2027-01-31T12:00:00+02:00").unwrap();
        assert_eq!(instant.to_string(), "2027-01-31T10:00:00Z");
        assert!(end_of("9999-12-29").is_some());
        for wrong in [
            "",
            "2027",
            "2027-02-30",
            "2027-13-01",
            "0000-01-01",
            "2027-01-31T12:00:00",
            "12:00:00",
            "tomorrow",
            "2027-1-31",
            "20270131",
            "31-01-2027",
            "+027-01-31",
            "é2027-01-",
        ] {
            assert_eq!(end_of(wrong), None, "{wrong:?}");
        }
    }
}
