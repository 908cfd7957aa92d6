//! The public half of a key that never leaves its place, from the forms in
//! which places give it, to the key that tokens are verified with. What kind of
//! key it is, is read from the key; what it is for, the caller says, and both
//! must agree.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jose::{Algorithm, Jwk, KeyId, VerificationKey};
use serde_json::{Value, json};

use crate::der::{self, tag};
use crate::{Curve, SignatureKind, SourceFault};

/// `1.2.840.10045.2.1`: id-ecPublicKey (RFC 5480 section 2.1.1).
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// `1.2.840.113549.1.1.1`: rsaEncryption (RFC 8017 appendix A.1).
const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// `1.3.101.112`: id-Ed25519 (RFC 8410 section 3).
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

/// From a PEM `PUBLIC KEY` (RFC 7468 section 13).
pub fn from_pem(
    pem: &str,
    algorithm: Algorithm,
    key_id: &KeyId,
) -> Result<VerificationKey, SourceFault> {
    let body = pem
        .trim()
        .strip_prefix("-----BEGIN PUBLIC KEY-----")
        .and_then(|rest| rest.strip_suffix("-----END PUBLIC KEY-----"));
    let text: Option<String> =
        body.map(|body| body.chars().filter(|c| !c.is_ascii_whitespace()).collect());
    let der = text.and_then(|text| STANDARD.decode(text).ok());
    let der = der.ok_or_else(|| malformed("its public key is no PEM PUBLIC KEY"))?;
    from_spki(&der, algorithm, key_id)
}

/// From a `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7).
pub fn from_spki(
    der: &[u8],
    algorithm: Algorithm,
    key_id: &KeyId,
) -> Result<VerificationKey, SourceFault> {
    let kind = SignatureKind::of(algorithm).ok_or_else(|| not_offered(algorithm))?;
    let (identifier, key) =
        parts(der).ok_or_else(|| malformed("its public key is no SubjectPublicKeyInfo"))?;
    match kind {
        SignatureKind::Ed25519 => {
            // RFC 8410 section 3: the parameters are absent.
            let expected = der::only(tag::OBJECT_IDENTIFIER, identifier) == Some(ED25519);
            if !expected {
                return Err(other_key(algorithm));
            }
            from_ed25519(key, algorithm, key_id)
        }
        SignatureKind::Ecdsa(curve) => {
            let found = der::element(tag::OBJECT_IDENTIFIER, identifier)
                .filter(|(identifier, _)| *identifier == EC_PUBLIC_KEY)
                .and_then(|(_, rest)| der::only(tag::OBJECT_IDENTIFIER, rest));
            if found != Some(curve.object_identifier()) {
                return Err(other_key(algorithm));
            }
            from_point(key, curve, algorithm, key_id)
        }
        SignatureKind::RsaPkcs1(_) | SignatureKind::RsaPss(_) => {
            let found = der::element(tag::OBJECT_IDENTIFIER, identifier);
            // RFC 8017 appendix A.1: the parameters are NULL.
            if found != Some((RSA_ENCRYPTION, &[0x05, 0x00][..])) {
                return Err(other_key(algorithm));
            }
            let numbers = der::only(tag::SEQUENCE, key).and_then(|numbers| {
                let (n, rest) = der::unsigned(numbers)?;
                let (e, []) = der::unsigned(rest)? else {
                    return None;
                };
                Some((n, e))
            });
            let (n, e) = numbers.ok_or_else(|| malformed("its public key is no RSAPublicKey"))?;
            from_rsa(n, e, algorithm, key_id)
        }
    }
}

/// The algorithm identifier and the key of a `SubjectPublicKeyInfo`.
fn parts(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let info = der::only(tag::SEQUENCE, der)?;
    let (identifier, rest) = der::element(tag::SEQUENCE, info)?;
    // No bit of the last byte is unused.
    let (0, key) = der::only(tag::BIT_STRING, rest)?
        .split_first()
        .map(|(unused, key)| (*unused, key))?
    else {
        return None;
    };
    Some((identifier, key))
}

/// From the 32 bytes of an Ed25519 key (RFC 8032 section 5.1.5).
pub fn from_ed25519(
    bytes: &[u8],
    algorithm: Algorithm,
    key_id: &KeyId,
) -> Result<VerificationKey, SourceFault> {
    if SignatureKind::of(algorithm) != Some(SignatureKind::Ed25519) {
        return Err(other_key(algorithm));
    }
    let members = json!({"kty": "OKP", "crv": "Ed25519", "x": text(bytes)});
    judged(members, algorithm, key_id)
}

/// From an uncompressed point (SEC 1 section 2.3.3).
pub fn from_point(
    point: &[u8],
    curve: Curve,
    algorithm: Algorithm,
    key_id: &KeyId,
) -> Result<VerificationKey, SourceFault> {
    if SignatureKind::of(algorithm) != Some(SignatureKind::Ecdsa(curve)) {
        return Err(other_key(algorithm));
    }
    let coordinates = point
        .strip_prefix(&[4])
        .filter(|coordinates| coordinates.len() == 2 * curve.octets())
        .and_then(|coordinates| coordinates.split_at_checked(curve.octets()));
    let (x, y) = coordinates.ok_or_else(|| malformed("its public key is no uncompressed point"))?;
    let members = json!({"kty": "EC", "crv": curve.name(), "x": text(x), "y": text(y)});
    judged(members, algorithm, key_id)
}

/// From modulus and exponent, big-endian.
pub fn from_rsa(
    n: &[u8],
    e: &[u8],
    algorithm: Algorithm,
    key_id: &KeyId,
) -> Result<VerificationKey, SourceFault> {
    let kind = SignatureKind::of(algorithm);
    if !matches!(
        kind,
        Some(SignatureKind::RsaPkcs1(_) | SignatureKind::RsaPss(_))
    ) {
        return Err(other_key(algorithm));
    }
    let members = json!({"kty": "RSA", "n": text(n), "e": text(e)});
    judged(members, algorithm, key_id)
}

/// The key of these members, for `algorithm`: `jose` judges it as it judges
/// every other key.
pub fn judged(
    mut members: Value,
    algorithm: Algorithm,
    key_id: &KeyId,
) -> Result<VerificationKey, SourceFault> {
    if let Value::Object(members) = &mut members {
        members.insert("alg".to_owned(), algorithm.as_str().into());
        members.insert("kid".to_owned(), key_id.as_str().into());
        members.insert("use".to_owned(), "sig".into());
    }
    // Through text, since a JWK is read strictly from text alone.
    let jwk: Jwk = serde_json::from_str(&members.to_string())
        .map_err(|_| malformed("its public key is no JWK for signatures"))?;
    VerificationKey::from_jwk(&jwk)
        .map_err(|why| malformed(&format!("its public key is refused for {algorithm}: {why}")))
}

/// No place signs with this algorithm.
pub fn not_offered(algorithm: Algorithm) -> SourceFault {
    malformed(&format!("no remote signer is offered for {algorithm}"))
}

/// The key is one for another algorithm.
pub fn other_key(algorithm: Algorithm) -> SourceFault {
    malformed(&format!("the key is not one that signs {algorithm}"))
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn malformed(what: &str) -> SourceFault {
    SourceFault::Malformed(what.to_owned())
}

#[cfg(test)]
mod tests;
