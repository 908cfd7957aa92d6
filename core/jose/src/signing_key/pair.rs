//! The key pairs of aws-lc, by kind.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::error::{KeyRejected, Unspecified};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair,
    KeyPair as _, ML_DSA_44_SIGNING, ML_DSA_65_SIGNING, ML_DSA_87_SIGNING, PqdsaKeyPair,
    PqdsaSigningAlgorithm, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
    RSA_PSS_SHA384, RSA_PSS_SHA512, RsaKeyPair, RsaSignatureEncoding,
};
use zeroize::Zeroizing;

use super::public_half;
use crate::jwk::{Curve, Ed25519Curve, Material};
use crate::{Algorithm, base64url};

pub(super) enum Pair {
    Ecdsa(Curve, EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    MlDsa(PqdsaKeyPair),
    Rsa(RsaKeyPair),
}

/// What an algorithm asks of its pair.
enum Kind {
    Ecdsa(Curve, &'static EcdsaSigningAlgorithm),
    Ed25519,
    MlDsa(&'static PqdsaSigningAlgorithm),
    Rsa(KeySize),
}

const fn kind(algorithm: Algorithm) -> Kind {
    match algorithm {
        Algorithm::EdDsa | Algorithm::Ed25519 => Kind::Ed25519,
        Algorithm::Es256 => Kind::Ecdsa(Curve::P256, &ECDSA_P256_SHA256_FIXED_SIGNING),
        Algorithm::Es384 => Kind::Ecdsa(Curve::P384, &ECDSA_P384_SHA384_FIXED_SIGNING),
        Algorithm::Es512 => Kind::Ecdsa(Curve::P521, &ECDSA_P521_SHA512_FIXED_SIGNING),
        Algorithm::MlDsa44 => Kind::MlDsa(&ML_DSA_44_SIGNING),
        Algorithm::MlDsa65 => Kind::MlDsa(&ML_DSA_65_SIGNING),
        Algorithm::MlDsa87 => Kind::MlDsa(&ML_DSA_87_SIGNING),
        Algorithm::Ps256 | Algorithm::Rs256 => Kind::Rsa(KeySize::Rsa2048),
        Algorithm::Ps384 | Algorithm::Rs384 => Kind::Rsa(KeySize::Rsa3072),
        Algorithm::Ps512 | Algorithm::Rs512 => Kind::Rsa(KeySize::Rsa4096),
    }
}

impl Pair {
    pub(super) fn generate(algorithm: Algorithm) -> Result<Self, Unspecified> {
        match kind(algorithm) {
            Kind::Ecdsa(curve, parameters) => {
                EcdsaKeyPair::generate(parameters).map(|pair| Self::Ecdsa(curve, pair))
            }
            Kind::Ed25519 => Ed25519KeyPair::generate().map(Self::Ed25519),
            Kind::MlDsa(parameters) => PqdsaKeyPair::generate(parameters).map(Self::MlDsa),
            Kind::Rsa(size) => RsaKeyPair::generate(size).map(Self::Rsa),
        }
    }

    pub(super) fn from_pkcs8(algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, KeyRejected> {
        match kind(algorithm) {
            Kind::Ecdsa(curve, parameters) => {
                EcdsaKeyPair::from_pkcs8(parameters, pkcs8).map(|pair| Self::Ecdsa(curve, pair))
            }
            Kind::Ed25519 => Ed25519KeyPair::from_pkcs8(pkcs8).map(Self::Ed25519),
            Kind::MlDsa(parameters) => PqdsaKeyPair::from_pkcs8(parameters, pkcs8).map(Self::MlDsa),
            Kind::Rsa(_) => RsaKeyPair::from_pkcs8(pkcs8).map(Self::Rsa),
        }
    }

    pub(super) fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, Unspecified> {
        Ok(Zeroizing::new(match self {
            Self::Ecdsa(_, pair) => pair.to_pkcs8v1()?.as_ref().to_vec(),
            Self::Ed25519(pair) => pair.to_pkcs8v1()?.as_ref().to_vec(),
            Self::MlDsa(pair) => pair.to_pkcs8v1()?.as_ref().to_vec(),
            Self::Rsa(pair) => pair.as_der()?.as_ref().to_vec(),
        }))
    }

    /// The members of the public half.
    pub(super) fn material(&self) -> Option<Material> {
        Some(match self {
            Self::Ecdsa(curve, pair) => public_half::ec(*curve, pair.public_key().as_ref())?,
            Self::Ed25519(pair) => Material::Okp {
                crv: Ed25519Curve::Ed25519,
                x: base64url::encode(pair.public_key().as_ref()),
            },
            Self::MlDsa(pair) => Material::Akp {
                public: base64url::encode(pair.public_key().as_ref()),
            },
            Self::Rsa(pair) => public_half::rsa(pair.public_key().as_ref())?,
        })
    }

    /// The signature of `message`; with an RSA pair, in the encoding of
    /// `algorithm`.
    pub(super) fn sign(
        &self,
        algorithm: Algorithm,
        message: &[u8],
    ) -> Result<Vec<u8>, Unspecified> {
        let random = SystemRandom::new();
        match self {
            Self::Ecdsa(_, pair) => Ok(pair.sign(&random, message)?.as_ref().to_vec()),
            Self::Ed25519(pair) => Ok(pair.try_sign(message)?.as_ref().to_vec()),
            Self::MlDsa(pair) => {
                let mut signature = vec![0; pair.algorithm().signature_len()];
                pair.sign(message, &mut signature)?;
                Ok(signature)
            }
            Self::Rsa(pair) => {
                let encoding = rsa_encoding(algorithm).ok_or(Unspecified)?;
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &random, message, &mut signature)?;
                Ok(signature)
            }
        }
    }
}

fn rsa_encoding(algorithm: Algorithm) -> Option<&'static RsaSignatureEncoding> {
    Some(match algorithm {
        Algorithm::Ps256 => &RSA_PSS_SHA256,
        Algorithm::Ps384 => &RSA_PSS_SHA384,
        Algorithm::Ps512 => &RSA_PSS_SHA512,
        Algorithm::Rs256 => &RSA_PKCS1_SHA256,
        Algorithm::Rs384 => &RSA_PKCS1_SHA384,
        Algorithm::Rs512 => &RSA_PKCS1_SHA512,
        _ => return None,
    })
}
