//! Who is measured: the product, the same cryptography without anything around
//! it, and the crate that most programs use.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair,
    Ed25519KeyPair, KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256,
    RsaKeyPair,
};
use base::{Lifetime, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jose::{
    AccessTokenClaims, Algorithm, AllowList, Audience, KeySet, SigningKey, TimeLimits, TokenType,
    Verified, verify,
};
use serde::Deserialize;
use serde_json::Value;

const ISSUER: &str = "https://auth.example.com/production";
const AUDIENCE: &str = "https://api.example.com/payments";

/// The algorithms with a budget.
pub(crate) const ALGORITHMS: [Algorithm; 3] =
    [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256];

fn claims(now: Timestamp) -> AccessTokenClaims {
    AccessTokenClaims {
        issuer: ISSUER.parse().unwrap(),
        subject: "usr_01jd4zk3v0f5q8m7n2p9r6t1wx".parse().unwrap(),
        audience: Audience::only(AUDIENCE.parse().unwrap()),
        expires_at: now.after(Lifetime::from_secs(600)),
        not_before: now,
        issued_at: now,
        token_id: "tok_01jd4zk3v0f5q8m7n2p9r6t1wx".parse().unwrap(),
        client_id: "cli_01jd4zk3v0f5q8m7n2p9r6t1wx".parse().unwrap(),
        scope: Some(
            "read:payments write:payments read:user_profile"
                .parse()
                .unwrap(),
        ),
        organisation: "acme".parse().unwrap(),
        subject_version: 7,
        family: Some("fam_01jd4zk3v0f5q8m7n2p9r6t1wx".parse().unwrap()),
        confirmation: None,
    }
}

/// One key and one token, before each of the three.
pub(crate) struct Parties {
    pub(crate) token: String,
    signature: Vec<u8>,
    claims: AccessTokenClaims,
    now: Timestamp,
    key: SigningKey,
    keys: KeySet,
    allow: AllowList,
    pair: Pair,
    public: ParsedPublicKey,
    common: jsonwebtoken::DecodingKey,
    validation: jsonwebtoken::Validation,
}

/// The same key without anything around it.
enum Pair {
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

/// What `jsonwebtoken` is to read: the claims that the product reads.
#[derive(Deserialize)]
#[expect(dead_code, reason = "they are read so that both sides read the same")]
pub(crate) struct CommonClaims {
    iss: String,
    sub: String,
    aud: String,
    exp: u64,
    nbf: u64,
    iat: u64,
    jti: String,
    client_id: String,
    scope: Option<String>,
    org: String,
    sv: u64,
    fam: Option<String>,
}

impl Parties {
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        // Of the future, since `jsonwebtoken` has a clock of its own.
        let now = Timestamp::from_unix_seconds(4_000_000_000).unwrap();
        let key = SigningKey::generate(algorithm, "2027-01-31-a".parse().unwrap()).unwrap();
        let pair = Pair::of(&key);
        let claims = claims(now);
        let token = key.sign(TokenType::AccessToken, &claims).unwrap();
        let (_, signature) = token.rsplit_once('.').unwrap();
        let (common, validation) = common(&key);
        Self {
            signature: URL_SAFE_NO_PAD.decode(signature).unwrap(),
            keys: KeySet::new(vec![key.verification_key().clone()]),
            allow: AllowList::only(algorithm),
            public: pair.public(),
            token,
            claims,
            now,
            key,
            pair,
            common,
            validation,
        }
    }

    /// The signature check of aws-lc-rs.
    pub(crate) fn verify_bare(&self) {
        let (signed, _) = self.token.rsplit_once('.').unwrap();
        self.public
            .verify_sig(signed.as_bytes(), &self.signature)
            .unwrap();
    }

    /// The whole validation of a fresh token.
    pub(crate) fn verify_whole(&self) -> Verified<AccessTokenClaims> {
        let verified: Verified<AccessTokenClaims> =
            verify(&self.token, &self.keys, &self.allow).unwrap();
        verified.check_issuer(ISSUER).unwrap();
        verified.check_audience(AUDIENCE).unwrap();
        verified
            .check_time(&TimeLimits::default(), self.now)
            .unwrap();
        verified
    }

    /// The same with `jsonwebtoken`; it does not check `nbf` here, which would
    /// lie ahead of its clock.
    pub(crate) fn verify_common(&self) -> CommonClaims {
        jsonwebtoken::decode(&self.token, &self.common, &self.validation)
            .unwrap()
            .claims
    }

    /// What a token costs that is refused.
    pub(crate) fn refuse(&self, token: &str) {
        assert!(verify::<AccessTokenClaims>(token, &self.keys, &self.allow).is_err());
    }

    /// The signature of aws-lc-rs.
    pub(crate) fn sign_bare(&self) -> Vec<u8> {
        let (signed, _) = self.token.rsplit_once('.').unwrap();
        self.pair.sign(signed.as_bytes())
    }

    /// A whole token.
    pub(crate) fn sign_whole(&self) -> String {
        self.key.sign(TokenType::AccessToken, &self.claims).unwrap()
    }
}

impl Pair {
    fn of(key: &SigningKey) -> Self {
        let pkcs8 = key.to_pkcs8().unwrap();
        match key.algorithm() {
            Algorithm::Es256 => Self::Ecdsa(
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8).unwrap(),
            ),
            Algorithm::Rs256 => Self::Rsa(RsaKeyPair::from_pkcs8(&pkcs8).unwrap()),
            _ => Self::Ed25519(Ed25519KeyPair::from_pkcs8(&pkcs8).unwrap()),
        }
    }

    fn public(&self) -> ParsedPublicKey {
        match self {
            Self::Ecdsa(pair) => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key()),
            Self::Ed25519(pair) => ParsedPublicKey::new(&ED25519, pair.public_key()),
            Self::Rsa(pair) => ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key()),
        }
        .unwrap()
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Ecdsa(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Self::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .unwrap();
                signature
            }
        }
    }
}

fn common(key: &SigningKey) -> (jsonwebtoken::DecodingKey, jsonwebtoken::Validation) {
    let jwk = serde_json::to_value(key.verification_key().to_jwk()).unwrap();
    let text = |name: &str| jwk.get(name).and_then(Value::as_str).unwrap();
    let (decoding, algorithm) = match key.algorithm() {
        Algorithm::Es256 => (
            jsonwebtoken::DecodingKey::from_ec_components(text("x"), text("y")),
            jsonwebtoken::Algorithm::ES256,
        ),
        Algorithm::Rs256 => (
            jsonwebtoken::DecodingKey::from_rsa_components(text("n"), text("e")),
            jsonwebtoken::Algorithm::RS256,
        ),
        _ => (
            jsonwebtoken::DecodingKey::from_ed_components(text("x")),
            jsonwebtoken::Algorithm::EdDSA,
        ),
    };
    let mut validation = jsonwebtoken::Validation::new(algorithm);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
    (decoding.unwrap(), validation)
}

/// What is refused before any signature is checked, made from a good token.
pub(crate) fn refused(good: &str) -> Vec<(&'static str, String)> {
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let (_, payload) = signed.split_once('.').unwrap();
    let with_header = |text: &str| {
        let header = URL_SAFE_NO_PAD.encode(text);
        format!("{header}.{payload}.{signature}")
    };
    let last_bits = |text: &str| format!("{}B", text.get(..text.len() - 1).unwrap());
    vec![
        ("8193 bytes", "A".repeat(8193)),
        ("1 MiB", "A".repeat(1 << 20)),
        ("1 MiB of dots", ".".repeat(1 << 20)),
        ("8192 bytes, one segment", "A".repeat(8192)),
        ("8192 dots", ".".repeat(8192)),
        (
            "8 KiB header that is no JSON",
            format!("{}.{payload}.{signature}", "A".repeat(6000)),
        ),
        (
            "8 KiB header of one member",
            with_header(&format!(
                r#"{{"alg":"ES256","typ":"at+jwt","x":"{}"}}"#,
                "x".repeat(5000)
            )),
        ),
        (
            "header of brackets",
            with_header(&format!(r#"{{"x":{}"#, "[".repeat(5000))),
        ),
        ("alg none", with_header(r#"{"alg":"none","typ":"at+jwt"}"#)),
        (
            "crit",
            with_header(r#"{"alg":"ES256","typ":"at+jwt","crit":["x"]}"#),
        ),
        (
            "another type",
            with_header(r#"{"alg":"ES256","typ":"JWT"}"#),
        ),
        ("padding", format!("{good}=")),
        ("unused bits", format!("{signed}.{}", last_bits(signature))),
        ("a line break", good.replacen('.', "\n.", 1)),
        (
            "unknown key",
            with_header(r#"{"alg":"ES256","typ":"at+jwt","kid":"other"}"#),
        ),
    ]
}
