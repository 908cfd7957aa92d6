//! The steps of decrypting, in their order (RFC 7516 section 5.2).

use zeroize::Zeroizing;

use super::content::Sealed;
use super::header::Header;
use super::segments::Segments;
use super::{DecryptionError, DecryptionKey, DecryptionKeys, EncryptionAllowList};
use crate::base64url;

/// What was encrypted. That it could be decrypted says that nobody changed it
/// on the way, and nothing about who wrote it: everybody has the public key.
pub struct Decrypted {
    content: Zeroizing<Vec<u8>>,
}

impl Decrypted {
    /// The content.
    pub fn content(&self) -> &[u8] {
        &self.content
    }
}

/// A signed token that came inside an encrypted one. It is to be verified like
/// one that came as it is.
pub struct NestedToken(Zeroizing<String>);

impl NestedToken {
    /// The compact JWS.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Decrypted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Decrypted(redacted)")
    }
}

impl std::fmt::Debug for NestedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NestedToken(redacted)")
    }
}

/// Decrypts `token` with the one of `keys` that it is for, if its algorithms
/// are on the list `allow`.
///
/// # Errors
///
/// [`DecryptionError`]. Whatever fails once a private key is used is
/// [`DecryptionError::Failed`].
pub fn decrypt(
    token: &str,
    keys: &DecryptionKeys,
    allow: EncryptionAllowList,
) -> Result<Decrypted, DecryptionError> {
    let segments = Segments::split(token)?;
    let header = decode(segments.header)?;
    let header = Header::parse(&header)?;
    open(&segments, &header, keys, allow)
}

/// Decrypts `token`, which must hold exactly one signed token: nested once, no
/// deeper, and never claims without a signature (RFC 7519 section 5.2, RFC 7519
/// section 11.2).
///
/// # Errors
///
/// As [`decrypt`], and [`DecryptionError::Content`].
pub fn decrypt_nested(
    token: &str,
    keys: &DecryptionKeys,
    allow: EncryptionAllowList,
) -> Result<NestedToken, DecryptionError> {
    let segments = Segments::split(token)?;
    let header = decode(segments.header)?;
    let header = Header::parse(&header)?;
    // Before a private key is used: the header says what it must hold.
    if !header.is_nested() {
        return Err(DecryptionError::Content);
    }
    let Decrypted { content } = open(&segments, &header, keys, allow)?;
    // RFC 7515 section 7.1: three segments. Their form is judged by `verify`,
    // which every nested token goes through.
    let dots = content.iter().filter(|&&byte| byte == b'.').count();
    let text = std::str::from_utf8(&content).map_err(|_| DecryptionError::Content)?;
    if dots != 2 {
        return Err(DecryptionError::Content);
    }
    Ok(NestedToken(Zeroizing::new(text.to_owned())))
}

fn open(
    segments: &Segments<'_>,
    header: &Header<'_>,
    keys: &DecryptionKeys,
    allow: EncryptionAllowList,
) -> Result<Decrypted, DecryptionError> {
    // RFC 8725 section 3.1: before any cryptography.
    if !allow.allows(header.management, header.content) {
        return Err(DecryptionError::Algorithm);
    }
    let key = find(header, keys)?;
    let encrypted_key = decode(segments.encrypted_key)?;
    let sealed = Sealed {
        iv: decode(segments.iv)?,
        ciphertext: decode(segments.ciphertext)?,
        tag: decode(segments.tag)?,
    };
    let (content_key, genuine) = match key.content_key(header, &encrypted_key) {
        Some(content_key) => (content_key, true),
        // RFC 7516 section 11.5: go on with another key, so that neither the
        // answer nor the time tells which step failed. That key needs not be
        // secret, since nothing that it opens is ever given out.
        None => (Zeroizing::new([0; 32]), false),
    };
    // RFC 7516 section 5.2: the header as it was sent is authenticated too.
    let opened = header
        .content
        .open(&content_key, segments.header.as_bytes(), sealed);
    match opened {
        Some(content) if genuine => Ok(Decrypted { content }),
        _ => Err(DecryptionError::Failed),
    }
}

fn find<'a>(
    header: &Header<'_>,
    keys: &'a DecryptionKeys,
) -> Result<&'a DecryptionKey, DecryptionError> {
    let key = match &header.key_id {
        Some(key_id) => keys.by_id(key_id),
        None => keys.only_for(header.management),
    };
    let key = key.ok_or(DecryptionError::KeyUnknown)?;
    // RFC 8725 section 3.1: one key, one algorithm.
    if key.encryption_key().management() != header.management {
        return Err(DecryptionError::Algorithm);
    }
    Ok(key)
}

fn decode(segment: &str) -> Result<Vec<u8>, DecryptionError> {
    base64url::decode(segment).map_err(|_| DecryptionError::Malformed)
}
