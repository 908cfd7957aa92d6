//! To which key a token is bound: `cnf`.

use serde::de::{Error, MapAccess};
use serde::{Deserialize, Serialize};

use crate::Thumbprint;
use crate::json::{self, Members, Object};

/// A confirmation (RFC 7800 section 3.1): the presenter proves that it has each
/// of the keys named here. There is at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Confirmation {
    #[serde(rename = "jkt", skip_serializing_if = "Option::is_none")]
    key: Option<Thumbprint>,
    #[serde(rename = "x5t#S256", skip_serializing_if = "Option::is_none")]
    certificate: Option<Thumbprint>,
}

/// The confirmation names no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidConfirmation;

impl std::fmt::Display for InvalidConfirmation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a confirmation names a DPoP key or a certificate")
    }
}

impl std::error::Error for InvalidConfirmation {}

impl Confirmation {
    /// Bound to a DPoP key (`jkt`), a client certificate (`x5t#S256`) or both.
    pub const fn new(
        key: Option<Thumbprint>,
        certificate: Option<Thumbprint>,
    ) -> Result<Self, InvalidConfirmation> {
        if key.is_none() && certificate.is_none() {
            return Err(InvalidConfirmation);
        }
        Ok(Self { key, certificate })
    }

    /// `jkt`: the thumbprint of the DPoP key (RFC 9449 section 6.1).
    pub const fn key(&self) -> Option<Thumbprint> {
        self.key
    }

    /// `x5t#S256`: the thumbprint of the client certificate (RFC 8705 section 3.1).
    pub const fn certificate(&self) -> Option<Thumbprint> {
        self.certificate
    }
}

#[derive(Default)]
struct ConfirmationMembers {
    key: Option<Thumbprint>,
    certificate: Option<Thumbprint>,
}

impl<'de> Members<'de> for ConfirmationMembers {
    fn read<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "jkt" => json::once(&mut self.key, map)?,
            "x5t#S256" => json::once(&mut self.certificate, map)?,
            // RFC 7800 section 3.1 lets an unknown member be ignored; but then a
            // bound token would pass as a bearer token, so it is refused.
            _ => return Err(A::Error::custom("an unknown confirmation")),
        }
        Ok(true)
    }
}

impl<'de> Deserialize<'de> for Confirmation {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let object = Object::<ConfirmationMembers>::at_depth(2);
        let read = serde::de::DeserializeSeed::deserialize(object, deserializer)?;
        Self::new(read.key, read.certificate).map_err(D::Error::custom)
    }
}
