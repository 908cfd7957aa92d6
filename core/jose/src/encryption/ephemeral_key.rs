//! The sender's half of a key agreement: `epk` (RFC 7518 section 4.6.1.1).

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess};

use super::point::{AgreementCurve, Point};
use super::{DecryptionError, InvalidEncryptionKey};
use crate::json::{self, Members, Object, Text};
use crate::jwk::PRIVATE_MEMBERS;

/// The value of `epk`, its members as they were found.
#[derive(Default)]
pub(super) struct EphemeralKey<'a> {
    kty: Option<Text<'a>>,
    crv: Option<Text<'a>>,
    x: Option<Text<'a>>,
    y: Option<Text<'a>>,
    private: bool,
}

impl<'de> Deserialize<'de> for EphemeralKey<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Object::at_depth(2).deserialize(deserializer)
    }
}

impl<'de> Members<'de> for EphemeralKey<'de> {
    fn read<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "kty" => json::once(&mut self.kty, map)?,
            "crv" => json::once(&mut self.crv, map)?,
            "x" => json::once(&mut self.x, map)?,
            "y" => json::once(&mut self.y, map)?,
            _ => {
                self.private |= PRIVATE_MEMBERS.contains(&name);
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl EphemeralKey<'_> {
    /// The point, if it has the right form. Whether it lies on the curve is
    /// judged where it is used, by the library that uses it.
    pub(super) fn point(&self) -> Result<Point, DecryptionError> {
        // RFC 7518 section 4.6.1.1: public members only.
        if self.private {
            return Err(DecryptionError::Agreement);
        }
        let read = || {
            let curve = AgreementCurve::named(need(&self.kty)?, need(&self.crv)?)?;
            let y = self.y.as_ref().map(|Text(y)| y.as_ref());
            Point::read(curve, need(&self.x)?, y)
        };
        read().map_err(|_| DecryptionError::Agreement)
    }
}

fn need<'a>(member: &'a Option<Text<'_>>) -> Result<&'a str, InvalidEncryptionKey> {
    let Text(text) = member.as_ref().ok_or(InvalidEncryptionKey::Malformed)?;
    Ok(text)
}
