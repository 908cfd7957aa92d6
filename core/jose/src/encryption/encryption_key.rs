//! The public half: what is encrypted for us, or for somebody else.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::jwk::{EncryptionJwk, Stated};
use super::point::{AgreementCurve, Point};
use super::{InvalidEncryptionKey, KeyManagement};
use crate::verification_key::rsa;
use crate::{InvalidKey, KeyId, Thumbprint, base64url};

/// A public key that is good enough to encrypt for, for one key management
/// (RFC 8725 section 3.1). As JSON it is a JWK with `use: enc`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncryptionKey {
    management: KeyManagement,
    key_id: KeyId,
    public: Public,
}

/// The numbers, already judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Public {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    Point(Point),
}

impl EncryptionKey {
    /// The key of a JWK. `alg` and `kid` must be there; private members must not.
    ///
    /// # Errors
    ///
    /// [`InvalidEncryptionKey`], with what is wrong with it.
    pub fn from_jwk(text: &[u8]) -> Result<Self, InvalidEncryptionKey> {
        let jwk = EncryptionJwk::parse(text)?;
        jwk.require_public()?;
        Self::new(jwk.stated()?, Public::read(&jwk)?)
    }

    /// The key as a JWK: public members, `alg`, `kid` and `use`.
    pub fn to_jwk(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// How a content-encryption key is encrypted for it.
    pub const fn management(&self) -> KeyManagement {
        self.management
    }

    /// Its id.
    pub const fn key_id(&self) -> &KeyId {
        &self.key_id
    }

    /// Its thumbprint (RFC 7638 section 3).
    pub fn thumbprint(&self) -> Thumbprint {
        self.public.thumbprint()
    }

    pub(super) fn new(stated: Stated, public: Public) -> Result<Self, InvalidEncryptionKey> {
        // RFC 7518 section 4.1: a key management has its own kind of key.
        let fits = match (&public, stated.management) {
            (Public::Rsa { .. }, management) => management == KeyManagement::RsaOaep256,
            (Public::Point(_), management) => management != KeyManagement::RsaOaep256,
        };
        if !fits {
            return Err(InvalidEncryptionKey::Algorithm);
        }
        Ok(Self {
            management: stated.management,
            key_id: stated.key_id,
            public,
        })
    }

    pub(super) const fn public(&self) -> &Public {
        &self.public
    }
}

impl Public {
    /// The public numbers of a JWK, judged as strictly as those of a key that
    /// verifies signatures.
    pub(super) fn read(jwk: &EncryptionJwk<'_>) -> Result<Self, InvalidEncryptionKey> {
        match jwk.need("kty")? {
            "RSA" => {
                let (n, e) = rsa::components(jwk.need("n")?, jwk.need("e")?).map_err(weak)?;
                Ok(Self::Rsa { n, e })
            }
            kty => {
                let curve = AgreementCurve::named(kty, jwk.need("crv")?)?;
                let point = Point::read(curve, jwk.need("x")?, jwk.get("y"))?;
                point.check()?;
                Ok(Self::Point(point))
            }
        }
    }
}

impl Public {
    /// The thumbprint of a key with these numbers (RFC 7638 section 3).
    pub(super) fn thumbprint(&self) -> Thumbprint {
        // RFC 7638 section 3.2: the required members alone, in this order. The
        // values are base64url and registered names: nothing to escape.
        let members = match self {
            Self::Rsa { n, e } => {
                let (n, e) = (base64url::encode(n), base64url::encode(e));
                format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#)
            }
            Self::Point(point) => {
                let (kty, crv) = (point.curve().kind(), point.curve().as_str());
                match point.coordinates() {
                    (x, Some(y)) => {
                        format!(r#"{{"crv":"{crv}","kty":"{kty}","x":"{x}","y":"{y}"}}"#)
                    }
                    (x, None) => format!(r#"{{"crv":"{crv}","kty":"{kty}","x":"{x}"}}"#),
                }
            }
        };
        Thumbprint::of(members.as_bytes())
    }
}

fn weak(error: InvalidKey) -> InvalidEncryptionKey {
    match error {
        InvalidKey::Encoding => InvalidEncryptionKey::Encoding,
        _ => InvalidEncryptionKey::Rsa,
    }
}

/// How a public key is written.
#[derive(Serialize)]
struct PublicJwk<'a> {
    kty: &'static str,
    #[serde(flatten)]
    numbers: Numbers,
    alg: KeyManagement,
    kid: &'a KeyId,
    #[serde(rename = "use")]
    usage: &'static str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Numbers {
    Rsa {
        n: String,
        e: String,
    },
    Point {
        crv: &'static str,
        x: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        y: Option<String>,
    },
}

impl Serialize for EncryptionKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (kty, numbers) = match &self.public {
            Public::Rsa { n, e } => {
                let (n, e) = (base64url::encode(n), base64url::encode(e));
                ("RSA", Numbers::Rsa { n, e })
            }
            Public::Point(point) => {
                let (x, y) = point.coordinates();
                let crv = point.curve().as_str();
                (point.curve().kind(), Numbers::Point { crv, x, y })
            }
        };
        let jwk = PublicJwk {
            kty,
            numbers,
            alg: self.management,
            kid: &self.key_id,
            usage: "enc",
        };
        jwk.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for EncryptionKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::DeserializeSeed as _;
        let jwk: EncryptionJwk<'de> = crate::json::Object::outermost().deserialize(deserializer)?;
        let read = || {
            jwk.require_public()?;
            Self::new(jwk.stated()?, Public::read(&jwk)?)
        };
        read().map_err(D::Error::custom)
    }
}
