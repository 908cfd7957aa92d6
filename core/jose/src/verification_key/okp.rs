//! Ed25519 keys.

use aws_lc_rs::signature::{ED25519, ParsedPublicKey};

use crate::{Algorithm, InvalidKey, base64url};

/// The y coordinates, little-endian, of the eight points of small order: of
/// order 4, 1, 2, and of order 8 (two). Each stands for both signs of x.
const SMALL_ORDER: [[u8; 32]; 5] = [
    [0; 32],
    [
        1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0,
    ],
    [
        0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0x7f,
    ],
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
];

/// The key with this encoded point.
pub(super) fn parse(
    x: &str,
    stated: Option<Algorithm>,
) -> Result<(Algorithm, ParsedPublicKey), InvalidKey> {
    // RFC 8037 section 3.1; RFC 9864 section 2.2 for the second name.
    let algorithm = match stated {
        None | Some(Algorithm::EdDsa) => Algorithm::EdDsa,
        Some(Algorithm::Ed25519) => Algorithm::Ed25519,
        Some(_) => return Err(InvalidKey::Algorithm),
    };
    let encoded: [u8; 32] = base64url::decode_array(x).map_err(|_| InvalidKey::Encoding)?;
    if !is_canonical(&encoded) || has_small_order(&encoded) {
        return Err(InvalidKey::Point);
    }
    let parsed = ParsedPublicKey::new(&ED25519, encoded).map_err(|_| InvalidKey::Point)?;
    Ok((algorithm, parsed))
}

/// What aws-lc does not refuse by itself: a signature whose R is a point of
/// small order. (It refuses S not below the group order, RFC 8032 section
/// 5.1.7, and compares R in its canonical encoding.)
pub(super) fn is_strict_signature(signature: &[u8]) -> bool {
    signature.len() == 64
        && signature
            .first_chunk()
            .is_some_and(|r: &[u8; 32]| !has_small_order(r))
}

/// RFC 8032 section 5.1.3: y is below p = 2^255 - 19.
fn is_canonical(encoded: &[u8; 32]) -> bool {
    let [first, middle @ .., last] = encoded;
    !(*first >= 0xed && middle.iter().all(|byte| *byte == 0xff) && last & 0x7f == 0x7f)
}

fn has_small_order(encoded: &[u8; 32]) -> bool {
    let mut y = *encoded;
    if let Some(last) = y.last_mut() {
        *last &= 0x7f;
    }
    SMALL_ORDER.contains(&y)
}
