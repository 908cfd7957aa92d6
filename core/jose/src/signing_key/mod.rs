//! The private half: signing what we issue.

mod pair;
mod public_half;
#[cfg(test)]
mod rfc_vectors;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::{Algorithm, Jwk, KeyId, SigningInput, TokenType, VerificationKey};
use pair::Pair;

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
    /// would be a trap. An RSA key has 2048, 3072 or 4096 bits, to match a hash
    /// of 256, 384 or 512.
    pub fn generate(algorithm: Algorithm, key_id: KeyId) -> Result<Self, SigningError> {
        let pair = Pair::generate(algorithm).map_err(|_| SigningError::Library)?;
        Self::of(pair, algorithm, key_id)
    }

    /// The key that [`SigningKey::to_pkcs8`] wrote (RFC 5208, RFC 5958; for
    /// ML-DSA RFC 9881 section 6, with its seed).
    pub fn from_pkcs8(
        algorithm: Algorithm,
        key_id: KeyId,
        pkcs8: &[u8],
    ) -> Result<Self, SigningError> {
        let pair = Pair::from_pkcs8(algorithm, pkcs8).map_err(|_| SigningError::Key)?;
        Self::of(pair, algorithm, key_id)
    }

    /// The private key as PKCS#8, in memory that is wiped when dropped.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, SigningError> {
        self.pair.to_pkcs8().map_err(|_| SigningError::Library)
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
        self.pair.sign(self.algorithm(), message)
    }

    fn of(pair: Pair, algorithm: Algorithm, key_id: KeyId) -> Result<Self, SigningError> {
        let material = pair.material().ok_or(SigningError::Key)?;
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
