//! The header of an encrypted token: one rule per parameter.

use std::borrow::Cow;

use serde::de::MapAccess;

use super::ephemeral_key::EphemeralKey;
use super::point::Point;
use super::{ContentEncryption, DecryptionError, KeyManagement};
use crate::base64url;
use crate::json::{self, Members, Text};
use crate::key_id::is_key_id;

/// Header parameters that are refused wherever they stand, with the reason.
const FORBIDDEN: [&str; 12] = [
    // RFC 7516 section 4.1.3, RFC 8725 section 3.6: no compression.
    "zip", // RFC 7518 section 4.8.1: work that the sender chooses.
    "p2c", "p2s", // RFC 7518 section 4.7.1: of a key wrap that is not offered.
    "iv", "tag", // RFC 7797 section 6: for signatures alone.
    "b64", // RFC 8725 section 3.10: no key and no key location from the token.
    "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256",
];

/// The most bytes of `apu` and of `apv`. Names of parties are short.
const MAX_PARTY_BYTES: usize = 128;

/// A header whose parameters are all acceptable in themselves.
pub(super) struct Header<'a> {
    pub(super) management: KeyManagement,
    pub(super) content: ContentEncryption,
    pub(super) key_id: Option<Cow<'a, str>>,
    /// There if, and only if, the key management agrees on a key.
    pub(super) agreement: Option<Agreement>,
    content_type: Option<Cow<'a, str>>,
}

/// What the sender says for the agreement of a key (RFC 7518 section 4.6.1).
pub(super) struct Agreement {
    pub(super) ephemeral: Point,
    pub(super) party_u: Vec<u8>,
    pub(super) party_v: Vec<u8>,
}

impl<'a> Header<'a> {
    /// Parses the decoded first segment and applies the rules in order.
    pub(super) fn parse(text: &'a [u8]) -> Result<Self, DecryptionError> {
        let read: HeaderMembers<'a> =
            json::parse_object(text).map_err(|_| DecryptionError::Malformed)?;
        // RFC 7516 section 4.1.13: nothing that `crit` could list is understood.
        if read.critical {
            return Err(DecryptionError::CriticalHeader);
        }
        if let Some(name) = read.forbidden {
            return Err(DecryptionError::ForbiddenHeader(name));
        }
        // RFC 7516 section 4.1.1, RFC 7516 section 4.1.2: both are required,
        // and known before any work is done.
        let (Some(Text(alg)), Some(Text(enc))) = (&read.alg, &read.enc) else {
            return Err(DecryptionError::Algorithm);
        };
        let management = alg.parse().map_err(|_| DecryptionError::Algorithm)?;
        let content = enc.parse().map_err(|_| DecryptionError::Algorithm)?;
        let agreement = read.agreement(management)?;
        let key_id = read.kid.map(|text| text.0);
        if key_id.as_deref().is_some_and(|kid| !is_key_id(kid)) {
            return Err(DecryptionError::KeyId);
        }
        Ok(Self {
            management,
            content,
            key_id,
            agreement,
            content_type: read.cty.map(|text| text.0),
        })
    }

    /// Whether what is encrypted is itself a token. RFC 7519 section 5.2: then
    /// `cty` must be there and say `JWT`, and case does not count.
    pub(super) fn is_nested(&self) -> bool {
        self.content_type
            .as_ref()
            .is_some_and(|cty| cty.eq_ignore_ascii_case("JWT"))
    }
}

#[derive(Default)]
struct HeaderMembers<'a> {
    alg: Option<Text<'a>>,
    enc: Option<Text<'a>>,
    kid: Option<Text<'a>>,
    cty: Option<Text<'a>>,
    typ: Option<Text<'a>>,
    epk: Option<EphemeralKey<'a>>,
    apu: Option<Text<'a>>,
    apv: Option<Text<'a>>,
    critical: bool,
    forbidden: Option<&'static str>,
}

impl<'de> Members<'de> for HeaderMembers<'de> {
    fn read<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "alg" => json::once(&mut self.alg, map)?,
            "enc" => json::once(&mut self.enc, map)?,
            "kid" => json::once(&mut self.kid, map)?,
            "cty" => json::once(&mut self.cty, map)?,
            "typ" => json::once(&mut self.typ, map)?,
            "epk" => json::once(&mut self.epk, map)?,
            "apu" => json::once(&mut self.apu, map)?,
            "apv" => json::once(&mut self.apv, map)?,
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

impl HeaderMembers<'_> {
    fn agreement(&self, management: KeyManagement) -> Result<Option<Agreement>, DecryptionError> {
        if management == KeyManagement::RsaOaep256 {
            // They mean nothing here, and what means nothing is not carried along.
            let present = [
                ("epk", self.epk.is_some()),
                ("apu", self.apu.is_some()),
                ("apv", self.apv.is_some()),
            ];
            return match present.into_iter().find(|(_, present)| *present) {
                Some((name, _)) => Err(DecryptionError::ForbiddenHeader(name)),
                None => Ok(None),
            };
        }
        // RFC 7518 section 4.6.1.1: `epk` must be there.
        let ephemeral = self.epk.as_ref().ok_or(DecryptionError::Agreement)?;
        Ok(Some(Agreement {
            ephemeral: ephemeral.point()?,
            party_u: party(self.apu.as_ref())?,
            party_v: party(self.apv.as_ref())?,
        }))
    }
}

/// RFC 7518 section 4.6.2: absent is the empty octet sequence.
fn party(member: Option<&Text<'_>>) -> Result<Vec<u8>, DecryptionError> {
    let Some(Text(text)) = member else {
        return Ok(Vec::new());
    };
    if text.len() > MAX_PARTY_BYTES * 4 / 3 + 2 {
        return Err(DecryptionError::Agreement);
    }
    let bytes = base64url::decode(text).map_err(|_| DecryptionError::Agreement)?;
    if bytes.len() > MAX_PARTY_BYTES {
        return Err(DecryptionError::Agreement);
    }
    Ok(bytes)
}
