//! Elliptic-curve keys: P-256, P-384 and P-521.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED,
    EcdsaVerificationAlgorithm, ParsedPublicKey,
};

use crate::jwk::Curve;
use crate::{Algorithm, InvalidKey, base64url};

/// The key with these coordinates.
pub(super) fn parse(
    curve: Curve,
    x: &str,
    y: &str,
    stated: Option<Algorithm>,
) -> Result<(Algorithm, ParsedPublicKey), InvalidKey> {
    match curve {
        Curve::P256 => {
            let point = point::<32>(x, y)?;
            key(Algorithm::Es256, stated, &ECDSA_P256_SHA256_FIXED, &point)
        }
        Curve::P384 => {
            let point = point::<48>(x, y)?;
            key(Algorithm::Es384, stated, &ECDSA_P384_SHA384_FIXED, &point)
        }
        Curve::P521 => {
            let point = point::<66>(x, y)?;
            key(Algorithm::Es512, stated, &ECDSA_P521_SHA512_FIXED, &point)
        }
    }
}

/// SEC 1 section 2.3.3: the uncompressed point.
fn point<const N: usize>(x: &str, y: &str) -> Result<Vec<u8>, InvalidKey> {
    // RFC 7518 section 6.2.1.2: a coordinate has the full size of the field.
    let x: [u8; N] = base64url::decode_array(x).map_err(|_| InvalidKey::Encoding)?;
    let y: [u8; N] = base64url::decode_array(y).map_err(|_| InvalidKey::Encoding)?;
    Ok([&[4], x.as_slice(), y.as_slice()].concat())
}

fn key(
    algorithm: Algorithm,
    stated: Option<Algorithm>,
    parameters: &'static EcdsaVerificationAlgorithm,
    point: &[u8],
) -> Result<(Algorithm, ParsedPublicKey), InvalidKey> {
    // RFC 7518 section 3.4: each ECDSA algorithm has its own curve.
    if stated.is_some_and(|stated| stated != algorithm) {
        return Err(InvalidKey::Algorithm);
    }
    // Parsing checks that the point is on the curve and not at infinity.
    let parsed = ParsedPublicKey::new(parameters, point).map_err(|_| InvalidKey::Point)?;
    Ok((algorithm, parsed))
}
