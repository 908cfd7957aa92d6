//! A public key as JSON: JWK (RFC 7517).

use std::borrow::Cow;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess};
use serde::{Deserialize, Serialize};

use crate::json::{self, Members, Object, Walk};
use crate::key_operations::Operations;
use crate::{Algorithm, KeyId};

/// Members that only a private or symmetric key has: RFC 7518 section 6.2.2,
/// RFC 7518 section 6.3.2, RFC 7518 section 6.4.1, RFC 8037 section 2, RFC 9964
/// section 3.
pub(crate) const PRIVATE_MEMBERS: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

/// A public signature key as JSON. It has the right form; whether it is a good
/// key is judged by [`crate::VerificationKey::from_jwk`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Jwk {
    #[serde(flatten)]
    pub(crate) material: Material,
    #[serde(rename = "alg", skip_serializing_if = "Option::is_none")]
    pub(crate) algorithm: Option<Algorithm>,
    #[serde(rename = "kid", skip_serializing_if = "Option::is_none")]
    pub(crate) key_id: Option<KeyId>,
    /// Always written, never needed: a key that says nothing is for signatures.
    #[serde(rename = "use")]
    pub(crate) usage: &'static str,
}

/// The members that make the key, still as base64url.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kty")]
pub(crate) enum Material {
    /// RFC 9964 section 3: what the bytes are is for `alg` to say.
    #[serde(rename = "AKP")]
    Akp {
        #[serde(rename = "pub")]
        public: String,
    },
    /// RFC 7518 section 6.2.1.
    #[serde(rename = "EC")]
    Ec { crv: Curve, x: String, y: String },
    /// RFC 8037 section 2.
    #[serde(rename = "OKP")]
    Okp { crv: Ed25519Curve, x: String },
    /// RFC 7518 section 6.3.1.
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum Curve {
    #[serde(rename = "P-256")]
    P256,
    #[serde(rename = "P-384")]
    P384,
    #[serde(rename = "P-521")]
    P521,
}

impl Curve {
    /// The registered name.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum Ed25519Curve {
    Ed25519,
}

/// Why a key is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InvalidKey {
    /// Not a JSON object, or a member that is needed is absent or no string.
    Malformed,
    /// It has a member that only a private or symmetric key has.
    Private,
    /// `kty` is none of `AKP`, `EC`, `OKP`, `RSA`.
    UnknownKind,
    /// `crv` is none of `P-256`, `P-384`, `P-521`, `Ed25519`.
    UnknownCurve,
    /// `alg` is absent where it is needed, unknown, or not for this kind of key.
    Algorithm,
    /// `kid` is no key id.
    KeyId,
    /// `use` or `key_ops` is for something else than verifying signatures.
    Usage,
    /// A number or coordinate is not canonical base64url, or has the wrong length.
    Encoding,
    /// No point of the curve, or one of small order.
    Point,
    /// The RSA modulus has fewer than 2048 or more than 8192 bits, is even, or
    /// is known to be weak.
    Modulus,
    /// The RSA exponent is even, below 65537 or above 2^32.
    Exponent,
}

impl std::fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the key is not a well-formed JWK",
            Self::Private => "the key has private members",
            Self::UnknownKind => "kty is not one of AKP, EC, OKP, RSA",
            Self::UnknownCurve => "crv is not one of P-256, P-384, P-521, Ed25519",
            Self::Algorithm => "alg is missing, unknown or not for this kind of key",
            Self::KeyId => "kid is not 1 to 128 printable ASCII characters",
            Self::Usage => "use or key_ops is not for verifying signatures",
            Self::Encoding => "a number is not canonical base64url of the right length",
            Self::Point => "the point is not on the curve or has a small order",
            Self::Modulus => "the modulus is not an odd number of 2048 to 8192 bits, or is weak",
            Self::Exponent => "the exponent is not an odd number from 65537 to 2^32",
        })
    }
}

impl std::error::Error for InvalidKey {}

impl Jwk {
    /// `kid`.
    pub const fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }
}

impl<'de> Deserialize<'de> for Jwk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members: JwkMembers<'de> = Object::outermost().deserialize(deserializer)?;
        members.check().map_err(D::Error::custom)
    }
}

/// A member as it was found. Malformed is not absent.
#[derive(Default)]
enum Found<'a> {
    #[default]
    Absent,
    Text(Cow<'a, str>),
    NoText,
}

/// The members of a JWK as they were found: reading them fails only if the
/// JSON is broken, so that one odd key does not spoil its set.
#[derive(Default)]
pub(crate) struct JwkMembers<'a> {
    kty: Found<'a>,
    crv: Found<'a>,
    x: Found<'a>,
    y: Found<'a>,
    n: Found<'a>,
    e: Found<'a>,
    public: Found<'a>,
    alg: Found<'a>,
    kid: Found<'a>,
    usage: Found<'a>,
    key_ops: Option<Operations>,
    pub(crate) private: bool,
}

impl<'de> Members<'de> for JwkMembers<'de> {
    fn read<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        let slot = match name {
            "kty" => &mut self.kty,
            "crv" => &mut self.crv,
            "x" => &mut self.x,
            "y" => &mut self.y,
            "n" => &mut self.n,
            "e" => &mut self.e,
            "pub" => &mut self.public,
            "alg" => &mut self.alg,
            "kid" => &mut self.kid,
            "use" => &mut self.usage,
            "key_ops" => {
                json::once(&mut self.key_ops, map)?;
                return Ok(true);
            }
            _ => {
                self.private |= PRIVATE_MEMBERS.contains(&name);
                return Ok(false);
            }
        };
        // RFC 7517 section 4: member names are unique.
        if !matches!(slot, Found::Absent) {
            return Err(A::Error::custom("a member stands twice"));
        }
        *slot = match map.next_value_seed(Walk { depth: 3 })? {
            Some(text) => Found::Text(text),
            None => Found::NoText,
        };
        Ok(true)
    }
}

impl<'a> JwkMembers<'a> {
    /// `kid`, if it is text.
    pub(crate) fn key_id_text(&self) -> Option<&str> {
        match &self.kid {
            Found::Text(text) => Some(text),
            Found::Absent | Found::NoText => None,
        }
    }

    /// The key, if each member is as it must be.
    pub(crate) fn check(self) -> Result<Jwk, InvalidKey> {
        // RFC 7517 section 9.2: where a public key is due, a private one is refused.
        if self.private {
            return Err(InvalidKey::Private);
        }
        self.check_usage()?;
        let key_id = optional(self.kid, InvalidKey::KeyId)?;
        let key_id = key_id
            .map(|text| text.parse().map_err(|_| InvalidKey::KeyId))
            .transpose()?;
        let alg = optional(self.alg, InvalidKey::Algorithm)?;
        let algorithm = alg.map(|text| text.parse()).transpose();
        let algorithm = algorithm.map_err(|_| InvalidKey::Algorithm)?;
        let material = match required(self.kty)?.as_ref() {
            "AKP" => Material::Akp {
                public: required(self.public)?.into_owned(),
            },
            "EC" => Material::Ec {
                crv: match required(self.crv)?.as_ref() {
                    "P-256" => Curve::P256,
                    "P-384" => Curve::P384,
                    "P-521" => Curve::P521,
                    _ => return Err(InvalidKey::UnknownCurve),
                },
                x: required(self.x)?.into_owned(),
                y: required(self.y)?.into_owned(),
            },
            "OKP" if required(self.crv)? != "Ed25519" => return Err(InvalidKey::UnknownCurve),
            "OKP" => Material::Okp {
                crv: Ed25519Curve::Ed25519,
                x: required(self.x)?.into_owned(),
            },
            "RSA" => Material::Rsa {
                n: required(self.n)?.into_owned(),
                e: required(self.e)?.into_owned(),
            },
            _ => return Err(InvalidKey::UnknownKind),
        };
        Ok(Jwk {
            material,
            algorithm,
            key_id,
            usage: "sig",
        })
    }

    fn check_usage(&self) -> Result<(), InvalidKey> {
        // RFC 7517 section 4.2
        match &self.usage {
            Found::Absent => {}
            Found::Text(usage) if usage == "sig" => {}
            Found::Text(_) | Found::NoText => return Err(InvalidKey::Usage),
        }
        // RFC 7517 section 4.3
        match self.key_ops {
            None | Some(Operations::Verify | Operations::VerifyAndSign) => Ok(()),
            Some(Operations::Other) => Err(InvalidKey::Usage),
        }
    }
}

fn required(found: Found<'_>) -> Result<Cow<'_, str>, InvalidKey> {
    optional(found, InvalidKey::Malformed)?.ok_or(InvalidKey::Malformed)
}

fn optional(found: Found<'_>, otherwise: InvalidKey) -> Result<Option<Cow<'_, str>>, InvalidKey> {
    match found {
        Found::Absent => Ok(None),
        Found::Text(text) => Ok(Some(text)),
        Found::NoText => Err(otherwise),
    }
}
