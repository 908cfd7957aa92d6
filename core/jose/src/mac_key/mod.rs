//! A shared secret, for `HS256` and for nothing else.

mod symmetric_jwk;

use aws_lc_rs::hmac;
use serde::Serialize;

use crate::{KeyId, SigningError, TokenType, signing_input};

/// The fewest bytes of a secret: those of the hash (RFC 7518 section 3.2).
pub const MIN_MAC_KEY_BYTES: usize = 32;

/// A secret that makes and checks the MACs of `HS256` (RFC 7518 section 3.2).
///
/// It is no [`crate::VerificationKey`] and is in no [`crate::KeySet`], and `HS256`
/// is no [`crate::Algorithm`] and on no [`crate::AllowList`]: a public key cannot
/// be taken for a secret (RFC 8725 section 2.1), because no call takes both. The
/// secret is wiped when the key is dropped; it can be neither printed,
/// serialised nor copied.
///
/// ```compile_fail
/// let secret: jose::MacKey = jose::KeySet::default().keys()[0].clone().into();
/// ```
/// ```compile_fail
/// let allow = jose::AllowList::only(jose::Algorithm::Hs256);
/// ```
/// ```compile_fail
/// # let key = jose::MacKey::new(&[7; 32]).unwrap();
/// println!("{key:?}");
/// ```
/// ```compile_fail
/// fn write<T: serde::Serialize>() {}
/// write::<jose::MacKey>();
/// ```
/// ```compile_fail
/// fn copy<T: Clone>() {}
/// copy::<jose::MacKey>();
/// ```
pub struct MacKey {
    /// In one place of the heap, where aws-lc wipes it.
    key: Box<hmac::Key>,
    key_id: Option<KeyId>,
    may_sign: bool,
}

/// Why a secret is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InvalidMacKey {
    /// Not a JSON object, or a member that is needed is absent or no plain string.
    Malformed,
    /// `kty` is not `oct`.
    Kind,
    /// `alg` is there and not `HS256`.
    Algorithm,
    /// `kid` is no key id.
    KeyId,
    /// `use` or `key_ops` is for something else than checking a MAC.
    Usage,
    /// `k` is not canonical base64url.
    Encoding,
    /// Fewer than [`MIN_MAC_KEY_BYTES`] bytes.
    TooShort,
}

impl std::fmt::Display for InvalidMacKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the secret is not a well-formed JWK without escapes",
            Self::Kind => "kty is not oct",
            Self::Algorithm => "alg is not HS256",
            Self::KeyId => "kid is not 1 to 128 printable ASCII characters",
            Self::Usage => "use or key_ops is not for checking a MAC",
            Self::Encoding => "k is not canonical base64url",
            Self::TooShort => "the secret has fewer than 32 bytes",
        })
    }
}

impl std::error::Error for InvalidMacKey {}

impl MacKey {
    /// The key of these bytes, which are to be random.
    ///
    /// # Errors
    ///
    /// [`InvalidMacKey::TooShort`] if there are fewer than [`MIN_MAC_KEY_BYTES`].
    pub fn new(secret: &[u8]) -> Result<Self, InvalidMacKey> {
        // RFC 7518 section 3.2: a key of the size of the hash, or larger.
        if secret.len() < MIN_MAC_KEY_BYTES {
            return Err(InvalidMacKey::TooShort);
        }
        Ok(Self {
            key: Box::new(hmac::Key::new(hmac::HMAC_SHA256, secret)),
            key_id: None,
            may_sign: true,
        })
    }

    /// The key of a JWK of the kind `oct` (RFC 7518 section 6.4). If it has
    /// `alg`, that is `HS256`; `use` and `key_ops` are kept to. Wiping `text` is
    /// for the caller.
    pub fn from_jwk(text: &[u8]) -> Result<Self, InvalidMacKey> {
        symmetric_jwk::parse(text)
    }

    /// Its id, if it has one.
    pub const fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }

    /// Makes `claims` a token of type `typ`, as [`crate::SigningKey::sign`] does.
    ///
    /// # Errors
    ///
    /// [`SigningError::Key`] if the key's `key_ops` leaves that to others,
    /// [`SigningError::Claims`] if the claims are no JSON object.
    pub fn sign(&self, typ: TokenType, claims: &impl Serialize) -> Result<String, SigningError> {
        if !self.may_sign {
            return Err(SigningError::Key);
        }
        let header = MacHeader {
            alg: "HS256",
            typ: typ.as_str(),
            kid: self.key_id(),
        };
        let text = signing_input::unsigned(&header, claims)?;
        let mac = self.mac(text.as_bytes());
        Ok(signing_input::signed(text, mac.as_ref()))
    }

    pub(crate) fn mac(&self, message: &[u8]) -> hmac::Tag {
        hmac::sign(&self.key, message)
    }

    /// Whether `mac` is this key's, all of it, of `message`; in constant time.
    pub(crate) fn verify_mac(&self, message: &[u8], mac: &[u8]) -> bool {
        hmac::verify(&self.key, message, mac).is_ok()
    }
}

#[derive(Serialize)]
struct MacHeader<'a> {
    alg: &'static str,
    typ: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a KeyId>,
}

/// The one `alg` that [`crate::verify_mac`] reads.
#[derive(Debug)]
pub(crate) struct Hs256;

impl std::str::FromStr for Hs256 {
    type Err = ();

    /// RFC 7515 section 4.1.1: names are compared exactly, case included.
    fn from_str(text: &str) -> Result<Self, ()> {
        if text == "HS256" { Ok(Self) } else { Err(()) }
    }
}
