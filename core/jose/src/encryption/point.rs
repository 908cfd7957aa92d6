//! Public points of the curves that keys are agreed on.

use aws_lc_rs::agreement::{
    Algorithm, ECDH_P256, ParsedPublicKey, PrivateKey, UnparsedPublicKey, X25519,
};

use super::InvalidEncryptionKey;
use crate::base64url;

/// A curve that keys are agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AgreementCurve {
    /// P-256 (RFC 7518 section 6.2.1.1).
    P256,
    /// X25519 (RFC 8037 section 3.2).
    X25519,
}

impl AgreementCurve {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::P256, Self::X25519];

    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::X25519 => "X25519",
        }
    }

    /// The key type that it belongs to.
    pub(super) const fn kind(self) -> &'static str {
        match self {
            Self::P256 => "EC",
            Self::X25519 => "OKP",
        }
    }

    /// The curve of a key with these members. RFC 8037 section 2: a key type
    /// has its own curves.
    pub(super) fn named(kty: &str, crv: &str) -> Result<Self, InvalidEncryptionKey> {
        Self::ALL
            .into_iter()
            .find(|curve| curve.kind() == kty && curve.as_str() == crv)
            .ok_or(InvalidEncryptionKey::Kind)
    }

    pub(super) fn algorithm(self) -> &'static Algorithm {
        match self {
            Self::P256 => &ECDH_P256,
            Self::X25519 => &X25519,
        }
    }
}

impl std::str::FromStr for AgreementCurve {
    type Err = InvalidEncryptionKey;
    fn from_str(text: &str) -> Result<Self, InvalidEncryptionKey> {
        Self::ALL
            .into_iter()
            .find(|curve| curve.as_str() == text)
            .ok_or(InvalidEncryptionKey::Kind)
    }
}

/// A public point, in the form that aws-lc takes: uncompressed (SEC 1 section
/// 2.3.3) for P-256, as it is for X25519 (RFC 7748 section 5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Point {
    curve: AgreementCurve,
    bytes: Vec<u8>,
}

impl Point {
    /// The point with these coordinates, in base64url. That it lies on the
    /// curve is not judged yet.
    pub(super) fn read(
        curve: AgreementCurve,
        x: &str,
        y: Option<&str>,
    ) -> Result<Self, InvalidEncryptionKey> {
        let coordinate = |text: &str| {
            // RFC 7518 section 6.2.1.2: a coordinate has the full size of the field.
            base64url::decode_array::<32>(text).map_err(|_| InvalidEncryptionKey::Encoding)
        };
        let x = coordinate(x)?;
        let bytes = match (curve, y) {
            (AgreementCurve::P256, Some(y)) => {
                [&[4], x.as_slice(), coordinate(y)?.as_slice()].concat()
            }
            (AgreementCurve::X25519, None) => x.to_vec(),
            // RFC 8037 section 2: an OKP key has no `y`.
            _ => return Err(InvalidEncryptionKey::Malformed),
        };
        Ok(Self { curve, bytes })
    }

    /// The public half of `private`.
    pub(super) fn of(
        private: &PrivateKey,
        curve: AgreementCurve,
    ) -> Result<Self, InvalidEncryptionKey> {
        let public = private.compute_public_key();
        let public = public.map_err(|_| InvalidEncryptionKey::Library)?;
        Ok(Self {
            curve,
            bytes: public.as_ref().to_vec(),
        })
    }

    pub(super) const fn curve(&self) -> AgreementCurve {
        self.curve
    }

    /// `x` and, where the curve has it, `y`, in base64url.
    pub(super) fn coordinates(&self) -> (String, Option<String>) {
        match self.curve {
            AgreementCurve::X25519 => (base64url::encode(&self.bytes), None),
            AgreementCurve::P256 => {
                let coordinates = self.bytes.get(1..).unwrap_or_default();
                let (x, y) = coordinates.split_at(coordinates.len() / 2);
                (base64url::encode(x), Some(base64url::encode(y)))
            }
        }
    }

    /// Refuses what is no point of the curve.
    pub(super) fn check(&self) -> Result<(), InvalidEncryptionKey> {
        ParsedPublicKey::try_from(self.unparsed())
            .map(drop)
            .map_err(|_| InvalidEncryptionKey::Point)
    }

    pub(super) fn unparsed(&self) -> UnparsedPublicKey<&[u8]> {
        UnparsedPublicKey::new(self.curve.algorithm(), &self.bytes)
    }
}
