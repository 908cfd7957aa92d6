//! A token before its signature is checked.

use serde::de::MapAccess;

use crate::json::{self, Members, Text};
use crate::{Algorithm, KeyId, TokenError, base64url, header::Header};

/// The most bytes of a token.
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// The most characters of a token's header. It says an algorithm, a type and a
/// key id; what stands in it is read before anybody has signed for it.
const MAX_HEADER: usize = 1024;

/// A token of the right form whose signature nobody has checked. It answers
/// only what is needed to choose the key set to check it with; each answer is
/// a claim of whoever sent it.
#[derive(Debug)]
pub struct Unverified<'a> {
    algorithm: Algorithm,
    key_id: Option<KeyId>,
    payload: &'a str,
}

impl<'a> Unverified<'a> {
    /// Parses the header of `token` and applies every rule that needs no key.
    pub fn parse(token: &'a str) -> Result<Self, TokenError> {
        let segments = Segments::split(token)?;
        let header = base64url::decode(segments.header).map_err(|_| TokenError::Malformed)?;
        let header: Header<'_> = Header::parse(&header)?;
        let key_id = match header.key_id.as_deref().map(str::parse) {
            None => None,
            Some(Ok(key_id)) => Some(key_id),
            Some(Err(_)) => return Err(TokenError::KeyId),
        };
        Ok(Self {
            algorithm: header.algorithm,
            key_id,
            payload: segments.payload,
        })
    }

    /// `alg`: what it says it is signed with.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// `kid`: the key that it says it is signed with.
    pub const fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }

    /// `iss`: the issuer that it says it comes from. Good for choosing among
    /// configured issuers and for nothing else.
    pub fn issuer(&self) -> Result<String, TokenError> {
        let payload = base64url::decode(self.payload).map_err(|_| TokenError::Malformed)?;
        let read: IssuerMember<'_> =
            json::parse_object(&payload).map_err(|_| TokenError::Malformed)?;
        match read.issuer {
            Some(Text(issuer)) => Ok(issuer.into_owned()),
            None => Err(TokenError::ClaimMissing("iss")),
        }
    }
}

#[derive(Default)]
struct IssuerMember<'a> {
    issuer: Option<Text<'a>>,
}

impl<'de> Members<'de> for IssuerMember<'de> {
    fn read<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        if name != "iss" {
            return Ok(false);
        }
        json::once(&mut self.issuer, map)?;
        Ok(true)
    }
}

/// The segments of a compact JWS, none of them empty.
pub(crate) struct Segments<'a> {
    pub(crate) header: &'a str,
    pub(crate) payload: &'a str,
    pub(crate) signature: &'a str,
    /// The first two and the dot between them: what is signed.
    pub(crate) signed: &'a str,
}

impl<'a> Segments<'a> {
    /// RFC 7515 section 7.1: three segments, two dots.
    pub(crate) fn split(token: &'a str) -> Result<Self, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::TooLarge);
        }
        let dot = |text: &str| memchr::memchr(b'.', text.as_bytes());
        let last = memchr::memrchr(b'.', token.as_bytes());
        let (signed, signature) = part(token, last)?;
        let (header, payload) = part(signed, dot(signed))?;
        if header.is_empty() || payload.is_empty() || signature.is_empty() {
            return Err(TokenError::Malformed);
        }
        if dot(payload).is_some() {
            return Err(TokenError::Malformed);
        }
        if header.len() > MAX_HEADER {
            return Err(TokenError::TooLarge);
        }
        Ok(Self {
            header,
            payload,
            signature,
            signed,
        })
    }
}

/// What stands before and after the dot at this place.
fn part(text: &str, dot: Option<usize>) -> Result<(&str, &str), TokenError> {
    dot.and_then(|dot| Some((text.get(..dot)?, text.get(dot + 1..)?)))
        .ok_or(TokenError::Malformed)
}
