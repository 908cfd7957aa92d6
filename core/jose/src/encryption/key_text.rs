//! A private key as it lies in a file: a JWK, or PKCS #8 in PEM.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::InvalidEncryptionKey;

/// RFC 7468 section 10.
const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// Whether `text` is meant as PEM: a JWK never starts like this.
pub(super) fn is_pem(text: &str) -> bool {
    text.trim_start().starts_with("-----BEGIN ")
}

/// The PKCS #8 of a text that is one unencrypted private key and nothing else.
pub(super) fn pkcs8(text: &str) -> Result<Zeroizing<Vec<u8>>, InvalidEncryptionKey> {
    let body = text
        .trim()
        .strip_prefix(BEGIN)
        .and_then(|rest| rest.strip_suffix(END))
        .ok_or(InvalidEncryptionKey::Malformed)?;
    let mut plain = Zeroizing::new(String::with_capacity(body.len()));
    plain.extend(body.chars().filter(|c| !c.is_ascii_whitespace()));
    STANDARD
        .decode(plain.as_bytes())
        .map(Zeroizing::new)
        .map_err(|_| InvalidEncryptionKey::Malformed)
}
