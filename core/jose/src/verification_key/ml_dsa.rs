//! ML-DSA keys (RFC 9964).

use aws_lc_rs::signature::{
    ML_DSA_44, ML_DSA_65, ML_DSA_87, ParsedPublicKey, PqdsaVerificationAlgorithm,
};

use crate::{Algorithm, InvalidKey, base64url};

/// The key with these bytes (FIPS 204 section 5.3).
pub(super) fn parse(
    public: &str,
    stated: Option<Algorithm>,
) -> Result<(Algorithm, ParsedPublicKey), InvalidKey> {
    // RFC 9964 section 3: `alg` is required, and says what the bytes are. So
    // nobody verifies with ML-DSA who has not named it.
    let algorithm = stated.ok_or(InvalidKey::Algorithm)?;
    let (parameters, size) = parameters(algorithm).ok_or(InvalidKey::Algorithm)?;
    let bytes = base64url::decode(public).map_err(|_| InvalidKey::Encoding)?;
    // RFC 9964 section 7.3: what the algorithm says of its keys is checked. Every
    // string of that length is a key (FIPS 204 section 7.2, pkDecode).
    if bytes.len() != size {
        return Err(InvalidKey::Encoding);
    }
    let parsed = ParsedPublicKey::new(parameters, &bytes).map_err(|_| InvalidKey::Encoding)?;
    Ok((algorithm, parsed))
}

/// With the size of the key in bytes: RFC 9964 section 5, table 1.
fn parameters(algorithm: Algorithm) -> Option<(&'static PqdsaVerificationAlgorithm, usize)> {
    Some(match algorithm {
        Algorithm::MlDsa44 => (&ML_DSA_44, 1312),
        Algorithm::MlDsa65 => (&ML_DSA_65, 1952),
        Algorithm::MlDsa87 => (&ML_DSA_87, 2592),
        _ => return None,
    })
}
