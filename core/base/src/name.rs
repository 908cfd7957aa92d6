//! Names that people choose: owners, organisations, environments, endpoints.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A name: 1 to 64 characters of `a-z 0-9 . _ -`, the first and the last one a
/// letter or a digit. It is safe in a URL, a header, a log line and a shell.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(Arc<str>);

/// Why a text is no [`Name`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidName {
    /// It is empty.
    Empty,
    /// It has more than 64 characters.
    TooLong,
    /// It has a character outside `a-z 0-9 . _ -`, or one of `. _ -` at an end.
    Character(char),
}

impl std::fmt::Display for InvalidName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => f.write_str("a name must not be empty"),
            Self::TooLong => f.write_str("a name has at most 64 characters"),
            Self::Character(found) => write!(
                f,
                "{found:?} cannot stand there: a name has a-z, 0-9 and, between them, '.', '_' or '-'"
            ),
        }
    }
}

impl std::error::Error for InvalidName {}

impl Name {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Name {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        if text.len() > 64 {
            return Err(InvalidName::TooLong);
        }
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        if let Some(wrong) = text
            .chars()
            .find(|&c| !plain(c) && !matches!(c, '.' | '_' | '-'))
        {
            return Err(InvalidName::Character(wrong));
        }
        for end in [text.chars().next(), text.chars().next_back()] {
            match end {
                None => return Err(InvalidName::Empty),
                Some(c) if !plain(c) => return Err(InvalidName::Character(c)),
                Some(_) => {}
            }
        }
        Ok(Self(text.into()))
    }
}

impl TryFrom<String> for Name {
    type Error = InvalidName;
    fn try_from(text: String) -> Result<Self, InvalidName> {
        text.parse()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0.as_ref().to_owned()
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Debug for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        for good in [
            "a",
            "team-payments",
            "payouts.create",
            "eu_1",
            &"a".repeat(64),
        ] {
            assert!(good.parse::<Name>().is_ok(), "{good:?}");
        }
        for wrong in [
            "",
            "-a",
            "a.",
            "A",
            "a b",
            "a/b",
            "é",
            "a\n",
            &"a".repeat(65),
        ] {
            assert!(wrong.parse::<Name>().is_err(), "{wrong:?}");
        }
    }
}
