//! Rule 6: PKCE with S256, for every client (RFC 7636, OAuth 2.1 section 4.1.1,
//! RFC 9700 section 2.1.1). There is no `plain`, and no switch for it.

use aws_lc_rs::digest::{SHA256, digest};
use base::Digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{AuthorizationRequest, AuthorizeRefusal};

/// A challenge: base64url of a SHA-256 (RFC 7636 section 4.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CodeChallenge(String);

/// A verifier: 43 to 128 unreserved characters (RFC 7636 section 4.1).
pub struct CodeVerifier(Zeroizing<String>);

/// The text is no verifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidCodeVerifier;

impl std::fmt::Debug for CodeVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodeVerifier(redacted)")
    }
}

impl CodeVerifier {
    /// Reads a verifier (RFC 7636 section 4.1).
    pub fn parse(text: &str) -> Result<Self, InvalidCodeVerifier> {
        let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        if !(43..=128).contains(&text.len()) || !text.bytes().all(unreserved) {
            return Err(InvalidCodeVerifier);
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }
}

impl CodeChallenge {
    /// Reads a challenge: 43 characters of canonical base64url.
    fn parse(text: &str) -> Option<Self> {
        let challenge = Self(text.to_owned());
        challenge.digest().is_some().then_some(challenge)
    }

    fn digest(&self) -> Option<Digest> {
        let decoded = URL_SAFE_NO_PAD.decode(&self.0).ok()?;
        <[u8; 32]>::try_from(decoded).ok().map(Digest::new)
    }

    /// Whether the verifier is the one that it was made of (RFC 7636 section 4.6).
    pub fn is_of(&self, verifier: &CodeVerifier) -> bool {
        let hash = digest(&SHA256, verifier.0.as_bytes());
        let computed = <[u8; 32]>::try_from(hash.as_ref()).map(Digest::new);
        match (computed, self.digest()) {
            (Ok(computed), Some(own)) => computed.matches(&own),
            (Ok(_) | Err(_), _) => false,
        }
    }
}

pub(super) fn check(request: &AuthorizationRequest) -> Result<CodeChallenge, AuthorizeRefusal> {
    let refused = |description| AuthorizeRefusal::invalid_request("code_challenge", description);
    // RFC 7636 section 4.4.1: without the parameter it is invalid_request.
    let Some(text) = request.code_challenge.as_deref() else {
        return Err(refused(
            "code_challenge is missing: every client uses PKCE with S256",
        ));
    };
    // RFC 7636 section 4.3: absent it would mean plain, which is not offered.
    if request.code_challenge_method.as_deref() != Some("S256") {
        return Err(refused("code_challenge_method must be S256"));
    }
    CodeChallenge::parse(text).ok_or_else(|| {
        refused("code_challenge is not base64url of a SHA-256: 43 characters without padding")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn rfc7636_appendix_b_the_example_holds() {
        let challenge = CodeChallenge::parse(CHALLENGE).unwrap();
        assert!(challenge.is_of(&CodeVerifier::parse(VERIFIER).unwrap()));
        let itself = CodeVerifier::parse(CHALLENGE).unwrap();
        assert!(!challenge.is_of(&itself));
    }

    #[test]
    fn rfc7636_4_1_a_verifier_has_43_to_128_unreserved_characters() {
        for length in [43, 128] {
            assert!(CodeVerifier::parse(&"a".repeat(length)).is_ok());
        }
        for wrong in [
            "",
            &"a".repeat(42),
            &"a".repeat(129),
            &"é".repeat(30),
            &format!("{}+", "a".repeat(50)),
        ] {
            assert!(CodeVerifier::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn rfc7636_4_2_a_challenge_is_43_canonical_characters() {
        for wrong in [
            CHALLENGE.get(..42).unwrap(),
            &format!("{CHALLENGE}A"),
            &"a".repeat(129),
            &CHALLENGE.replace('-', "+"),
            &format!("{CHALLENGE}="),
            // The last character has two bits that stand for nothing.
            &format!("{}N", CHALLENGE.get(..42).unwrap()),
        ] {
            assert!(CodeChallenge::parse(wrong).is_none(), "{wrong}");
        }
    }
}
