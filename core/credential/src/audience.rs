//! Which API a credential is for.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The audience of an API: an absolute URI of 1 to 256 printable ASCII
/// characters without a fragment (RFC 8707 section 2). Compared byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Audience(Arc<str>);

/// The text is no absolute URI without a fragment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidAudience;

impl std::fmt::Display for InvalidAudience {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            "an audience is an absolute URI without a fragment, such as https://api.example.com/payments",
        )
    }
}

impl std::error::Error for InvalidAudience {}

impl Audience {
    /// The audience as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Audience {
    type Err = InvalidAudience;

    fn from_str(text: &str) -> Result<Self, InvalidAudience> {
        let plain = |byte: u8| {
            byte.is_ascii_graphic() && !matches!(byte, b'#' | b'"' | b'<' | b'>' | b'\\')
        };
        let (scheme, rest) = text.split_once(':').ok_or(InvalidAudience)?;
        // RFC 3986 section 3.1: a scheme is a letter, then letters, digits, + - .
        let scheme_is_valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
        if !scheme_is_valid || rest.trim_start_matches('/').is_empty() {
            return Err(InvalidAudience);
        }
        if text.len() > 256 || !text.bytes().all(plain) {
            return Err(InvalidAudience);
        }
        Ok(Self(text.into()))
    }
}

impl TryFrom<String> for Audience {
    type Error = InvalidAudience;
    fn try_from(text: String) -> Result<Self, InvalidAudience> {
        text.parse()
    }
}

impl From<Audience> for String {
    fn from(audience: Audience) -> Self {
        audience.0.as_ref().to_owned()
    }
}

impl std::fmt::Display for Audience {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc8707_2_an_audience_is_an_absolute_uri_without_fragment() {
        for good in [
            "https://api.example.com/payments",
            "https://a",
            "urn:example:api",
        ] {
            assert!(good.parse::<Audience>().is_ok(), "{good}");
        }
        for wrong in [
            "",
            "payments",
            "https://",
            "https://a#f",
            "https://a b",
            "1a:b",
            ":x",
            "https://é",
        ] {
            assert!(wrong.parse::<Audience>().is_err(), "{wrong}");
        }
    }
}
