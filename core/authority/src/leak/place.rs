//! Where a credential was found, in bounded words without a secret.

use super::candidates;
use crate::FieldFinding;

/// The longest place, in characters.
pub const LONGEST_PLACE: usize = 300;

/// An address or a few words: a line that the audit keeps. None of our
/// credentials stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place(String);

impl Place {
    /// Reads it. The finding says what is wrong and repeats nothing.
    pub fn parse(text: Option<&str>) -> Result<Self, FieldFinding> {
        let wrong = |detail: &str| {
            FieldFinding {
            field: "where",
            detail: detail.to_owned(),
            fix: "say in one line where it was found, such as https://git.example/acme/app/blob/1a2b/.env"
                .to_owned(),
        }
        };
        let text = text.unwrap_or_default().trim();
        if text.is_empty() {
            return Err(wrong("it is missing"));
        }
        if text.chars().count() > LONGEST_PLACE {
            return Err(wrong("it has more than 300 characters"));
        }
        if text.chars().any(char::is_control) {
            return Err(wrong("it has a control character"));
        }
        if !candidates(text).is_empty() {
            return Err(wrong(
                "a credential stands in it, and the audit would keep it",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The place in a partner's message. What cannot be kept is left out: the
    /// report counts without it.
    pub fn of_partner(partner: &str, address: &str) -> Self {
        match Self::parse(Some(address)) {
            Ok(place) => Self(format!("{partner}: {place}")),
            Err(_) => Self(format!("{partner}: an address that cannot be kept")),
        }
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
