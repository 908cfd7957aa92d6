//! RSA keys.

use aws_lc_rs::signature::{
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384,
    RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
};

use crate::{Algorithm, InvalidKey, base64url};

/// The key with this modulus and exponent.
pub(super) fn parse(
    n: &str,
    e: &str,
    stated: Option<Algorithm>,
) -> Result<(Algorithm, ParsedPublicKey), InvalidKey> {
    // An RSA key fits several algorithms, so it must say which (RFC 8725 section 3.1).
    let algorithm = stated.ok_or(InvalidKey::Algorithm)?;
    let parameters = parameters(algorithm).ok_or(InvalidKey::Algorithm)?;
    let (n, e) = components(n, e)?;
    let parsed = RsaPublicKeyComponents { n, e }
        .to_parsed_public_key(parameters)
        .map_err(|_| InvalidKey::Modulus)?;
    Ok((algorithm, parsed))
}

/// RFC 7518 section 3.3 and RFC 7518 section 3.5.
fn parameters(algorithm: Algorithm) -> Option<&'static RsaParameters> {
    Some(match algorithm {
        Algorithm::Ps256 => &RSA_PSS_2048_8192_SHA256,
        Algorithm::Ps384 => &RSA_PSS_2048_8192_SHA384,
        Algorithm::Ps512 => &RSA_PSS_2048_8192_SHA512,
        Algorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
        Algorithm::Rs384 => &RSA_PKCS1_2048_8192_SHA384,
        Algorithm::Rs512 => &RSA_PKCS1_2048_8192_SHA512,
        _ => return None,
    })
}

/// Modulus and exponent of a key that is strong enough, whatever it is for.
pub(crate) fn components(n: &str, e: &str) -> Result<(Vec<u8>, Vec<u8>), InvalidKey> {
    let n = unsigned(n)?;
    let e = unsigned(e)?;
    check_modulus(&n)?;
    check_exponent(&e)?;
    Ok((n, e))
}

/// RFC 7518 section 2, Base64urlUInt: big-endian, no leading zero octets.
fn unsigned(text: &str) -> Result<Vec<u8>, InvalidKey> {
    let bytes = base64url::decode(text).map_err(|_| InvalidKey::Encoding)?;
    match bytes.first() {
        None | Some(0) => Err(InvalidKey::Encoding),
        Some(_) => Ok(bytes),
    }
}

fn check_modulus(n: &[u8]) -> Result<(), InvalidKey> {
    let leading = n.first().map_or(0, |byte| byte.leading_zeros() as usize);
    let bits = n.len().saturating_mul(8).saturating_sub(leading);
    let odd = n.last().is_some_and(|byte| byte & 1 == 1);
    // RFC 7518 section 3.3: 2048 bits or more.
    if !(2048..=8192).contains(&bits) || !odd || has_small_factor(n) || is_roca(n) {
        return Err(InvalidKey::Modulus);
    }
    Ok(())
}

fn check_exponent(e: &[u8]) -> Result<(), InvalidKey> {
    if e.len() > 5 {
        return Err(InvalidKey::Exponent);
    }
    let value = e
        .iter()
        .fold(0_u64, |value, &byte| value << 8 | u64::from(byte));
    let good = value % 2 == 1 && (65_537..=1 << 32).contains(&value);
    if good {
        Ok(())
    } else {
        Err(InvalidKey::Exponent)
    }
}

fn remainder(n: &[u8], divisor: u32) -> u32 {
    n.iter()
        .fold(0, |rest, &byte| (rest << 8 | u32::from(byte)) % divisor)
}

fn odd_primes(below: u32) -> impl Iterator<Item = u32> {
    (3..below).step_by(2).filter(|&n| {
        (3..n)
            .step_by(2)
            .take_while(|d| d * d <= n)
            .all(|d| n % d != 0)
    })
}

fn has_small_factor(n: &[u8]) -> bool {
    odd_primes(1000).any(|prime| remainder(n, prime) == 0)
}

/// CVE-2017-15361: such moduli are powers of 65537 modulo every small prime,
/// which another modulus is with a chance of about one in 10^8.
fn is_roca(n: &[u8]) -> bool {
    odd_primes(168).all(|prime| {
        let rest = remainder(n, prime);
        let mut power = 1;
        (0..prime).any(|_| {
            power = power * (65_537 % prime) % prime;
            power == rest
        })
    })
}
