//! Access tokens of issuers that are not ours: as strict as our own.

use jose::*;
use serde_json::{Value, json};

use crate::forge::*;

const NOT_THE_TYPE: TokenError = TokenError::Type;

fn types() -> AcceptedTypes {
    AcceptedTypes::only(TokenType::IdToken)
}

fn read(forge: &Forge, payload: impl ToString) -> Result<ForeignClaims, TokenError> {
    let header = with(forge.header(), "typ", "JWT".into()).to_string();
    let token = forge.token(header, payload.to_string());
    verify_typed(&token, &forge.keys, &forge.allow, types()).map(Verified::into_claims)
}

fn plain() -> Value {
    json!({
        "iss": "https://sso.test", "sub": "alice", "aud": ["https://api.test", "account"],
        "exp": NOW + 300, "iat": NOW, "jti": "t-1", "azp": "web",
        "scope": "openid read:reports",
        "realm_access": { "roles": ["reader", "writer"] },
        "https://sso.test/roles": ["reader"], "email_verified": true, "auth_time": NOW,
    })
}

#[test]
fn what_every_issuer_says_is_read_and_the_rest_is_kept() {
    let forge = Forge::new(Algorithm::Es256);
    let claims = read(&forge, plain()).unwrap();
    assert_eq!(&*claims.issuer, "https://sso.test");
    assert_eq!(&*claims.token_id, "t-1");
    assert!(claims.audience.contains("account") && !claims.is_bound);
    assert_eq!(claims.text(&["azp"]), Ok(Some("web")));
    assert_eq!(
        claims.texts(&["realm_access", "roles"]),
        Ok(Some(vec!["reader", "writer"]))
    );
    assert_eq!(
        claims.texts(&["https://sso.test/roles"]),
        Ok(Some(vec!["reader"]))
    );
    assert_eq!(
        claims.texts(&["scope"]),
        Ok(Some(vec!["openid read:reports"]))
    );
    assert_eq!(claims.flag(&["email_verified"]), Ok(Some(true)));
    for absent in [
        &["roles"][..],
        &["realm_access", "x"],
        &["realm_access.roles"],
        &[],
    ] {
        assert_eq!(claims.text(absent), Ok(None), "{absent:?}");
        assert_eq!(claims.texts(absent), Ok(None), "{absent:?}");
    }
}

#[test]
fn malformed_is_never_taken_for_absent() {
    let forge = Forge::new(Algorithm::Es256);
    let odd = [
        json!(1),
        json!(null),
        json!({}),
        json!(true),
        json!([1]),
        json!([["a"]]),
        json!(["a", null]),
    ];
    for value in odd {
        let claims = read(&forge, with(plain(), "scope", value.clone())).unwrap();
        assert_eq!(claims.text(&["scope"]), Err(TokenError::Claim), "{value}");
        assert_eq!(claims.texts(&["scope"]), Err(TokenError::Claim), "{value}");
    }
    let claims = read(&forge, plain()).unwrap();
    // On the way to a member stands something that has none.
    assert_eq!(claims.texts(&["azp", "roles"]), Err(TokenError::Claim));
    assert_eq!(claims.flag(&["azp"]), Err(TokenError::Claim));
}

#[test]
fn rfc9068_2_2_a_required_claim_is_there_and_well_formed() {
    let forge = Forge::new(Algorithm::Es256);
    for name in ["iss", "sub", "aud", "exp", "iat"] {
        let lacks = read(&forge, without(plain(), name)).unwrap_err();
        assert!(
            matches!(lacks, TokenError::ClaimMissing(found) if found == name),
            "{name}"
        );
    }
    for name in ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"] {
        for wrong in [
            json!(null),
            json!({}),
            json!(""),
            json!([]),
            json!(1.5),
            json!(true),
            json!([1]),
        ] {
            let found = read(&forge, with(plain(), name, wrong.clone()));
            assert_eq!(found.unwrap_err(), TokenError::Claim, "{name} {wrong}");
        }
    }
    assert!(read(&forge, without(plain(), "jti")).is_ok());
    assert!(read(&forge, plain()).is_ok());
}

#[test]
fn rfc7519_4_no_member_stands_twice_at_any_depth() {
    let forge = Forge::new(Algorithm::Es256);
    let mut rows = Vec::new();
    for name in [
        "iss",
        "sub",
        "aud",
        "exp",
        "iat",
        "jti",
        "azp",
        "scope",
        "realm_access",
        "unknown",
    ] {
        let once = if plain()[name].is_null() {
            with(plain(), name, "a".into())
        } else {
            plain()
        };
        for value in ["\"a\"", "1", "{}"] {
            rows.push(appended(&once, &format!("\"{name}\":{value}")));
            rows.push(prefixed(&once, &format!("\"{name}\":{value}")));
        }
        let escaped = format!(
            "\"\\u{:04x}{}\":1",
            u32::from(name.as_bytes()[0]),
            &name[1..]
        );
        rows.push(appended(&once, &escaped));
    }
    rows.push(appended(&plain(), r#""x":{"a":1,"b":2,"a":1}"#));
    rows.push(appended(&plain(), r#""x":[{"a":1,"\u0061":2}]"#));
    for row in rows {
        assert_eq!(read(&forge, &row).unwrap_err(), TokenError::Claim, "{row}");
    }
    let deep = format!("{}1{}", "[".repeat(8), "]".repeat(8));
    assert!(read(&forge, appended(&plain(), &format!("\"x\":{deep}"))).is_err());
    let deep = format!("{}1{}", "[".repeat(7), "]".repeat(7));
    assert!(read(&forge, appended(&plain(), &format!("\"x\":{deep}"))).is_ok());
}

#[test]
fn rfc7519_4_1_5_nbf_may_be_left_out_and_holds_when_it_is_there() {
    let forge = Forge::new(Algorithm::Es256);
    let limits = TimeLimits::default();
    let claims = read(&forge, plain()).unwrap();
    assert_eq!(claims.check_time(&limits, at(0)), Ok(()));
    assert_eq!(
        claims.check_time(&limits, at(305)),
        Err(TokenError::Expired)
    );
    assert_eq!(
        claims.check_time(&limits, at(-6)),
        Err(TokenError::IssuedAhead)
    );
    assert_eq!(claims.age(at(40)).as_secs(), 40);
    let later = read(&forge, with(plain(), "nbf", (NOW + 60).into())).unwrap();
    assert_eq!(
        later.check_time(&limits, at(54)),
        Err(TokenError::NotYetValid)
    );
    assert_eq!(later.check_time(&limits, at(55)), Ok(()));
    let long = read(&forge, with(plain(), "exp", (NOW + 3601).into())).unwrap();
    assert_eq!(
        long.check_time(&limits, at(0)),
        Err(TokenError::LifetimeTooLong)
    );
}

#[test]
fn a_token_without_jti_is_named_by_its_payload() {
    let forge = Forge::new(Algorithm::Es256);
    let unnamed = without(plain(), "jti");
    let one = read(&forge, unnamed.clone()).unwrap().token_id;
    let again = read(&forge, unnamed.clone()).unwrap().token_id;
    let other = read(&forge, with(unnamed, "sub", "bob".into()))
        .unwrap()
        .token_id;
    assert!(one.starts_with("sha256:"));
    assert_eq!(one, again, "a second signature makes no second name");
    assert_ne!(one, other);
}

#[test]
fn rfc7800_3_1_a_bound_token_is_known_as_one_whatever_the_binding_says() {
    let forge = Forge::new(Algorithm::Es256);
    for binding in [
        json!({"jkt": "x"}),
        json!({}),
        json!(null),
        json!("x"),
        json!([]),
    ] {
        assert!(
            read(&forge, with(plain(), "cnf", binding))
                .unwrap()
                .is_bound
        );
    }
}

#[test]
fn rfc8725_3_11_only_the_types_that_were_named_are_accepted() {
    let forge = Forge::new(Algorithm::Es256);
    let token = |typ: Option<&str>| {
        let header = match typ {
            Some(typ) => with(forge.header(), "typ", typ.into()),
            None => without(forge.header(), "typ"),
        };
        forge.token(header.to_string(), plain().to_string())
    };
    let verified = |token: &str, types| {
        verify_typed::<ForeignClaims>(token, &forge.keys, &forge.allow, types).map(drop)
    };
    let access = AcceptedTypes::only(TokenType::AccessToken);
    for (typ, types, expected) in [
        (Some("JWT"), types(), Ok(())),
        (Some("at+jwt"), types(), Err(NOT_THE_TYPE)),
        (None, types(), Err(NOT_THE_TYPE)),
        (None, types().or_unstated(), Ok(())),
        (Some("JWT"), access, Err(NOT_THE_TYPE)),
        (Some("application/at+jwt"), access, Ok(())),
        (
            Some("logout+jwt"),
            access.or(TokenType::IdToken),
            Err(NOT_THE_TYPE),
        ),
    ] {
        assert_eq!(verified(&token(typ), types), expected, "{typ:?}");
    }
}

fn keys_without_alg(allow: &[Algorithm]) -> KeySet {
    let key = |algorithm, id: &str| {
        let key = SigningKey::generate(algorithm, id.parse().unwrap()).unwrap();
        without(
            serde_json::to_value(key.verification_key().to_jwk()).unwrap(),
            "alg",
        )
    };
    let keys = json!({ "keys": [
        key(Algorithm::Rs256, "rsa"), key(Algorithm::Es256, "ec"), key(Algorithm::EdDsa, "okp"),
    ]});
    KeySet::parse_for(keys.to_string().as_bytes(), AllowList::new(allow).unwrap()).unwrap()
}

#[test]
fn rfc8725_3_1_a_key_without_alg_is_for_the_one_configured_algorithm_that_fits() {
    use Algorithm::{Ed25519, EdDsa, Es256, Es384, Ps256, Rs256};
    for (allow, expected) in [
        (&[Rs256][..], vec![("rsa", Rs256)]),
        (&[Ps256], vec![("rsa", Ps256)]),
        // Two would fit: the token must not be the one to choose.
        (&[Ps256, Rs256], vec![]),
        (&[Es384], vec![]),
        (&[Es256, Es384], vec![("ec", Es256)]),
        (&[Ed25519], vec![("okp", Ed25519)]),
        (&[Ed25519, EdDsa], vec![]),
        (
            &[Rs256, Es256, EdDsa],
            vec![("rsa", Rs256), ("ec", Es256), ("okp", EdDsa)],
        ),
    ] {
        let set = keys_without_alg(allow);
        let found: Vec<_> = set
            .keys()
            .iter()
            .map(|key| (key.key_id().unwrap().as_str(), key.algorithm()))
            .collect();
        assert_eq!(found, expected, "{allow:?}");
        assert_eq!(set.skipped().len(), 3 - expected.len(), "{allow:?}");
    }
}

#[test]
fn rfc8725_3_1_a_key_that_has_alg_is_never_made_to_fit() {
    let key = SigningKey::generate(Algorithm::Rs256, "k".parse().unwrap()).unwrap();
    let text = json!({ "keys": [key.verification_key().to_jwk()] }).to_string();
    let set = KeySet::parse_for(text.as_bytes(), AllowList::only(Algorithm::Ps256)).unwrap();
    assert_eq!(set.keys()[0].algorithm(), Algorithm::Rs256);
}

#[test]
fn rfc9964_3_an_ml_dsa_key_without_alg_fits_nothing() {
    for algorithm in [Algorithm::MlDsa44, Algorithm::MlDsa65, Algorithm::MlDsa87] {
        let jwk = serde_json::to_value(Forge::new(algorithm).key.verification_key().to_jwk());
        let jwk = jwk.unwrap();
        let parse = |jwk: &Value| {
            let text = json!({ "keys": [jwk] }).to_string();
            KeySet::parse_for(text.as_bytes(), AllowList::only(algorithm)).unwrap()
        };
        assert_eq!(parse(&jwk).keys().len(), 1, "the control");
        let set = parse(&without(jwk, "alg"));
        assert_eq!(set.skipped()[0].reason, Some(InvalidKey::Algorithm));
    }
}

#[test]
fn a_claim_is_there_in_whatever_form_or_is_not() {
    let forge = Forge::new(Algorithm::Es256);
    for value in [json!(null), json!(false), json!(""), json!([]), json!({})] {
        let claims = read(&forge, with(plain(), "nonce", value.clone())).unwrap();
        assert!(claims.has("nonce") && claims.has("azp"), "{value}");
        for absent in ["nonc", "nonce ", "Nonce", "roles", ""] {
            assert!(!claims.has(absent), "{absent:?}");
        }
    }
    assert!(!read(&forge, plain()).unwrap().has("nonce"));
}
