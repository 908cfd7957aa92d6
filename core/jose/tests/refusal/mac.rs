//! `HS256`, where a caller names it (JWT-005 to JWT-008, JWT-015, JWT-052).

use aws_lc_rs::hmac;
use base::Timestamp;
use jose::*;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::forge::*;

const SECRET: [u8; 32] = [0x5a; 32];
const TYPES: AcceptedTypes = AcceptedTypes::only(TokenType::AccessToken);

fn key() -> MacKey {
    MacKey::new(&SECRET).unwrap()
}

fn verify_with(key: &MacKey, token: &str) -> Result<AccessTokenClaims, TokenError> {
    verify_mac(token, key, TYPES).map(Verified::into_claims)
}

fn judge(token: &str) -> Result<AccessTokenClaims, TokenError> {
    verify_with(&key(), token)
}

/// This very text and a genuine MAC over it.
fn literal(signed: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &SECRET);
    format!("{signed}.{}", encode(hmac::sign(&key, signed.as_bytes())))
}

fn header() -> Value {
    json!({"alg": "HS256", "typ": "at+jwt"})
}

fn with_header(header: impl ToString) -> String {
    let (header, payload) = (encode(header.to_string()), encode(payload().to_string()));
    literal(&format!("{header}.{payload}"))
}

#[track_caller]
fn refuses(reason: TokenError, tokens: impl IntoIterator<Item = String>) {
    assert_eq!(judge(&with_header(header())), Ok(claims()));
    for token in tokens {
        assert_eq!(judge(&token), Err(reason), "{token:.300}");
    }
    assert_eq!(judge(&with_header(header())), Ok(claims()));
}

/// RFC 7515 appendix A.1: its claims are neither ours nor JSON as we write it.
#[test]
fn rfc7515_a_1_hs256_vector() {
    #[derive(Debug, PartialEq)]
    struct Joe(String);
    impl Claims for Joe {
        fn parse(payload: &[u8]) -> Result<Self, TokenError> {
            Ok(Self(String::from_utf8(payload.to_vec()).unwrap()))
        }
    }
    const KEY: &str = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75\
                       aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    const JWS: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
        eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.\
        dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let jwk = json!({"kty": "oct", "k": KEY}).to_string();
    let types = AcceptedTypes::only(TokenType::IdToken);
    for key in [
        MacKey::from_jwk(jwk.as_bytes()).unwrap(),
        MacKey::new(&decode(KEY)).unwrap(),
    ] {
        let Joe(payload) = verify_mac::<Joe>(JWS, &key, types).unwrap().into_claims();
        assert_eq!(
            payload,
            "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}"
        );
        let other = JWS.replace("eyJpc3", "eyJpc2");
        assert_eq!(
            verify_mac::<Joe>(&other, &key, types),
            Err(TokenError::Signature)
        );
        assert_eq!(
            verify_mac::<Joe>(JWS, &key, TYPES),
            Err(TokenError::Type),
            "another type was named"
        );
    }
}

#[test]
fn what_a_secret_makes_it_accepts_and_another_does_not() {
    let token = key().sign(TokenType::AccessToken, &claims()).unwrap();
    assert_eq!(judge(&token), Ok(claims()));
    let mut other = SECRET;
    for at in 0..other.len() {
        other[at] ^= 1;
        let key = MacKey::new(&other).unwrap();
        assert_eq!(verify_with(&key, &token), Err(TokenError::Signature));
        other[at] ^= 1;
    }
    let longer = MacKey::new(&[&SECRET[..], &[1]].concat()).unwrap();
    assert_eq!(verify_with(&longer, &token), Err(TokenError::Signature));
    let claims = key().sign(TokenType::AccessToken, &json!([]));
    assert_eq!(claims.err(), Some(SigningError::Claims));
}

#[test]
fn rfc8725_2_1_no_other_algorithm_is_taken_for_a_mac() {
    let mut names: Vec<String> = [
        "none", "HS384", "HS512", "hs256", "HS256 ", "HS256\0", "HS25", "HS2566", "", "A256KW",
        "dir",
    ]
    .map(str::to_owned)
    .into();
    names.extend(Algorithm::ALL.map(|algorithm| algorithm.as_str().to_owned()));
    let tokens = names
        .into_iter()
        .map(|alg| with_header(with(header(), "alg", alg.into())));
    refuses(TokenError::Algorithm, tokens);
    refuses(
        TokenError::Algorithm,
        [with_header(without(header(), "alg"))],
    );
    let values = [json!(null), json!(256), json!(["HS256"]), json!({})];
    let tokens = values.map(|alg| with_header(with(header(), "alg", alg)));
    refuses(TokenError::Malformed, tokens);
    // What a private key signed.
    let signed = Algorithm::ALL.map(|algorithm| Forge::new(algorithm).good());
    refuses(TokenError::Algorithm, signed);
}

#[test]
fn jwt_015_a_mac_opens_no_key_set() {
    let secret = key().sign(TokenType::AccessToken, &claims()).unwrap();
    for algorithm in Algorithm::ALL {
        let mut forge = Forge::new(algorithm);
        forge.allow = AllowList::new(&Algorithm::ALL).unwrap();
        forge.refuses(
            &[TokenError::Algorithm],
            [
                secret.clone(),
                with_header(with(header(), "kid", "k1".into())),
            ],
        );
    }
    assert!("HS256".parse::<Algorithm>().is_err());
    assert!(serde_json::from_str::<AllowList>(r#"["HS256"]"#).is_err());
}

#[test]
fn the_rules_of_the_header_hold_for_a_mac_too() {
    for name in [
        "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "b64", "zip", "cty",
    ] {
        let token = with_header(with(header(), name, json!("x")));
        refuses(TokenError::ForbiddenHeader(name), [token]);
    }
    for crit in [json!([]), json!(["exp"]), json!(null), json!("b64")] {
        refuses(
            TokenError::CriticalHeader,
            [with_header(with(header(), "crit", crit))],
        );
    }
    let twice = [
        appended(&header(), r#""alg":"HS256""#),
        prefixed(&header(), r#""\u0061lg":"HS256""#),
    ];
    refuses(TokenError::Malformed, twice.map(with_header));
    let types = ["JWT", "", "dpop+jwt"].map(|typ| with_header(with(header(), "typ", typ.into())));
    refuses(TokenError::Type, types);
    refuses(TokenError::Type, [with_header(without(header(), "typ"))]);
    let huge = with_header(with(header(), "x", "x".repeat(MAX_TOKEN_BYTES).into()));
    refuses(TokenError::TooLarge, [huge]);
}

#[test]
fn jwt_040_a_mac_has_its_one_length() {
    let good = with_header(header());
    let (signed, mac) = good.rsplit_once('.').unwrap();
    let mac = decode(mac);
    let mut tokens: Vec<Vec<u8>> = (1..mac.len())
        .map(|length| mac[..length].to_vec())
        .collect();
    tokens.extend((1..mac.len()).map(|cut| mac[cut..].to_vec()));
    tokens.push([mac.as_slice(), &[0]].concat());
    tokens.push([&[0], mac.as_slice()].concat());
    tokens.push(mac.repeat(2));
    tokens.push(vec![0; 32]);
    for at in 0..mac.len() {
        let mut other = mac.clone();
        other[at] ^= 0x80;
        tokens.push(other);
    }
    let tokens = tokens.iter().map(|mac| format!("{signed}.{}", encode(mac)));
    refuses(TokenError::Signature, tokens);
    let spelt = ["=", "\n", "AA"].map(|more| format!("{good}{more}"));
    refuses(TokenError::Malformed, spelt);
}

#[test]
fn rfc7518_3_2_jwt_052_a_secret_has_32_bytes_or_more() {
    for length in 0..=31 {
        let secret = vec![1; length];
        assert_eq!(MacKey::new(&secret).err(), Some(InvalidMacKey::TooShort));
        let jwk = json!({"kty": "oct", "k": encode(&secret)}).to_string();
        let refused = MacKey::from_jwk(jwk.as_bytes()).err();
        assert_eq!(refused, Some(InvalidMacKey::TooShort), "{length}");
    }
    for length in [32, 33, 64, 65, 1024] {
        assert!(MacKey::new(&vec![1; length]).is_ok(), "{length}");
    }
}

/// RFC 7518 section 6.4
#[test]
fn rfc7517_4_4_a_secret_as_json_is_judged_like_any_key() {
    let good = json!({"kty": "oct", "k": encode(SECRET)});
    let parse = |jwk: &str| MacKey::from_jwk(jwk.as_bytes());
    let reason = |jwk: Value| parse(&jwk.to_string()).err();
    let set = |name: &str, value: Value| reason(with(good.clone(), name, value));
    let accepted = [
        good.clone(),
        with(good.clone(), "alg", "HS256".into()),
        with(good.clone(), "use", "sig".into()),
        with(good.clone(), "key_ops", json!(["sign", "verify"])),
        with(good.clone(), "key_ops", json!(["verify"])),
        with(good.clone(), "unknown", json!([1])),
    ];
    for jwk in accepted {
        assert_eq!(reason(jwk.clone()), None, "{jwk}");
    }
    for alg in ["HS384", "HS512", "none", "", "hs256", "A256KW", "RS256"] {
        assert_eq!(set("alg", alg.into()), Some(InvalidMacKey::Algorithm));
    }
    for usage in ["enc", "", "SIG"] {
        assert_eq!(set("use", usage.into()), Some(InvalidMacKey::Usage));
    }
    for ops in [
        json!([]),
        json!(["sign"]),
        json!(["encrypt"]),
        json!(["verify", "encrypt"]),
        json!(["verify", "verify"]),
        json!("verify"),
        json!(null),
        json!({}),
    ] {
        assert_eq!(set("key_ops", ops), Some(InvalidMacKey::Usage));
    }
    for kind in ["RSA", "EC", "OKP", "AKP", "OCT", ""] {
        assert_eq!(set("kty", kind.into()), Some(InvalidMacKey::Kind));
    }
    for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "priv"] {
        assert_eq!(set(name, "AQAB".into()), Some(InvalidMacKey::Kind));
    }
    for id in ["", "é", "k\u{7f}"] {
        assert_eq!(set("kid", id.into()), Some(InvalidMacKey::KeyId));
    }
    for k in [
        "=".into(),
        format!("{}=", encode(SECRET)),
        format!("{} ", encode(SECRET)),
    ] {
        assert_eq!(set("k", k.into()), Some(InvalidMacKey::Encoding));
    }
    for name in ["kty", "k"] {
        assert_eq!(
            reason(without(good.clone(), name)),
            Some(InvalidMacKey::Malformed)
        );
    }
    for name in ["kty", "k", "alg", "kid", "use"] {
        for value in [json!(null), json!(1), json!([]), json!({})] {
            assert_eq!(set(name, value), Some(InvalidMacKey::Malformed), "{name}");
        }
    }
    let text = good.to_string();
    let k = format!("\"k\":\"{}\"", encode(SECRET));
    let malformed = [
        appended(&good, &k),
        appended(&good, r#""x":1,"x":2"#),
        text.replace("\"k\"", "\"\\u006b\""),
        format!("{text}{text}"),
        format!("[{text}]"),
        String::new(),
    ];
    for jwk in malformed {
        assert_eq!(parse(&jwk).err(), Some(InvalidMacKey::Malformed), "{jwk}");
    }
}

#[test]
fn rfc7517_4_3_a_key_that_only_verifies_does_not_sign() {
    let jwk = json!({"kty": "oct", "k": encode(SECRET), "key_ops": ["verify"]}).to_string();
    let key = MacKey::from_jwk(jwk.as_bytes()).unwrap();
    let token = with_header(header());
    assert_eq!(verify_with(&key, &token), Ok(claims()));
    let signed = key.sign(TokenType::AccessToken, &claims());
    assert_eq!(signed.err(), Some(SigningError::Key));
}

#[test]
fn a_key_id_names_the_secret_if_it_has_one() {
    let jwk = json!({"kty": "oct", "k": encode(SECRET), "kid": "s1"}).to_string();
    let named = MacKey::from_jwk(jwk.as_bytes()).unwrap();
    assert_eq!(named.key_id().map(KeyId::as_str), Some("s1"));
    let own = named.sign(TokenType::AccessToken, &claims()).unwrap();
    assert_eq!(verify_with(&named, &own), Ok(claims()));
    assert_eq!(judge(&own), Ok(claims()), "a secret without an id");
    let unnamed = with_header(header());
    assert_eq!(verify_with(&named, &unnamed), Ok(claims()));
    let other = with_header(with(header(), "kid", "s2".into()));
    assert_eq!(verify_with(&named, &other), Err(TokenError::KeyUnknown));
    let malformed = with_header(with(header(), "kid", "".into()));
    assert_eq!(judge(&malformed), Err(TokenError::KeyId));
}

#[test]
fn a_mac_says_nothing_about_time() {
    let claims = judge(&with_header(header())).unwrap();
    let late = Timestamp::from_unix_seconds(NOW + 10_000).unwrap();
    assert_eq!(
        claims.check_time(&TimeLimits::default(), late),
        Err(TokenError::Expired)
    );
}

proptest! {
    #[test]
    fn a_changed_character_never_verifies(at in any::<prop::sample::Index>(), new in any::<char>()) {
        let mut token: Vec<char> = with_header(header()).chars().collect();
        let at = at.index(token.len());
        prop_assume!(token[at] != new);
        token[at] = new;
        prop_assert!(judge(&token.into_iter().collect::<String>()).is_err());
    }

    #[test]
    fn any_secret_text_is_judged_without_panic(text in any::<Vec<u8>>()) {
        prop_assert!(MacKey::from_jwk(&text).is_err());
    }

    #[test]
    fn a_secret_of_any_bytes_makes_what_it_accepts(secret in prop::collection::vec(any::<u8>(), 32..200)) {
        let jwk = json!({"kty": "oct", "k": encode(&secret), "alg": "HS256"}).to_string();
        let (one, other) = (MacKey::new(&secret).unwrap(), MacKey::from_jwk(jwk.as_bytes()).unwrap());
        let token = one.sign(TokenType::AccessToken, &claims()).unwrap();
        prop_assert_eq!(verify_with(&other, &token), Ok(claims()));
    }
}
