//! The name of a key: `kid`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A key id: 1 to 128 printable ASCII characters (RFC 7515 section 4.1.4
/// leaves its form to us). It names a key in a set that we hold and nothing
/// else: it is never part of a path, a query or a URL.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "std::borrow::Cow<'_, str>", into = "String")]
pub struct KeyId(Arc<str>);

/// The text is not 1 to 128 printable ASCII characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidKeyId;

impl std::fmt::Display for InvalidKeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a key id has 1 to 128 printable ASCII characters")
    }
}

impl std::error::Error for InvalidKeyId {}

impl KeyId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether `text` has the form of a key id.
pub(crate) fn is_key_id(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

impl std::str::FromStr for KeyId {
    type Err = InvalidKeyId;
    fn from_str(text: &str) -> Result<Self, InvalidKeyId> {
        if is_key_id(text) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidKeyId)
        }
    }
}

impl TryFrom<std::borrow::Cow<'_, str>> for KeyId {
    type Error = InvalidKeyId;
    fn try_from(text: std::borrow::Cow<'_, str>) -> Result<Self, InvalidKeyId> {
        text.parse()
    }
}

impl From<KeyId> for String {
    fn from(key_id: KeyId) -> Self {
        key_id.0.as_ref().to_owned()
    }
}

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Debug for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", &*self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_id_is_short_printable_ascii() {
        for good in ["k", "2011-04-29", "a b", "~!\"\\", &"k".repeat(128)] {
            let key_id: KeyId = good.parse().unwrap();
            let json = serde_json::to_string(&key_id).unwrap();
            assert_eq!(serde_json::from_str::<KeyId>(&json).unwrap(), key_id);
        }
        for wrong in ["", "é", "a\n", "\0", "\u{7f}", "a\tb", &"k".repeat(129)] {
            assert_eq!(wrong.parse::<KeyId>(), Err(InvalidKeyId), "{wrong:?}");
        }
    }
}
