//! The closed list of signature algorithms.

use serde::{Deserialize, Serialize};

/// A signature algorithm. RFC 8725 section 3.1: the list is closed, and `none`
/// and the HMACs are not in it ([`crate::MacKey`] is another type).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "std::borrow::Cow<'_, str>", into = "&'static str")]
pub enum Algorithm {
    /// `EdDSA` (RFC 8037) with an Ed25519 key.
    EdDsa,
    /// `Ed25519`, the fully-specified name of the same signature (RFC 9864).
    Ed25519,
    /// `ES256`: ECDSA on P-256 with SHA-256 (RFC 7518 section 3.4).
    Es256,
    /// `ES384`: ECDSA on P-384 with SHA-384 (RFC 7518 section 3.4).
    Es384,
    /// `ES512`: ECDSA on P-521 with SHA-512 (RFC 7518 section 3.4).
    Es512,
    /// `ML-DSA-44` (RFC 9964 section 5). A key or an acceptor must name it: it
    /// is nobody's default, as its signature alone fills 3.2 KiB of a token.
    MlDsa44,
    /// `ML-DSA-65` (RFC 9964 section 5), like the above; 4.4 KiB.
    MlDsa65,
    /// `ML-DSA-87` (RFC 9964 section 5), like the above; 6.2 KiB.
    MlDsa87,
    /// `PS256`: RSASSA-PSS with SHA-256 (RFC 7518 section 3.5).
    Ps256,
    /// `PS384`: RSASSA-PSS with SHA-384 (RFC 7518 section 3.5).
    Ps384,
    /// `PS512`: RSASSA-PSS with SHA-512 (RFC 7518 section 3.5).
    Ps512,
    /// `RS256`: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3).
    Rs256,
    /// `RS384`: RSASSA-PKCS1-v1_5 with SHA-384 (RFC 7518 section 3.3).
    Rs384,
    /// `RS512`: RSASSA-PKCS1-v1_5 with SHA-512 (RFC 7518 section 3.3).
    Rs512,
}

/// The text names no algorithm of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidAlgorithm;

impl std::fmt::Display for InvalidAlgorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            "an algorithm is one of EdDSA, Ed25519, ES256, ES384, ES512, ML-DSA-44, ML-DSA-65, \
             ML-DSA-87, PS256, PS384, PS512, RS256, RS384, RS512",
        )
    }
}

impl std::error::Error for InvalidAlgorithm {}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::EdDsa,
        Self::Ed25519,
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::MlDsa44,
        Self::MlDsa65,
        Self::MlDsa87,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
    ];

    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Ed25519 => "Ed25519",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::MlDsa44 => "ML-DSA-44",
            Self::MlDsa65 => "ML-DSA-65",
            Self::MlDsa87 => "ML-DSA-87",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
        }
    }
}

impl std::str::FromStr for Algorithm {
    type Err = InvalidAlgorithm;

    /// RFC 7515 section 4.1.1: names are compared exactly, case included.
    fn from_str(text: &str) -> Result<Self, InvalidAlgorithm> {
        Ok(match text {
            "EdDSA" => Self::EdDsa,
            "Ed25519" => Self::Ed25519,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "ES512" => Self::Es512,
            "ML-DSA-44" => Self::MlDsa44,
            "ML-DSA-65" => Self::MlDsa65,
            "ML-DSA-87" => Self::MlDsa87,
            "PS256" => Self::Ps256,
            "PS384" => Self::Ps384,
            "PS512" => Self::Ps512,
            "RS256" => Self::Rs256,
            "RS384" => Self::Rs384,
            "RS512" => Self::Rs512,
            _ => return Err(InvalidAlgorithm),
        })
    }
}

impl TryFrom<std::borrow::Cow<'_, str>> for Algorithm {
    type Error = InvalidAlgorithm;
    fn try_from(text: std::borrow::Cow<'_, str>) -> Result<Self, InvalidAlgorithm> {
        text.parse()
    }
}

impl From<Algorithm> for &'static str {
    fn from(algorithm: Algorithm) -> Self {
        algorithm.as_str()
    }
}

impl std::fmt::Display for Algorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc7515_4_1_1_names_are_exact() {
        for algorithm in Algorithm::ALL {
            let name = algorithm.as_str();
            assert_eq!(name.parse(), Ok(algorithm));
            let json = format!("\"{name}\"");
            assert_eq!(serde_json::to_string(&algorithm).unwrap(), json);
            assert_eq!(serde_json::from_str::<Algorithm>(&json).unwrap(), algorithm);
            for other in [name.to_lowercase(), format!("{name} "), format!("{name}\0")] {
                assert_eq!(other.parse::<Algorithm>(), Err(InvalidAlgorithm));
            }
        }
        // RFC 9864 section 2.2 also names Ed448, which aws-lc does not have;
        // RFC 9864 section 4.1.2 deprecates names that leave the curve open.
        for other in [
            "none",
            "HS256",
            "HS384",
            "HS512",
            "EDDSA",
            "ES256K",
            "Ed448",
            "ESP256",
            "ML-DSA",
            "ML-DSA-45",
            "RS1",
            "",
        ] {
            assert_eq!(other.parse::<Algorithm>(), Err(InvalidAlgorithm), "{other}");
        }
    }
}
