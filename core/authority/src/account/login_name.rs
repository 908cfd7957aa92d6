//! What a person types to log in, in one canonical form.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The most bytes of a login name: what an address of mail has (RFC 5321
/// section 4.5.3.1).
const LONGEST: usize = 254;

/// A login name: 1 to 254 characters of `a-z 0-9 . _ + - @`. Upper case is
/// folded to lower case. What is not ASCII is refused instead of folded: two
/// names that look alike must not be two accounts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LoginName(Arc<str>);

/// The text is no login name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidLoginName;

impl std::fmt::Display for InvalidLoginName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a login name has 1 to 254 letters, digits and . _ + - @, all ASCII, and @ at most once")
    }
}

impl std::error::Error for InvalidLoginName {}

impl LoginName {
    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for LoginName {
    type Err = InvalidLoginName;

    fn from_str(text: &str) -> Result<Self, InvalidLoginName> {
        let plain =
            |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'+' | b'-' | b'@');
        let ats = text.bytes().filter(|&b| b == b'@').count();
        if text.is_empty() || text.len() > LONGEST || ats > 1 || !text.bytes().all(plain) {
            return Err(InvalidLoginName);
        }
        Ok(Self(text.to_ascii_lowercase().into()))
    }
}

impl TryFrom<String> for LoginName {
    type Error = InvalidLoginName;
    fn try_from(text: String) -> Result<Self, InvalidLoginName> {
        text.parse()
    }
}

impl From<LoginName> for String {
    fn from(name: LoginName) -> Self {
        name.0.as_ref().to_owned()
    }
}

impl std::fmt::Display for LoginName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Debug for LoginName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_has_one_form() {
        for text in ["Alice", "ALICE", "alice"] {
            assert_eq!(text.parse::<LoginName>().unwrap().as_str(), "alice");
        }
        for wrong in [
            "",
            " alice",
            "alice ",
            "al ice",
            "a@b@c",
            "al\u{131}ce",
            "ａlice",
            "alice\0",
            "a\nb",
            "<b>",
        ] {
            assert!(wrong.parse::<LoginName>().is_err(), "{wrong:?}");
        }
        assert!("a".repeat(254).parse::<LoginName>().is_ok());
        assert!("a".repeat(255).parse::<LoginName>().is_err());
    }
}
