//! For whom a token is: `aud`.

use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use crate::ClaimText;

/// The most audiences of one token.
pub const MAX_AUDIENCES: usize = 16;

/// 1 to [`MAX_AUDIENCES`] audiences. RFC 7519 section 4.1.3: one string, or an
/// array of strings; a single one is written as a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience(Vec<ClaimText>);

/// No audience, or too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidAudience;

impl std::fmt::Display for InvalidAudience {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a token has 1 to {MAX_AUDIENCES} audiences")
    }
}

impl std::error::Error for InvalidAudience {}

impl Audience {
    /// These audiences.
    pub fn new(audiences: Vec<ClaimText>) -> Result<Self, InvalidAudience> {
        if (1..=MAX_AUDIENCES).contains(&audiences.len()) {
            Ok(Self(audiences))
        } else {
            Err(InvalidAudience)
        }
    }

    /// This one alone.
    pub fn only(audience: ClaimText) -> Self {
        Self(vec![audience])
    }

    /// These two.
    pub fn both(first: ClaimText, second: ClaimText) -> Self {
        Self(vec![first, second])
    }

    /// Whether `audience` is one of them, byte for byte.
    pub fn contains(&self, audience: &str) -> bool {
        self.0.iter().any(|one| one.as_str() == audience)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &ClaimText> {
        self.0.iter()
    }
}

impl Serialize for Audience {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => one.serialize(serializer),
            many => many.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StringOrArray)
    }
}

struct StringOrArray;

impl<'de> Visitor<'de> for StringOrArray {
    type Value = Audience;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a string or an array of strings")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Audience, E> {
        text.parse().map(Audience::only).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Audience, A::Error> {
        let mut audiences = Vec::new();
        while let Some(audience) = seq.next_element()? {
            if audiences.len() == MAX_AUDIENCES {
                return Err(A::Error::custom(InvalidAudience));
            }
            audiences.push(audience);
        }
        Audience::new(audiences).map_err(A::Error::custom)
    }
}
