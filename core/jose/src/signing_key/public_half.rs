//! The public half of a pair, from the form in which aws-lc gives it.

use crate::base64url;
use crate::jwk::{Curve, Material};

/// From the uncompressed point (SEC 1 section 2.3.3).
pub(super) fn ec(crv: Curve, point: &[u8]) -> Option<Material> {
    let (4, coordinates) = point.split_first().map(|(form, rest)| (*form, rest))? else {
        return None;
    };
    let (x, y) = coordinates.split_at_checked(coordinates.len() / 2)?;
    Some(Material::Ec {
        crv,
        x: base64url::encode(x),
        y: base64url::encode(y),
    })
}

/// From an `RSAPublicKey` (RFC 8017 appendix A.1.1): a sequence of modulus and
/// exponent, in DER.
pub(super) fn rsa(der: &[u8]) -> Option<Material> {
    let (sequence, b"") = element(0x30, der)? else {
        return None;
    };
    let (n, rest) = element(0x02, sequence)?;
    let (e, b"") = element(0x02, rest)? else {
        return None;
    };
    let unsigned =
        |integer: &[u8]| base64url::encode(integer.strip_prefix(&[0]).unwrap_or(integer));
    Some(Material::Rsa {
        n: unsigned(n),
        e: unsigned(e),
    })
}

/// The content of the DER element with this tag, and what follows it.
fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x82 => {
            let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (
                length
                    .iter()
                    .fold(0, |sum, &byte| sum << 8 | usize::from(byte)),
                rest,
            )
        }
        _ => return None,
    };
    if found == tag {
        rest.split_at_checked(length)
    } else {
        None
    }
}
