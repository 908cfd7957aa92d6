//! The steps of encrypting, in their order (RFC 7516 section 5.1).

use aws_lc_rs::agreement::PrivateKey;
use base::Entropy;
use serde::Serialize;
use zeroize::Zeroizing;

use super::encryption_key::Public;
use super::key_agreement::{self, Binding, Purpose};
use super::point::Point;
use super::{ContentEncryption, ContentKey, EncryptionKey, KeyManagement, key_wrap, rsa_oaep};
use crate::{KeyId, base64url};

/// What is to be encrypted.
#[derive(Clone, Copy)]
pub enum Plaintext<'a> {
    /// A signed token: the header says `cty: JWT` (RFC 7519 section 5.2).
    Token(&'a str),
    /// Anything else.
    Bytes(&'a [u8]),
}

/// Nothing was encrypted: the library failed, or the key agrees on nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EncryptionError;

impl std::fmt::Display for EncryptionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("nothing could be encrypted for this key")
    }
}

impl std::error::Error for EncryptionError {}

/// Encrypts `plaintext` for `key`: a compact JWE (RFC 7516 section 7.1) whose
/// header is `alg`, `enc`, `kid`, `cty` for a token, and `epk` for an agreement.
///
/// The content-encryption key and the vector come from `entropy`. An ephemeral
/// key and the seed of RSAES OAEP are drawn inside aws-lc, which takes them
/// from nowhere else.
///
/// # Errors
///
/// [`EncryptionError`].
pub fn encrypt(
    plaintext: Plaintext<'_>,
    key: &EncryptionKey,
    content: ContentEncryption,
    entropy: &mut dyn Entropy,
) -> Result<String, EncryptionError> {
    let established = Established::new(key, content, entropy).ok_or(EncryptionError)?;
    let (bytes, cty) = match plaintext {
        Plaintext::Token(token) => (token.as_bytes(), Some("JWT")),
        Plaintext::Bytes(bytes) => (bytes, None),
    };
    let header = ProtectedHeader {
        alg: key.management(),
        enc: content,
        kid: key.key_id(),
        cty,
        epk: established.ephemeral.as_ref(),
    };
    let header = serde_json::to_vec(&header).map_err(|_| EncryptionError)?;
    let mut token = base64url::encode(&header);
    let mut iv = vec![0; content.iv_bytes()];
    entropy.fill(&mut iv);
    let sealed = content
        .seal(&established.content_key, iv, token.as_bytes(), bytes)
        .ok_or(EncryptionError)?;
    for segment in [
        &established.encrypted_key,
        &sealed.iv,
        &sealed.ciphertext,
        &sealed.tag,
    ] {
        token.push('.');
        base64url::append(segment, &mut token);
    }
    Ok(token)
}

#[derive(Serialize)]
struct ProtectedHeader<'a> {
    alg: KeyManagement,
    enc: ContentEncryption,
    kid: &'a KeyId,
    #[serde(skip_serializing_if = "Option::is_none")]
    cty: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    epk: Option<&'a EphemeralJwk>,
}

/// RFC 7518 section 4.6.1.1: the minimum of a public key.
#[derive(Serialize)]
struct EphemeralJwk {
    kty: &'static str,
    crv: &'static str,
    x: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
}

/// A content-encryption key, and how it is told to the recipient.
struct Established {
    content_key: ContentKey,
    encrypted_key: Vec<u8>,
    ephemeral: Option<EphemeralJwk>,
}

impl Established {
    fn new(
        key: &EncryptionKey,
        content: ContentEncryption,
        entropy: &mut dyn Entropy,
    ) -> Option<Self> {
        match key.public() {
            Public::Rsa { n, e } => {
                let content_key = Zeroizing::new(entropy.bytes());
                Some(Self {
                    encrypted_key: rsa_oaep::encrypt(n, e, &content_key)?,
                    content_key,
                    ephemeral: None,
                })
            }
            Public::Point(point) => Self::agreed(key.management(), point, content, entropy),
        }
    }

    fn agreed(
        management: KeyManagement,
        point: &Point,
        content: ContentEncryption,
        entropy: &mut dyn Entropy,
    ) -> Option<Self> {
        let curve = point.curve();
        // RFC 7518 section 4.6: a new one for each token.
        let private = PrivateKey::generate(curve.algorithm()).ok()?;
        let (x, y) = Point::of(&private, curve).ok()?.coordinates();
        let ephemeral = Some(EphemeralJwk {
            kty: curve.kind(),
            crv: curve.as_str(),
            x,
            y,
        });
        let wraps = management == KeyManagement::EcdhEsA256Kw;
        let binding = Binding {
            purpose: if wraps {
                Purpose::KeyWrap(management)
            } else {
                Purpose::Content(content)
            },
            party_u: &[],
            party_v: &[],
        };
        let agreed = key_agreement::derive(&private, point, &binding)?;
        if !wraps {
            return Some(Self {
                content_key: agreed,
                encrypted_key: Vec::new(),
                ephemeral,
            });
        }
        let content_key = Zeroizing::new(entropy.bytes());
        Some(Self {
            encrypted_key: key_wrap::wrap(&agreed, &content_key)?,
            content_key,
            ephemeral,
        })
    }
}
