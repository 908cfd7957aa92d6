//! A claim that is text.

use serde::{Deserialize, Serialize};

/// The most bytes that a text claim has.
pub const MAX_CLAIM_TEXT: usize = 1024;

/// A text claim: 1 to [`MAX_CLAIM_TEXT`] bytes without control characters.
/// It is compared byte for byte, with no normal form (RFC 7519 section 2).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ClaimText(Box<str>);

/// The text is empty, too long or has a control character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidClaimText;

impl std::fmt::Display for InvalidClaimText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "a text claim has 1 to {MAX_CLAIM_TEXT} bytes and no control character"
        )
    }
}

impl std::error::Error for InvalidClaimText {}

impl ClaimText {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for ClaimText {
    type Err = InvalidClaimText;
    fn from_str(text: &str) -> Result<Self, InvalidClaimText> {
        if text.is_empty() || text.len() > MAX_CLAIM_TEXT {
            return Err(InvalidClaimText);
        }
        // Almost every claim is printable ASCII, and that is seen without a branch.
        let printable = text
            .bytes()
            .fold(true, |so_far, byte| so_far & matches!(byte, b' '..=b'~'));
        if !printable && text.chars().any(char::is_control) {
            return Err(InvalidClaimText);
        }
        Ok(Self(text.into()))
    }
}

impl<'de> Deserialize<'de> for ClaimText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = crate::json::Text::deserialize(deserializer)?;
        text.0.parse().map_err(serde::de::Error::custom)
    }
}

impl std::ops::Deref for ClaimText {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ClaimText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Debug for ClaimText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", &*self.0)
    }
}
