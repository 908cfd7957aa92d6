//! What a token allows: `scope`.

use serde::{Deserialize, Serialize};

/// The scopes of a token: one or more, each of printable ASCII without `"` and
/// `\`, parted by single spaces (RFC 6749 section 3.3).
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Scope(Box<str>);

/// The text is no scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidScope;

impl std::fmt::Display for InvalidScope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("scopes are printable ASCII without quotes or backslashes, parted by one space")
    }
}

impl std::error::Error for InvalidScope {}

impl Scope {
    /// The text as it stands in the token.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Each scope.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ')
    }

    /// Whether `scope` is one of them, byte for byte.
    pub fn contains(&self, scope: &str) -> bool {
        self.iter().any(|one| one == scope)
    }
}

impl std::str::FromStr for Scope {
    type Err = InvalidScope;
    fn from_str(text: &str) -> Result<Self, InvalidScope> {
        // RFC 6749 section 3.3: NQCHAR, the space apart.
        let plain = |byte| matches!(byte, b'!' | b'#'..=b'[' | b']'..=b'~');
        let mut after_space = true;
        for byte in text.bytes() {
            if byte == b' ' && !after_space {
                after_space = true;
            } else if plain(byte) {
                after_space = false;
            } else {
                return Err(InvalidScope);
            }
        }
        if after_space {
            Err(InvalidScope)
        } else {
            Ok(Self(text.into()))
        }
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = crate::json::Text::deserialize(deserializer)?;
        text.0.parse().map_err(serde::de::Error::custom)
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Debug for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", &*self.0)
    }
}
