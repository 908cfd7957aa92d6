//! One public key, one algorithm, parsed once.

mod ec;
mod okp;
mod rsa;

use aws_lc_rs::signature::ParsedPublicKey;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::jwk::Material;
use crate::{Algorithm, InvalidKey, Jwk, KeyId, Thumbprint};

/// A public key that is good enough to verify with, for one algorithm
/// (RFC 8725 section 3.1). It is kept parsed. As JSON it is its [`Jwk`].
#[derive(Clone)]
pub struct VerificationKey {
    algorithm: Algorithm,
    jwk: Jwk,
    parsed: ParsedPublicKey,
}

impl VerificationKey {
    /// The key of `jwk`. Its algorithm is `alg`; without it an EC or OKP key
    /// takes the one of its curve (Ed25519: `EdDSA`), an RSA key is refused.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, InvalidKey> {
        let (algorithm, parsed) = match &jwk.material {
            Material::Ec { crv, x, y } => ec::parse(*crv, x, y, jwk.algorithm)?,
            Material::Okp { x, .. } => okp::parse(x, jwk.algorithm)?,
            Material::Rsa { n, e } => rsa::parse(n, e, jwk.algorithm)?,
        };
        let jwk = Jwk {
            algorithm: Some(algorithm),
            ..jwk.clone()
        };
        Ok(Self {
            algorithm,
            jwk,
            parsed,
        })
    }

    /// The key as JSON: public members, `alg`, `kid` and `use`.
    pub fn to_jwk(&self) -> Jwk {
        self.jwk.clone()
    }

    /// Its id, if it has one.
    pub const fn key_id(&self) -> Option<&KeyId> {
        self.jwk.key_id.as_ref()
    }

    /// Its algorithm.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Its thumbprint (RFC 7638 section 3).
    pub fn thumbprint(&self) -> Thumbprint {
        // RFC 7638 section 3.2: the required members alone, in this order. The
        // values are base64url and registered names: nothing to escape.
        let members = match &self.jwk.material {
            Material::Ec { x, y, .. } => {
                let crv = if self.algorithm == Algorithm::Es384 {
                    "P-384"
                } else {
                    "P-256"
                };
                format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#)
            }
            Material::Okp { x, .. } => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#),
            Material::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
        };
        Thumbprint::of(members.as_bytes())
    }

    /// Whether `signature` is this key's signature of `message`.
    pub(crate) fn verify_signature(&self, message: &[u8], signature: &[u8]) -> bool {
        let strict = match self.algorithm {
            Algorithm::EdDsa | Algorithm::Ed25519 => okp::is_strict_signature(signature),
            Algorithm::Es256 | Algorithm::Es384 | Algorithm::Ps256 | Algorithm::Rs256 => true,
        };
        strict && self.parsed.verify_sig(message, signature).is_ok()
    }
}

impl PartialEq for VerificationKey {
    fn eq(&self, other: &Self) -> bool {
        self.jwk == other.jwk
    }
}

impl Eq for VerificationKey {}

impl std::fmt::Debug for VerificationKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerificationKey")
            .field("algorithm", &self.algorithm)
            .field("key_id", &self.key_id())
            .finish_non_exhaustive()
    }
}

impl Serialize for VerificationKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.jwk.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for VerificationKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_jwk(&Jwk::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
