//! The private half: signing what we issue.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
    RsaKeyPair,
};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::jwk::{Curve, Ed25519Curve, Material};
use crate::{Algorithm, Jwk, KeyId, SigningInput, TokenType, VerificationKey, base64url};

/// A private key for one algorithm. It can be neither printed nor serialised,
/// but for [`SigningKey::to_pkcs8`], which is for sealing it.
///
/// ```compile_fail
/// fn print<T: std::fmt::Debug>() {}
/// print::<jose::SigningKey>();
/// ```
/// ```compile_fail
/// fn write<T: serde::Serialize>() {}
/// write::<jose::SigningKey>();
/// ```
pub struct SigningKey {
    pair: Pair,
    key_id: KeyId,
    verification_key: VerificationKey,
}

enum Pair {
    Ed25519(Ed25519KeyPair),
    Ecdsa(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

/// Why nothing was signed, or no key was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningError {
    /// Not the PKCS#8 form of a key for the algorithm, or a key too weak to verify with.
    Key,
    /// The claims could not be written as a JSON object.
    Claims,
    /// The signature is not one of the key that was to make it.
    Signature,
    /// The library failed.
    Library,
}

impl std::fmt::Display for SigningError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Key => "the signing key is not a PKCS#8 key for its algorithm",
            Self::Claims => "the claims are not a JSON object",
            Self::Signature => "the signature is not one of the key that was to make it",
            Self::Library => "the cryptographic library failed",
        })
    }
}

impl std::error::Error for SigningError {}

impl SigningKey {
    /// A fresh key. Its randomness comes from inside aws-lc, not from an
    /// argument: aws-lc makes keys from nothing else, and a seeded private key
    /// would be a trap. RSA keys have 2048 bits.
    pub fn generate(algorithm: Algorithm, key_id: KeyId) -> Result<Self, SigningError> {
        let pair = match algorithm {
            Algorithm::EdDsa | Algorithm::Ed25519 => Ed25519KeyPair::generate().map(Pair::Ed25519),
            Algorithm::Es256 => EcdsaKeyPair::generate(P256).map(Pair::Ecdsa),
            Algorithm::Es384 => EcdsaKeyPair::generate(P384).map(Pair::Ecdsa),
            Algorithm::Ps256 | Algorithm::Rs256 => {
                RsaKeyPair::generate(KeySize::Rsa2048).map(Pair::Rsa)
            }
        };
        Self::of(pair.map_err(|_| SigningError::Library)?, algorithm, key_id)
    }

    /// The key that [`SigningKey::to_pkcs8`] wrote (RFC 5208, RFC 5958).
    pub fn from_pkcs8(
        algorithm: Algorithm,
        key_id: KeyId,
        pkcs8: &[u8],
    ) -> Result<Self, SigningError> {
        let pair = match algorithm {
            Algorithm::EdDsa | Algorithm::Ed25519 => {
                Ed25519KeyPair::from_pkcs8(pkcs8).map(Pair::Ed25519)
            }
            Algorithm::Es256 => EcdsaKeyPair::from_pkcs8(P256, pkcs8).map(Pair::Ecdsa),
            Algorithm::Es384 => EcdsaKeyPair::from_pkcs8(P384, pkcs8).map(Pair::Ecdsa),
            Algorithm::Ps256 | Algorithm::Rs256 => RsaKeyPair::from_pkcs8(pkcs8).map(Pair::Rsa),
        };
        Self::of(pair.map_err(|_| SigningError::Key)?, algorithm, key_id)
    }

    /// The private key as PKCS#8, in memory that is wiped when dropped.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, SigningError> {
        let library = |_| SigningError::Library;
        Ok(Zeroizing::new(match &self.pair {
            Pair::Ed25519(pair) => pair.to_pkcs8v1().map_err(library)?.as_ref().to_vec(),
            Pair::Ecdsa(pair) => pair.to_pkcs8v1().map_err(library)?.as_ref().to_vec(),
            Pair::Rsa(pair) => pair.as_der().map_err(library)?.as_ref().to_vec(),
        }))
    }

    /// The public half.
    pub const fn verification_key(&self) -> &VerificationKey {
        &self.verification_key
    }

    /// Its id.
    pub const fn key_id(&self) -> &KeyId {
        &self.key_id
    }

    /// Its algorithm.
    pub const fn algorithm(&self) -> Algorithm {
        self.verification_key.algorithm()
    }

    /// Signs `claims` as a token of type `typ`: a compact JWS (RFC 7515 section
    /// 7.1) whose header is `alg`, `typ` and `kid`. An ECDSA or PSS signature
    /// draws its own nonce or salt inside aws-lc.
    pub fn sign(&self, typ: TokenType, claims: &impl Serialize) -> Result<String, SigningError> {
        self.sign_input(SigningInput::new(typ, claims, &self.verification_key)?)
    }

    /// Signs what was made ready for this key.
    ///
    /// # Errors
    ///
    /// [`SigningError::Key`] if it was made ready for another one.
    pub fn sign_input(&self, input: SigningInput) -> Result<String, SigningError> {
        if !input.is_for(&self.verification_key) {
            return Err(SigningError::Key);
        }
        let signature = self.sign_bytes(input.as_bytes());
        let signature = signature.map_err(|_| SigningError::Library)?;
        Ok(input.with_signature(&signature))
    }

    pub(crate) fn sign_bytes(
        &self,
        message: &[u8],
    ) -> Result<Vec<u8>, aws_lc_rs::error::Unspecified> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Ed25519(pair) => Ok(pair.try_sign(message)?.as_ref().to_vec()),
            Pair::Ecdsa(pair) => Ok(pair.sign(&random, message)?.as_ref().to_vec()),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let padding = match self.algorithm() {
                    Algorithm::Ps256 => &RSA_PSS_SHA256,
                    _ => &RSA_PKCS1_SHA256,
                };
                pair.sign(padding, &random, message, &mut signature)?;
                Ok(signature)
            }
        }
    }

    fn of(pair: Pair, algorithm: Algorithm, key_id: KeyId) -> Result<Self, SigningError> {
        let material = match &pair {
            Pair::Ed25519(pair) => Material::Okp {
                crv: Ed25519Curve::Ed25519,
                x: base64url::encode(pair.public_key().as_ref()),
            },
            Pair::Ecdsa(pair) => {
                ec_material(algorithm, pair.public_key().as_ref()).ok_or(SigningError::Key)?
            }
            Pair::Rsa(pair) => rsa_material(pair.public_key().as_ref()).ok_or(SigningError::Key)?,
        };
        let jwk = Jwk {
            material,
            algorithm: Some(algorithm),
            key_id: Some(key_id.clone()),
            usage: "sig",
        };
        let verification_key = VerificationKey::from_jwk(&jwk).map_err(|_| SigningError::Key)?;
        Ok(Self {
            pair,
            key_id,
            verification_key,
        })
    }
}

static P256: &EcdsaSigningAlgorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
static P384: &EcdsaSigningAlgorithm = &ECDSA_P384_SHA384_FIXED_SIGNING;

/// From the uncompressed point (SEC 1 section 2.3.3).
fn ec_material(algorithm: Algorithm, point: &[u8]) -> Option<Material> {
    let crv = if algorithm == Algorithm::Es384 {
        Curve::P384
    } else {
        Curve::P256
    };
    let (4, coordinates) = point.split_first().map(|(form, rest)| (*form, rest))? else {
        return None;
    };
    let (x, y) = coordinates.split_at_checked(coordinates.len() / 2)?;
    Some(Material::Ec {
        crv,
        x: base64url::encode(x),
        y: base64url::encode(y),
    })
}

/// From an `RSAPublicKey` (RFC 8017 appendix A.1.1): a sequence of modulus and
/// exponent, in DER.
fn rsa_material(der: &[u8]) -> Option<Material> {
    let (sequence, b"") = element(0x30, der)? else {
        return None;
    };
    let (n, rest) = element(0x02, sequence)?;
    let (e, b"") = element(0x02, rest)? else {
        return None;
    };
    let unsigned =
        |integer: &[u8]| base64url::encode(integer.strip_prefix(&[0]).unwrap_or(integer));
    Some(Material::Rsa {
        n: unsigned(n),
        e: unsigned(e),
    })
}

/// The content of the DER element with this tag, and what follows it.
fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x82 => {
            let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (
                length
                    .iter()
                    .fold(0, |sum, &byte| sum << 8 | usize::from(byte)),
                rest,
            )
        }
        _ => return None,
    };
    if found == tag {
        rest.split_at_checked(length)
    } else {
        None
    }
}
