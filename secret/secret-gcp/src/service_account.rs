//! A service account's key file, and what it signs to log in.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base::{Secret, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use secret_source::{Members, SourceFault};
use serde_json::json;
use zeroize::Zeroizing;

/// What the token may do; what the account may do narrows it.
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";

/// How long the assertion is good for, in seconds: it is used at once.
const LIFETIME: i64 = 300;

/// A service account with its private key.
pub(crate) struct ServiceAccount {
    email: String,
    key: RsaKeyPair,
}

impl ServiceAccount {
    /// The account of a key file.
    pub(crate) fn parse(json: &[u8]) -> Result<Self, SourceFault> {
        let members = Members::parse(json)?;
        let email = members.text("client_email")?;
        let email = std::str::from_utf8(&email)
            .map_err(|_| malformed())?
            .to_owned();
        let key = key(&members.text("private_key")?).ok_or_else(malformed)?;
        Ok(Self { email, key })
    }

    /// What it signs to log in at `audience` (RFC 7523 section 3).
    pub(crate) fn assertion(&self, audience: &str, now: Timestamp) -> Result<Secret, SourceFault> {
        let now = now.unix_seconds();
        let header = json!({"alg": "RS256", "typ": "JWT"});
        let claims = json!({
            "iss": self.email,
            "scope": SCOPE,
            "aud": audience,
            "iat": now,
            "exp": now + LIFETIME,
        });
        let [header, claims] =
            [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let input = format!("{header}.{claims}");
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                input.as_bytes(),
                &mut signature,
            )
            .map_err(|_| malformed())?;
        let signature = URL_SAFE_NO_PAD.encode(signature);
        Ok(Secret::new(format!("{input}.{signature}")))
    }
}

/// The key of a PEM `PRIVATE KEY` (RFC 7468 section 10).
fn key(pem: &[u8]) -> Option<RsaKeyPair> {
    let body = std::str::from_utf8(pem)
        .ok()?
        .trim()
        .strip_prefix("-----BEGIN PRIVATE KEY-----")?
        .strip_suffix("-----END PRIVATE KEY-----")?;
    let mut text = Zeroizing::new(Vec::with_capacity(body.len()));
    text.extend(body.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    let der = Zeroizing::new(STANDARD.decode(&*text).ok()?);
    RsaKeyPair::from_pkcs8(&der).ok()
}

fn malformed() -> SourceFault {
    SourceFault::Malformed("it is no key file of a Google service account".to_owned())
}
