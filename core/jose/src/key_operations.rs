//! What a key is for: `key_ops` (RFC 7517 section 4.3).

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use crate::json::Walk;

/// What `key_ops` says.
pub(crate) enum Operations {
    /// Exactly to verify.
    Verify,
    /// To verify and to sign.
    VerifyAndSign,
    /// Something else, or something twice, or not an array of strings.
    Other,
}

impl<'de> Deserialize<'de> for Operations {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OperationsVisitor)
    }
}

struct OperationsVisitor;

impl<'de> Visitor<'de> for OperationsVisitor {
    type Value = Operations;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("key operations")
    }
    fn visit_bool<E>(self, _: bool) -> Result<Operations, E> {
        Ok(Operations::Other)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Operations, E> {
        Ok(Operations::Other)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Operations, E> {
        Ok(Operations::Other)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Operations, E> {
        Ok(Operations::Other)
    }
    fn visit_unit<E>(self) -> Result<Operations, E> {
        Ok(Operations::Other)
    }
    fn visit_str<E>(self, _: &str) -> Result<Operations, E> {
        Ok(Operations::Other)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Operations, A::Error> {
        Walk { depth: 3 }.visit_map(map)?;
        Ok(Operations::Other)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Operations, A::Error> {
        let (mut verify, mut sign, mut other) = (0, 0, 0);
        while let Some(found) = seq.next_element_seed(Walk { depth: 4 })? {
            match found.as_deref() {
                Some("verify") => verify += 1,
                Some("sign") => sign += 1,
                _ => other += 1,
            }
        }
        Ok(match (verify, sign, other) {
            (1, 0, 0) => Operations::Verify,
            (1, 1, 0) => Operations::VerifyAndSign,
            _ => Operations::Other,
        })
    }
}
