//! The JOSE header: one rule per parameter.

use std::borrow::Cow;
use std::str::FromStr;

use serde::de::MapAccess;

use crate::json::{self, Members, Text};
use crate::key_id::is_key_id;
use crate::{AcceptedTypes, Algorithm, TokenError};

/// Header parameters that are refused wherever they stand, with the reason.
/// An attacker chooses them, and each would choose a key, another reading of
/// the payload, or a rule that we do not know.
pub(crate) const FORBIDDEN: [&str; 9] = [
    // RFC 7797 section 6: a JWT's payload is always base64url.
    "b64", // RFC 8725 section 3.6: no compression.
    "zip", // RFC 8725 section 3.10: no key and no key location from the token.
    "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256",
    // RFC 7519 section 5.2: no nested token.
    "cty",
];

/// A header whose parameters are all acceptable in themselves, and whose `alg`
/// is an `A`: what is signed and what has a MAC is never read by the same call.
#[derive(Debug)]
pub(crate) struct Header<'a, A = Algorithm> {
    pub(crate) algorithm: A,
    pub(crate) key_id: Option<Cow<'a, str>>,
    typ: Option<Cow<'a, str>>,
}

impl<'a, A: FromStr> Header<'a, A> {
    /// Parses the decoded first segment and applies the rules in order.
    pub(crate) fn parse(text: &'a [u8]) -> Result<Self, TokenError> {
        let read: HeaderMembers<'a> =
            json::parse_object(text).map_err(|_| TokenError::Malformed)?;
        // RFC 7515 section 4.1.11: nothing that `crit` could list is understood,
        // and an empty or malformed list is invalid.
        if read.critical {
            return Err(TokenError::CriticalHeader);
        }
        if let Some(name) = read.forbidden {
            return Err(TokenError::ForbiddenHeader(name));
        }
        // RFC 7515 section 4.1.1: `alg` is required.
        let algorithm = read.alg.ok_or(TokenError::Algorithm)?.0;
        let algorithm = algorithm.parse().map_err(|_| TokenError::Algorithm)?;
        let key_id = read.kid.map(|text| text.0);
        if key_id.as_deref().is_some_and(|kid| !is_key_id(kid)) {
            return Err(TokenError::KeyId);
        }
        Ok(Self {
            algorithm,
            key_id,
            typ: read.typ.map(|text| text.0),
        })
    }

    /// Whether `typ` is one of those that are accepted.
    pub(crate) fn check_type(&self, accepted: AcceptedTypes) -> Result<(), TokenError> {
        // RFC 9068 section 4, RFC 8725 section 3.11
        if accepted.accepts(self.typ.as_deref()) {
            Ok(())
        } else {
            Err(TokenError::Type)
        }
    }
}

#[derive(Default)]
struct HeaderMembers<'a> {
    alg: Option<Text<'a>>,
    typ: Option<Text<'a>>,
    kid: Option<Text<'a>>,
    critical: bool,
    forbidden: Option<&'static str>,
}

impl<'de> Members<'de> for HeaderMembers<'de> {
    fn read<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "alg" => json::once(&mut self.alg, map)?,
            "typ" => json::once(&mut self.typ, map)?,
            "kid" => json::once(&mut self.kid, map)?,
            _ => {
                self.critical |= name == "crit";
                let forbidden = FORBIDDEN.into_iter().find(|&forbidden| forbidden == name);
                self.forbidden = self.forbidden.or(forbidden);
                return Ok(false);
            }
        }
        Ok(true)
    }
}
