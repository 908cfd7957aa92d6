//! An encryption key as JSON: JWK (RFC 7517), public or private.

use std::borrow::Cow;

use serde::de::{Error as _, MapAccess};

use super::{InvalidEncryptionKey, KeyManagement};
use crate::KeyId;
use crate::json::{self, Members, Text};
use crate::jwk::PRIVATE_MEMBERS;

/// The members that are read, all of them strings.
const TEXTS: [&str; 15] = [
    "kty", "crv", "x", "y", "n", "e", "alg", "kid", "use", "d", "p", "q", "dp", "dq", "qi",
];

/// What a public key may be for (RFC 7517 section 4.3).
const PUBLIC_OPERATIONS: [&str; 4] = ["encrypt", "wrapKey", "deriveKey", "deriveBits"];

/// What a private key may be for besides.
const PRIVATE_OPERATIONS: [&str; 2] = ["decrypt", "unwrapKey"];

/// The members of an encryption key, as they were found.
#[derive(Default)]
pub(super) struct EncryptionJwk<'a> {
    texts: Vec<(&'static str, Cow<'a, str>)>,
    operations: Option<Vec<Text<'a>>>,
    private: bool,
}

impl<'de> Members<'de> for EncryptionJwk<'de> {
    fn read<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        self.private |= PRIVATE_MEMBERS.contains(&name);
        if name == "key_ops" {
            json::once(&mut self.operations, map)?;
            return Ok(true);
        }
        let Some(name) = TEXTS.into_iter().find(|&known| known == name) else {
            return Ok(false);
        };
        // RFC 7517 section 4: member names are unique.
        if self.get(name).is_some() {
            return Err(A::Error::custom("a member stands twice"));
        }
        let Text(text) = map.next_value()?;
        // What has escapes would be a copy that nobody wipes; base64url has none.
        if PRIVATE_MEMBERS.contains(&name) && matches!(text, Cow::Owned(_)) {
            return Err(A::Error::custom("a private member has escapes"));
        }
        self.texts.push((name, text));
        Ok(true)
    }
}

/// What a key says about itself.
pub(super) struct Stated {
    pub(super) management: KeyManagement,
    pub(super) key_id: KeyId,
}

impl<'a> EncryptionJwk<'a> {
    /// Parses one key.
    pub(super) fn parse(text: &'a [u8]) -> Result<Self, InvalidEncryptionKey> {
        json::parse_object(text).map_err(|_| InvalidEncryptionKey::Malformed)
    }

    /// Refuses a private key: RFC 7517 section 9.2.
    pub(super) fn require_public(&self) -> Result<(), InvalidEncryptionKey> {
        if self.private {
            return Err(InvalidEncryptionKey::Private);
        }
        Ok(())
    }

    /// The member of that name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.texts.iter().find(|(known, _)| *known == name);
        found.map(|(_, text)| text.as_ref())
    }

    /// The member of that name, which must be there.
    pub(super) fn need(&self, name: &str) -> Result<&str, InvalidEncryptionKey> {
        self.get(name).ok_or(InvalidEncryptionKey::Malformed)
    }

    /// What the key says about itself. It must say its algorithm (RFC 8725
    /// section 3.1: one key, one algorithm) and its name.
    pub(super) fn stated(&self) -> Result<Stated, InvalidEncryptionKey> {
        self.check_usage()?;
        let algorithm = self.get("alg").ok_or(InvalidEncryptionKey::Algorithm)?;
        let key_id = self.get("kid").ok_or(InvalidEncryptionKey::KeyId)?;
        Ok(Stated {
            management: algorithm
                .parse()
                .map_err(|_| InvalidEncryptionKey::Algorithm)?,
            key_id: key_id.parse().map_err(|_| InvalidEncryptionKey::KeyId)?,
        })
    }

    fn check_usage(&self) -> Result<(), InvalidEncryptionKey> {
        // RFC 7517 section 4.2
        if self.get("use").is_some_and(|usage| usage != "enc") {
            return Err(InvalidEncryptionKey::Usage);
        }
        let Some(operations) = &self.operations else {
            return Ok(());
        };
        // RFC 7517 section 4.3: each at most once, and all of them consistent.
        let fits = |name: &str| {
            PUBLIC_OPERATIONS.contains(&name) || self.private && PRIVATE_OPERATIONS.contains(&name)
        };
        let mut names: Vec<&str> = operations.iter().map(|Text(name)| name.as_ref()).collect();
        names.sort_unstable();
        let twice = names.array_windows().any(|[one, next]| one == next);
        if twice || !names.into_iter().all(fits) {
            return Err(InvalidEncryptionKey::Usage);
        }
        Ok(())
    }
}
