//! The closed lists of encryption algorithms.

use serde::{Deserialize, Serialize};

/// How the content-encryption key travels: `alg` (RFC 7518 section 4.1).
///
/// RFC 8725 section 3.2: the list is closed. `RSA1_5` (padding oracles), the
/// PBES2 family (work that a stranger chooses), `dir` and the symmetric key
/// wraps (a shared secret in a place of public keys) are not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "std::borrow::Cow<'_, str>", into = "&'static str")]
pub enum KeyManagement {
    /// `RSA-OAEP-256`: RSAES OAEP with SHA-256 (RFC 7518 section 4.3).
    RsaOaep256,
    /// `ECDH-ES`: the agreed key is the content-encryption key (RFC 7518 section 4.6).
    EcdhEs,
    /// `ECDH-ES+A256KW`: the agreed key wraps it (RFC 7518 section 4.6).
    EcdhEsA256Kw,
}

/// How the content is encrypted: `enc` (RFC 7518 section 5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "std::borrow::Cow<'_, str>", into = "&'static str")]
pub enum ContentEncryption {
    /// `A256GCM`: AES-256 in Galois/Counter mode (RFC 7518 section 5.3).
    A256Gcm,
    /// `A128CBC-HS256`: AES-128-CBC, then HMAC-SHA-256 (RFC 7518 section 5.2.3).
    A128CbcHs256,
}

/// The text names no algorithm of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidEncryptionAlgorithm;

impl std::fmt::Display for InvalidEncryptionAlgorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            "an encryption algorithm is one of RSA-OAEP-256, ECDH-ES, ECDH-ES+A256KW for the key, \
             and one of A256GCM, A128CBC-HS256 for the content",
        )
    }
}

impl std::error::Error for InvalidEncryptionAlgorithm {}

impl KeyManagement {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::RsaOaep256, Self::EcdhEs, Self::EcdhEsA256Kw];

    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RsaOaep256 => "RSA-OAEP-256",
            Self::EcdhEs => "ECDH-ES",
            Self::EcdhEsA256Kw => "ECDH-ES+A256KW",
        }
    }
}

impl ContentEncryption {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::A256Gcm, Self::A128CbcHs256];

    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A256Gcm => "A256GCM",
            Self::A128CbcHs256 => "A128CBC-HS256",
        }
    }
}

macro_rules! named {
    ($type:ident) => {
        impl std::str::FromStr for $type {
            type Err = InvalidEncryptionAlgorithm;

            /// RFC 7516 section 4.1.1: names are compared exactly, case included.
            fn from_str(text: &str) -> Result<Self, InvalidEncryptionAlgorithm> {
                Self::ALL
                    .into_iter()
                    .find(|known| known.as_str() == text)
                    .ok_or(InvalidEncryptionAlgorithm)
            }
        }

        impl TryFrom<std::borrow::Cow<'_, str>> for $type {
            type Error = InvalidEncryptionAlgorithm;
            fn try_from(
                text: std::borrow::Cow<'_, str>,
            ) -> Result<Self, InvalidEncryptionAlgorithm> {
                text.parse()
            }
        }

        impl From<$type> for &'static str {
            fn from(algorithm: $type) -> Self {
                algorithm.as_str()
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

named!(KeyManagement);
named!(ContentEncryption);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc7516_4_1_1_names_are_exact() {
        for management in KeyManagement::ALL {
            let name = management.as_str();
            assert_eq!(name.parse(), Ok(management));
            let json = format!("\"{name}\"");
            assert_eq!(serde_json::to_string(&management).unwrap(), json);
            assert_eq!(
                serde_json::from_str::<KeyManagement>(&json).unwrap(),
                management
            );
            for other in [name.to_lowercase(), format!("{name} "), format!("{name}\0")] {
                assert!(other.parse::<KeyManagement>().is_err());
            }
            assert!(name.parse::<ContentEncryption>().is_err());
        }
        for content in ContentEncryption::ALL {
            let name = content.as_str();
            assert_eq!(name.parse(), Ok(content));
            for other in [name.to_lowercase(), format!("{name} "), format!("{name}\0")] {
                assert!(other.parse::<ContentEncryption>().is_err());
            }
            assert!(name.parse::<KeyManagement>().is_err());
        }
    }

    #[test]
    fn rfc8725_3_2_what_is_known_to_break_has_no_name() {
        for name in [
            "RSA1_5",
            "RSA-OAEP",
            "RSA-OAEP-384",
            "RSA-OAEP-512",
            "dir",
            "A128KW",
            "A192KW",
            "A256KW",
            "A128GCMKW",
            "A192GCMKW",
            "A256GCMKW",
            "ECDH-ES+A128KW",
            "ECDH-ES+A192KW",
            "PBES2-HS256+A128KW",
            "PBES2-HS384+A192KW",
            "PBES2-HS512+A256KW",
            "none",
            "",
        ] {
            assert!(name.parse::<KeyManagement>().is_err(), "{name}");
        }
        for name in [
            "A128GCM",
            "A192GCM",
            "A192CBC-HS384",
            "A256CBC-HS512",
            "none",
            "",
        ] {
            assert!(name.parse::<ContentEncryption>().is_err(), "{name}");
        }
    }
}
