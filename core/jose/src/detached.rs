//! A signature that travels beside what it signs, outside any token: ECDSA on
//! P-256 with SHA-256, in DER (RFC 3279 section 2.2.3), under a key that comes
//! as PEM (RFC 7468 section 13). Partners who report leaked secrets sign so.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ParsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::InvalidKey;

/// What stands before the point in every `SubjectPublicKeyInfo` of P-256 whose
/// point is not compressed (RFC 5480 section 2): the curve is named, so that no
/// other one has these bytes.
const P256_BEFORE_POINT: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// SEC 1 section 2.3.3: an uncompressed point of P-256.
const POINT_LENGTH: usize = 65;

/// The longest signature: two integers of 33 bytes, each with its head, and the
/// head of the sequence.
const LONGEST_SIGNATURE: usize = 72;

/// A public key for [`DetachedKey::verify`]: P-256 and nothing else.
#[derive(Clone)]
pub struct DetachedKey(ParsedPublicKey);

impl DetachedKey {
    /// Reads one `PUBLIC KEY` block of PEM, and nothing beside it.
    pub fn from_pem(pem: &str) -> Result<Self, InvalidKey> {
        let text = pem
            .trim()
            .strip_prefix("-----BEGIN PUBLIC KEY-----")
            .and_then(|rest| rest.strip_suffix("-----END PUBLIC KEY-----"))
            .ok_or(InvalidKey::Malformed)?;
        let text: String = text
            .chars()
            .filter(|c| !matches!(c, '\n' | '\r' | ' ' | '\t'))
            .collect();
        let der = STANDARD.decode(text).map_err(|_| InvalidKey::Encoding)?;
        let point = der
            .strip_prefix(&P256_BEFORE_POINT)
            .ok_or(InvalidKey::UnknownCurve)?;
        if point.len() != POINT_LENGTH {
            return Err(InvalidKey::Encoding);
        }
        // Parsing checks that the point is on the curve and not at infinity.
        ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point)
            .map(Self)
            .map_err(|_| InvalidKey::Point)
    }

    /// Whether `signature`, base64 of DER, is this key's signature of exactly
    /// these bytes.
    pub fn verify(&self, message: &[u8], signature: &str) -> bool {
        // Padding and unused bits are held to RFC 4648: one value, one spelling.
        let Ok(signature) = STANDARD.decode(signature) else {
            return false;
        };
        signature.len() <= LONGEST_SIGNATURE && self.0.verify_sig(message, &signature).is_ok()
    }
}

impl std::fmt::Debug for DetachedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DetachedKey(P-256)")
    }
}

#[cfg(test)]
mod tests;
