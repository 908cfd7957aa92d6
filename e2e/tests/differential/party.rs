//! The keys, the claims and the rules that every verifier gets.

use std::time::{SystemTime, UNIX_EPOCH};

use base::Timestamp;
use e2e::forge::Signer;
use jose::{
    AccessTokenClaims, Algorithm, AllowList, Audience, KeySet, SigningKey, TimeLimits, TokenError,
};
use serde_json::{Value, json};

pub const ISSUER: &str = "https://as.test";
pub const AUDIENCE: &str = "https://api.test/reports";

/// The claims that every verifier is told to require.
pub const REQUIRED: [&str; 6] = ["iss", "sub", "aud", "exp", "iat", "jti"];

/// An issuer of several algorithms, with a key for each, and our verifier.
pub struct Party {
    pub signers: Vec<(&'static str, Signer)>,
    pub jwks: Value,
    keys: KeySet,
    allow: AllowList,
    pub now: i64,
}

impl Party {
    pub fn new() -> Self {
        let signers = vec![
            ("ES256", Signer::p256()),
            ("ES384", Signer::p384()),
            ("EdDSA", Signer::ed25519()),
            ("RS256", Signer::rsa()),
            ("PS256", Signer::pss()),
        ];
        let published = signers.iter().map(|(algorithm, signer)| {
            let mut key = signer.jwk();
            key["alg"] = json!(algorithm);
            key["kid"] = json!(format!("key-{algorithm}"));
            key["use"] = json!("sig");
            key
        });
        let jwks = json!({"keys": published.collect::<Vec<_>>()});
        let keys = KeySet::parse(jwks.to_string().as_bytes()).unwrap();
        assert_eq!(keys.skipped(), []);
        let names = signers.iter().map(|(name, _)| name.parse().unwrap());
        let allow = AllowList::new(&names.collect::<Vec<Algorithm>>()).unwrap();
        Self {
            signers,
            jwks,
            keys,
            allow,
            now: now(),
        }
    }

    pub fn header(&self, algorithm: &str) -> Value {
        json!({"alg": algorithm, "typ": "at+jwt", "kid": format!("key-{algorithm}")})
    }

    pub fn claims(&self) -> Value {
        json!({
            "iss": ISSUER, "sub": "client-1", "aud": AUDIENCE,
            "exp": self.now + 600, "nbf": self.now - 60, "iat": self.now - 60, "jti": "t-1",
            "client_id": "client-1", "scope": "read:reports", "org": "acme", "sv": 0,
        })
    }

    /// Claims as the issuer writes them.
    pub fn typed_claims(&self) -> AccessTokenClaims {
        let at = |offset| Timestamp::from_unix_seconds(self.now + offset).unwrap();
        AccessTokenClaims {
            issuer: ISSUER.parse().unwrap(),
            subject: "client-1".parse().unwrap(),
            audience: Audience::only(AUDIENCE.parse().unwrap()),
            expires_at: at(600),
            not_before: at(-60),
            issued_at: at(-60),
            token_id: "t-1".parse().unwrap(),
            client_id: "client-1".parse().unwrap(),
            scope: Some("read:reports".parse().unwrap()),
            organisation: "acme".parse().unwrap(),
            subject_version: 0,
            family: None,
            confirmation: None,
        }
    }

    /// Takes this key for the only one.
    pub fn publish(&mut self, key: &SigningKey) {
        self.keys = KeySet::new(vec![key.verification_key().clone()]);
        self.jwks = serde_json::to_value(&self.keys).unwrap();
        self.allow = AllowList::only(key.algorithm());
    }

    /// What the other verifiers are told.
    pub fn rules(&self) -> Value {
        let algorithms: Vec<&str> = self.allow.algorithms().map(Algorithm::as_str).collect();
        json!({
            "keys": self.jwks, "algorithms": algorithms, "issuer": ISSUER,
            "audience": AUDIENCE, "required": REQUIRED, "leeway": 5, "now": self.now,
        })
    }

    /// Our verdict, as the gate comes to it.
    pub fn judge(&self, token: &str) -> Result<AccessTokenClaims, TokenError> {
        let claims = jose::verify::<AccessTokenClaims>(token, &self.keys, &self.allow)?;
        claims.check_issuer(ISSUER)?;
        claims.check_audience(AUDIENCE)?;
        let now = Timestamp::from_unix_seconds(self.now).unwrap();
        claims.check_time(&TimeLimits::default(), now)?;
        Ok(claims.into_claims())
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "two of the verifiers read the wall clock, so all of them do"
)]
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}
