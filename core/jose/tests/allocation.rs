//! What a token costs in memory: a good one a bounded number of allocations, a
//! refused one none that grow with its claims. (What aws-lc allocates for
//! itself is C's, and is not counted.)
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    clippy::allow_attributes,
    reason = "tests"
)]

use allocation_counter::{AllocationInfo, measure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jose::*;
use serde_json::{Value, json};

struct Issuer {
    key: SigningKey,
    keys: KeySet,
    allow: AllowList,
}

impl Issuer {
    fn new(algorithm: Algorithm) -> Self {
        let key = SigningKey::generate(algorithm, "k1".parse().unwrap()).unwrap();
        Self {
            keys: KeySet::new(vec![key.verification_key().clone()]),
            allow: AllowList::only(algorithm),
            key,
        }
    }

    fn token(&self, claims: &Value) -> String {
        self.key.sign(TokenType::AccessToken, claims).unwrap()
    }

    fn judge(&self, token: &str) -> (AllocationInfo, Result<(), TokenError>) {
        let mut verdict = Ok(());
        let spent = measure(|| {
            verdict = verify::<AccessTokenClaims>(token, &self.keys, &self.allow).map(drop);
        });
        (spent, verdict)
    }
}

fn claims() -> Value {
    json!({
        "iss": "https://auth.example.com/production",
        "sub": "usr_01jd4zk3v0f5q8m7n2p9r6t1wx",
        "aud": "https://api.example.com/payments",
        "exp": 1_800_000_600,
        "nbf": 1_800_000_000,
        "iat": 1_800_000_000,
        "jti": "tok_01jd4zk3v0f5q8m7n2p9r6t1wx",
        "client_id": "cli_01jd4zk3v0f5q8m7n2p9r6t1wx",
        "scope": "read:payments write:payments read:user_profile",
        "org": "acme",
        "sv": 7,
        "fam": "fam_01jd4zk3v0f5q8m7n2p9r6t1wx",
    })
}

/// Three segments, eight texts and the list of audiences.
const OF_A_GOOD_TOKEN: u64 = 12;

#[test]
fn a_good_token_costs_twelve_allocations() {
    for algorithm in [
        Algorithm::EdDsa,
        Algorithm::Es256,
        Algorithm::Es512,
        Algorithm::MlDsa44,
        Algorithm::Ps256,
        Algorithm::Rs256,
    ] {
        let issuer = Issuer::new(algorithm);
        let token = issuer.token(&claims());
        let (spent, verdict) = issuer.judge(&token);
        assert_eq!(verdict, Ok(()));
        assert!(
            spent.count_total <= OF_A_GOOD_TOKEN,
            "{algorithm}: {spent:?}"
        );
        // The decoded segments, three quarters of the token, and the texts again.
        let bytes = token.len() as u64 * 3 / 2;
        assert!(spent.bytes_total <= bytes, "{algorithm}: {spent:?}");
        assert_eq!((spent.count_current, spent.bytes_current), (0, 0));
    }
}

#[test]
fn a_claim_that_is_not_ours_is_not_copied() {
    let issuer = Issuer::new(Algorithm::EdDsa);
    for count in [1, 10, 50, 200] {
        let mut more = claims();
        for at in 0..count {
            more[format!("x{at}")] = json!([at, {"y": "z"}]);
        }
        let token = issuer.token(&more);
        let (spent, verdict) = issuer.judge(&token);
        assert_eq!(verdict, Ok(()));
        // A list of their names, which doubles when it is full; and one for the
        // names in each object, which each of these has.
        let bound = OF_A_GOOD_TOKEN + count + 8;
        assert!(spent.count_total <= bound, "{count}: {spent:?}");
        assert!(spent.bytes_max <= 3 * MAX_TOKEN_BYTES as u64, "{spent:?}");
    }
}

#[test]
fn jwt_031_a_token_that_is_too_large_costs_nothing() {
    let issuer = Issuer::new(Algorithm::Es256);
    let good = issuer.token(&claims());
    for length in [MAX_TOKEN_BYTES + 1, 1 << 20, 100 << 20] {
        for token in [
            "A".repeat(length),
            ".".repeat(length),
            good.repeat(length / good.len() + 1),
        ] {
            let (spent, verdict) = issuer.judge(&token);
            assert_eq!(verdict, Err(TokenError::TooLarge));
            assert_eq!(spent.count_total, 0, "{length}");
        }
    }
}

/// The token with this header and signature, around claims of about 5 kB.
fn with_claims(header: &str, signature: &str) -> String {
    let header = URL_SAFE_NO_PAD.encode(header);
    let payload = URL_SAFE_NO_PAD.encode(with_pad().to_string());
    format!("{header}.{payload}.{signature}")
}

fn with_pad() -> Value {
    let mut claims = claims();
    claims["pad"] = "a".repeat(4500).into();
    claims
}

#[test]
fn what_a_refused_token_costs_does_not_grow_with_its_claims() {
    let issuer = Issuer::new(Algorithm::Es256);
    let signature = URL_SAFE_NO_PAD.encode([7; 64]);
    let good = r#"{"alg":"ES256","typ":"at+jwt","kid":"k1"}"#;
    let control = issuer.token(&with_pad());
    assert_eq!(issuer.judge(&control).1, Ok(()), "the control");
    let rows = [
        (good, signature.as_str(), TokenError::Signature),
        (good, "A", TokenError::Malformed),
        (good, "AB=", TokenError::Malformed),
        (
            r#"{"alg":"none","typ":"at+jwt"}"#,
            &signature,
            TokenError::Algorithm,
        ),
        (
            r#"{"alg":"RS256","typ":"at+jwt"}"#,
            &signature,
            TokenError::Algorithm,
        ),
        (
            r#"{"alg":"ES256","typ":"JWT"}"#,
            &signature,
            TokenError::Type,
        ),
        (
            r#"{"alg":"ES256","typ":"at+jwt","kid":"x"}"#,
            &signature,
            TokenError::KeyUnknown,
        ),
        (
            r#"{"alg":"ES256","typ":"at+jwt","crit":[]}"#,
            &signature,
            TokenError::CriticalHeader,
        ),
        (
            r#"{"alg":"ES256","alg":"ES256"}"#,
            &signature,
            TokenError::Malformed,
        ),
        ("[[[[[[[[[[[[[[", &signature, TokenError::Malformed),
        ("{", &signature, TokenError::Malformed),
    ];
    for (header, signature, expected) in rows {
        let token = with_claims(header, signature);
        let (spent, verdict) = issuer.judge(&token);
        assert_eq!(verdict, Err(expected), "{header}");
        assert!(spent.count_total <= 5, "{header}: {spent:?}");
        assert!(spent.bytes_total < 512, "{header}: {spent:?}");
    }
    // A header that is as large as it may be.
    let header = format!(r#"{{"alg":"none","x":"{}"}}"#, "x".repeat(740));
    let (spent, verdict) = issuer.judge(&with_claims(&header, &signature));
    assert_eq!(verdict, Err(TokenError::Algorithm));
    assert!(spent.bytes_total < 2048, "{spent:?}");
    let header = format!(r#"{{"alg":"none","x":"{}"}}"#, "x".repeat(760));
    let (spent, verdict) = issuer.judge(&with_claims(&header, &signature));
    assert_eq!(verdict, Err(TokenError::TooLarge));
    assert_eq!(spent.count_total, 0);
}
