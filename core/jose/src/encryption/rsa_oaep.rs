//! RSAES OAEP with SHA-256 (RFC 7518 section 4.3, RFC 8017 section 7.1).

use aws_lc_rs::rsa::{
    OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, OaepPublicEncryptingKey, PublicEncryptingKey,
    PublicKeyComponents,
};
use zeroize::Zeroizing;

use super::ContentKey;

/// The encrypted key; nothing if it was not encrypted for `private`, or is no
/// key of 256 bits.
pub(super) fn decrypt(private: &OaepPrivateDecryptingKey, encrypted: &[u8]) -> Option<ContentKey> {
    // RFC 8017 section 7.1.2: exactly as long as the modulus.
    if encrypted.len() != private.key_size_bytes() {
        return None;
    }
    let mut buffer = Zeroizing::new(vec![0; private.min_output_size()]);
    let padding = &OAEP_SHA256_MGF1SHA256;
    let plain = private
        .decrypt(padding, encrypted, &mut buffer, None)
        .ok()?;
    let mut content_key = Zeroizing::new([0; 32]);
    if plain.len() != content_key.len() {
        return None;
    }
    content_key.copy_from_slice(plain);
    Some(content_key)
}

/// `content_key`, encrypted for the key with this modulus and exponent.
pub(super) fn encrypt(n: &[u8], e: &[u8], content_key: &ContentKey) -> Option<Vec<u8>> {
    let public: PublicEncryptingKey = PublicKeyComponents { n, e }.try_into().ok()?;
    let public = OaepPublicEncryptingKey::new(public).ok()?;
    let mut encrypted = vec![0; public.ciphertext_size()];
    let padding = &OAEP_SHA256_MGF1SHA256;
    let length = public
        .encrypt(padding, content_key.as_slice(), &mut encrypted, None)
        .ok()?
        .len();
    encrypted.truncate(length);
    Some(encrypted)
}
