//! What a signature algorithm asks of a place that signs.

use aws_lc_rs::digest;
use jose::Algorithm;

/// The curve of an ECDSA key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Curve {
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521.
    P521,
}

/// The digest of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// A JWS algorithm, seen from the key that makes its signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureKind {
    /// Ed25519, over the message itself.
    Ed25519,
    /// ECDSA on this curve, with the digest that belongs to it.
    Ecdsa(Curve),
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1(Hash),
    /// RSASSA-PSS, with a salt as long as the digest (RFC 7518 section 3.5).
    RsaPss(Hash),
}

impl SignatureKind {
    /// The kind of `algorithm`; `None` for one that no place signs with.
    pub fn of(algorithm: Algorithm) -> Option<Self> {
        // By its registered name, so that an algorithm that `jose` learns is
        // not one that a device is asked for unseen.
        Some(match algorithm.as_str() {
            "EdDSA" | "Ed25519" => Self::Ed25519,
            "ES256" => Self::Ecdsa(Curve::P256),
            "ES384" => Self::Ecdsa(Curve::P384),
            "ES512" => Self::Ecdsa(Curve::P521),
            "RS256" => Self::RsaPkcs1(Hash::Sha256),
            "RS384" => Self::RsaPkcs1(Hash::Sha384),
            "RS512" => Self::RsaPkcs1(Hash::Sha512),
            "PS256" => Self::RsaPss(Hash::Sha256),
            "PS384" => Self::RsaPss(Hash::Sha384),
            "PS512" => Self::RsaPss(Hash::Sha512),
            _ => return None,
        })
    }

    /// The digest that is signed; `None` where the message itself is.
    pub const fn hash(self) -> Option<Hash> {
        match self {
            Self::Ed25519 => None,
            Self::Ecdsa(curve) => Some(curve.hash()),
            Self::RsaPkcs1(hash) | Self::RsaPss(hash) => Some(hash),
        }
    }
}

impl Hash {
    /// The digest of `message`.
    pub fn digest(self, message: &[u8]) -> Vec<u8> {
        let algorithm = match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, message).as_ref().to_vec()
    }
}

impl Curve {
    /// The bytes of a coordinate, and of each half of a signature.
    pub const fn octets(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// The digest that RFC 7518 section 3.4 puts with it.
    pub const fn hash(self) -> Hash {
        match self {
            Self::P256 => Hash::Sha256,
            Self::P384 => Hash::Sha384,
            Self::P521 => Hash::Sha512,
        }
    }

    /// `crv` of a JWK.
    pub const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// The content of its object identifier (RFC 5480 section 2.1.1.1).
    pub const fn object_identifier(self) -> &'static [u8] {
        match self {
            Self::P256 => &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
            Self::P384 => &[0x2b, 0x81, 0x04, 0x00, 0x22],
            Self::P521 => &[0x2b, 0x81, 0x04, 0x00, 0x23],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_of_tokens_has_a_kind_with_its_own_digest() {
        for algorithm in Algorithm::ALL {
            let Some(kind) = SignatureKind::of(algorithm) else {
                assert!(algorithm.as_str().starts_with("ML-DSA"), "{algorithm}");
                continue;
            };
            let bits = match kind.hash() {
                None => "",
                Some(Hash::Sha256) => "256",
                Some(Hash::Sha384) => "384",
                Some(Hash::Sha512) => "512",
            };
            assert!(algorithm.as_str().ends_with(bits), "{algorithm}");
        }
    }
}
