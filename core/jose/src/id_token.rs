//! The claims of an ID token (OpenID Connect Core section 2).

use aws_lc_rs::digest;
use base::Timestamp;
use serde::Serialize;

use crate::time::as_numeric_date;
use crate::{Algorithm, ClaimText, base64url};

/// What a client learns of who logged in. It is for the client alone and opens
/// nothing: access tokens do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IdTokenClaims {
    /// `iss`: who says so.
    #[serde(rename = "iss")]
    pub issuer: ClaimText,
    /// `sub`: who logged in.
    #[serde(rename = "sub")]
    pub subject: ClaimText,
    /// `aud`: the client, and nobody else.
    #[serde(rename = "aud")]
    pub audience: ClaimText,
    /// `exp`.
    #[serde(rename = "exp", serialize_with = "as_numeric_date")]
    pub expires_at: Timestamp,
    /// `iat`.
    #[serde(rename = "iat", serialize_with = "as_numeric_date")]
    pub issued_at: Timestamp,
    /// `auth_time`: when the person last proved who they are.
    #[serde(rename = "auth_time", serialize_with = "as_numeric_date")]
    pub authenticated_at: Timestamp,
    /// `nonce`, as the request had it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// `amr`: how they proved it (RFC 8176).
    #[serde(rename = "amr", skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<&'static str>,
    /// `sid`: the session (OpenID Connect Front-Channel Logout section 3).
    #[serde(rename = "sid")]
    pub session: ClaimText,
    /// `at_hash`: see [`access_token_hash`].
    #[serde(rename = "at_hash", skip_serializing_if = "Option::is_none")]
    pub access_token_hash: Option<String>,
}

/// `at_hash` of an access token, for an ID token signed with `algorithm`: the
/// left half of its hash, as base64url (OpenID Connect Core section 3.1.3.6).
pub fn access_token_hash(access_token: &str, algorithm: Algorithm) -> String {
    let hash = match algorithm {
        Algorithm::Es256 | Algorithm::Ps256 | Algorithm::Rs256 => &digest::SHA256,
        Algorithm::Es384 | Algorithm::Ps384 | Algorithm::Rs384 => &digest::SHA384,
        Algorithm::Es512 | Algorithm::Ps512 | Algorithm::Rs512 => &digest::SHA512,
        // No hash is in the name of these: SHA-512 is inside of Ed25519, and
        // ML-DSA hashes as strongly.
        Algorithm::EdDsa
        | Algorithm::Ed25519
        | Algorithm::MlDsa44
        | Algorithm::MlDsa65
        | Algorithm::MlDsa87 => &digest::SHA512,
    };
    let hash = digest::digest(hash, access_token.as_bytes());
    let half = hash.as_ref().len() / 2;
    let mut text = String::new();
    base64url::append(hash.as_ref().get(..half).unwrap_or_default(), &mut text);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oidc_core_3_1_3_6_the_hash_is_the_left_half() {
        // OpenID Connect Core appendix A.3: the access token and the at_hash there.
        let hash = access_token_hash(
            "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
            Algorithm::Rs256,
        );
        assert_eq!(hash, "77QmUPtjPfzWtF2AnpK9RQ");
        let long = access_token_hash("x", Algorithm::EdDsa);
        assert_eq!(long.len(), 43);
    }
}
