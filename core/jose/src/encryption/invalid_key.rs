//! Why an encryption key is not used.

/// Why an encryption key, or its private half, is not used. Nothing of the key
/// is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InvalidEncryptionKey {
    /// Neither a JWK (one JSON object, no member twice) nor PKCS #8 in PEM, or
    /// a member that is needed is absent or no string.
    Malformed,
    /// A public key was due and it has private or symmetric members.
    Private,
    /// A private key was due and its private members are not there.
    Public,
    /// `kty` and `crv` are not RSA, EC with P-256, or OKP with X25519.
    Kind,
    /// `alg` is absent, unknown, or not for this kind of key.
    Algorithm,
    /// `kid` is absent or no key id.
    KeyId,
    /// `use` or `key_ops` is for something else than encryption.
    Usage,
    /// A number or coordinate is not canonical base64url of the right length.
    Encoding,
    /// No point of the curve.
    Point,
    /// The RSA modulus or exponent is too small, too large or known to be weak.
    Rsa,
    /// The private half does not belong to the public one.
    Contradiction,
    /// The library failed.
    Library,
}

impl std::fmt::Display for InvalidEncryptionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the key is neither a well-formed JWK nor PKCS #8 in PEM",
            Self::Private => "the key has private members where a public key is due",
            Self::Public => "the key lacks its private members",
            Self::Kind => "the key is not RSA, EC with P-256, or OKP with X25519",
            Self::Algorithm => {
                "alg is not RSA-OAEP-256, ECDH-ES or ECDH-ES+A256KW, or not for this kind of key"
            }
            Self::KeyId => "kid is not 1 to 128 printable ASCII characters",
            Self::Usage => "use or key_ops is not for encryption",
            Self::Encoding => "a number is not canonical base64url of the right length",
            Self::Point => "the point is not on the curve",
            Self::Rsa => {
                "the RSA key is not of 2048 to 8192 bits with an exponent from 65537, or is weak"
            }
            Self::Contradiction => "the private half does not belong to the public one",
            Self::Library => "the cryptographic library failed",
        })
    }
}

impl std::error::Error for InvalidEncryptionKey {}
