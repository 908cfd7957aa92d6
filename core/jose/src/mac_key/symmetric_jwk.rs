//! A secret as JSON: JWK of the kind `oct` (RFC 7518 section 6.4).

use serde::de::MapAccess;
use zeroize::Zeroizing;

use super::{InvalidMacKey, MacKey};
use crate::base64url;
use crate::json::{self, Members, Text};
use crate::jwk::PRIVATE_MEMBERS;
use crate::key_operations::Operations;

pub(super) fn parse(text: &[u8]) -> Result<MacKey, InvalidMacKey> {
    // No value of such a key needs an escape, and a parser copies a text with
    // one into memory that nobody wipes.
    if text.contains(&b'\\') {
        return Err(InvalidMacKey::Malformed);
    }
    let members: SecretMembers<'_> =
        json::parse_object(text).map_err(|_| InvalidMacKey::Malformed)?;
    members.finish()
}

#[derive(Default)]
struct SecretMembers<'a> {
    kty: Option<Text<'a>>,
    k: Option<Text<'a>>,
    alg: Option<Text<'a>>,
    kid: Option<Text<'a>>,
    usage: Option<Text<'a>>,
    key_ops: Option<Operations>,
    asymmetric: bool,
}

impl<'de> Members<'de> for SecretMembers<'de> {
    fn read<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "kty" => json::once(&mut self.kty, map)?,
            "k" => json::once(&mut self.k, map)?,
            "alg" => json::once(&mut self.alg, map)?,
            "kid" => json::once(&mut self.kid, map)?,
            "use" => json::once(&mut self.usage, map)?,
            "key_ops" => json::once(&mut self.key_ops, map)?,
            _ => {
                self.asymmetric |= PRIVATE_MEMBERS.contains(&name);
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl SecretMembers<'_> {
    fn finish(self) -> Result<MacKey, InvalidMacKey> {
        let kty = self.kty.ok_or(InvalidMacKey::Malformed)?;
        if kty.0 != "oct" || self.asymmetric {
            return Err(InvalidMacKey::Kind);
        }
        // RFC 7517 section 4.4: a key that names an algorithm is for that one.
        if self.alg.is_some_and(|alg| alg.0 != "HS256") {
            return Err(InvalidMacKey::Algorithm);
        }
        // RFC 7517 section 4.2
        if self.usage.is_some_and(|usage| usage.0 != "sig") {
            return Err(InvalidMacKey::Usage);
        }
        // RFC 7517 section 4.3
        let may_sign = match self.key_ops {
            None | Some(Operations::VerifyAndSign) => true,
            Some(Operations::Verify) => false,
            Some(Operations::Other) => return Err(InvalidMacKey::Usage),
        };
        let key_id = self.kid.map(|kid| kid.0.parse()).transpose();
        let key_id = key_id.map_err(|_| InvalidMacKey::KeyId)?;
        let k = self.k.ok_or(InvalidMacKey::Malformed)?;
        let secret = base64url::decode(&k.0).map_err(|_| InvalidMacKey::Encoding)?;
        let secret = Zeroizing::new(secret);
        Ok(MacKey {
            key_id,
            may_sign,
            ..MacKey::new(&secret)?
        })
    }
}
