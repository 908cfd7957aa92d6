//! The name that a public key gives itself.

use serde::{Deserialize, Serialize};

use crate::base64url;

/// The SHA-256 thumbprint of a JWK (RFC 7638) or of an X.509 certificate
/// (RFC 8705 section 3.1), written as base64url. It is public.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "std::borrow::Cow<'_, str>", into = "String")]
pub struct Thumbprint([u8; 32]);

/// The text is not the base64url of 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidThumbprint;

impl std::fmt::Display for InvalidThumbprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a thumbprint is 43 characters of base64url")
    }
}

impl std::error::Error for InvalidThumbprint {}

impl Thumbprint {
    /// The thumbprint with these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The thumbprint of `bytes`: of a certificate's DER, or of a JWK's
    /// required members.
    pub fn of(bytes: &[u8]) -> Self {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
        let mut thumbprint = [0; 32];
        for (to, from) in thumbprint.iter_mut().zip(digest.as_ref()) {
            *to = *from;
        }
        Self(thumbprint)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::str::FromStr for Thumbprint {
    type Err = InvalidThumbprint;
    fn from_str(text: &str) -> Result<Self, InvalidThumbprint> {
        base64url::decode_array(text)
            .map(Self)
            .map_err(|_| InvalidThumbprint)
    }
}

impl TryFrom<std::borrow::Cow<'_, str>> for Thumbprint {
    type Error = InvalidThumbprint;
    fn try_from(text: std::borrow::Cow<'_, str>) -> Result<Self, InvalidThumbprint> {
        text.parse()
    }
}

impl From<Thumbprint> for String {
    fn from(thumbprint: Thumbprint) -> Self {
        base64url::encode(&thumbprint.0)
    }
}

impl std::fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&base64url::encode(&self.0))
    }
}

impl std::fmt::Debug for Thumbprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}
