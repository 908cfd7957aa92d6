//! The header (JWT-001 to JWT-025, JWT-060, JWT-073, JWT-074).

use jose::*;
use serde_json::{Value, json};

use crate::forge::*;

#[test]
fn jwt_001_none_is_no_algorithm() {
    let forge = Forge::new(Algorithm::Es256);
    let header = encode(r#"{"alg":"none","typ":"at+jwt"}"#);
    let unsigned = format!("{header}.{}.", encode(payload().to_string()));
    let attached = with(forge.header(), "alg", "none".into());
    forge.refuses(&[TokenError::Malformed], [unsigned]);
    forge.refuses(&[TokenError::Algorithm], [forge.with_header(attached)]);
}

#[test]
fn jwt_002_every_other_spelling_of_an_algorithm_is_refused() {
    for algorithm in Algorithm::ALL {
        let mut forge = Forge::new(algorithm);
        forge.allow = AllowList::new(&Algorithm::ALL).unwrap();
        let name = algorithm.as_str();
        let mut spellings: Vec<String> = [
            "None",
            "NONE",
            "nOnE",
            "none ",
            " none",
            "non\u{435}",
            "none\0",
            "",
            "HS256",
            "HS384",
            "HS512",
            "ES256K",
            "Ed448",
            "ML-DSA",
            "ML-DSA-65 ",
            "ESP512",
            "RSA-OAEP",
            "dir",
            "RS1",
            "*",
        ]
        .map(str::to_owned)
        .into();
        spellings.extend([name.to_lowercase(), format!("{name} "), format!(" {name}")]);
        spellings.extend([
            format!("{name}\0"),
            format!("{name}\n"),
            name[1..].to_owned(),
        ]);
        if name != name.to_uppercase() {
            spellings.push(name.to_uppercase());
        }
        let other = Algorithm::ALL
            .into_iter()
            .filter(|&other| other != algorithm);
        spellings.extend(other.map(|other| other.as_str().to_owned()));
        let tokens = spellings
            .into_iter()
            .map(|alg| forge.with_header(with(forge.header(), "alg", alg.into())));
        forge.refuses(&[TokenError::Algorithm], tokens);
        let escaped = forge.header().to_string().replace(name, "\\u006eone");
        forge.refuses(&[TokenError::Algorithm], [forge.with_header(escaped)]);
    }
}

#[test]
fn jwt_003_an_algorithm_is_a_string() {
    let forge = Forge::new(Algorithm::EdDsa);
    let values = [
        json!(null),
        json!(256),
        json!(["EdDSA"]),
        json!({}),
        json!(true),
        json!(1.5),
    ];
    let tokens = values.map(|alg| forge.with_header(with(forge.header(), "alg", alg)));
    forge.refuses(&[TokenError::Malformed], tokens);
    let absent = forge.with_header(without(forge.header(), "alg"));
    forge.refuses(&[TokenError::Algorithm], [absent]);
}

#[test]
fn an_algorithm_that_is_not_allowed_is_refused_before_its_key_is_looked_for() {
    let mut forge = Forge::new(Algorithm::Rs256);
    let token = forge.good();
    for algorithm in Algorithm::ALL {
        forge.allow = AllowList::only(algorithm);
        assert_eq!(
            forge.verify(&token).is_ok(),
            algorithm == Algorithm::Rs256,
            "{algorithm}"
        );
    }
    assert!(AllowList::new(&[]).is_err());
    assert!(serde_json::from_str::<AllowList>("[]").is_err());
    assert!(serde_json::from_str::<AllowList>(r#"["none"]"#).is_err());
    let list: AllowList = serde_json::from_str(r#"["RS256","Ed25519"]"#).unwrap();
    assert_eq!(
        serde_json::to_string(&list).unwrap(),
        r#"["Ed25519","RS256"]"#
    );
}

#[test]
fn rfc7515_4_1_4_jwt_012_a_key_id_is_only_a_name() {
    let forge = Forge::new(Algorithm::EdDsa);
    let ids = [
        "../../../../dev/null",
        "/proc/self/environ",
        "file:///etc/passwd",
        "http://collector/",
        "x' UNION SELECT 'AA'--",
        "|id",
        "${jndi:ldap://x}",
        "__proto__",
        "K1",
        "k1 ",
        " k1",
        "k",
        "k11",
    ];
    let tokens = ids.map(|kid| forge.with_header(with(forge.header(), "kid", kid.into())));
    forge.refuses(&[TokenError::KeyUnknown], tokens);
}

#[test]
fn rfc7515_4_1_4_jwt_013_a_malformed_key_id_is_refused_and_not_taken_as_absent() {
    let forge = Forge::new(Algorithm::EdDsa);
    let texts = [
        "".into(),
        "k".repeat(129),
        "k1\0".into(),
        "k1\n".into(),
        "ké".into(),
    ];
    let tokens = texts.map(|kid| forge.with_header(with(forge.header(), "kid", kid.into())));
    forge.refuses(&[TokenError::KeyId], tokens);
    let values = [
        json!(1),
        json!(null),
        json!({}),
        json!([]),
        json!(["k1"]),
        json!(false),
    ];
    let tokens = values.map(|kid| forge.with_header(with(forge.header(), "kid", kid)));
    forge.refuses(&[TokenError::Malformed], tokens);
    let huge = forge.with_header(with(forge.header(), "kid", "k".repeat(65_536).into()));
    forge.refuses(&[TokenError::TooLarge], [huge]);
}

/// RFC 8725 section 3.6 for `zip`, RFC 8725 section 3.10 for the keys.
#[test]
fn jwt_017_to_019_023_024_060_forbidden_parameters_are_refused_whatever_they_hold() {
    let forge = Forge::new(Algorithm::EdDsa);
    let jwk = serde_json::to_value(forge.key.verification_key().to_jwk()).unwrap();
    let mut values = vec![
        jwk,
        json!(null),
        json!(""),
        json!(false),
        json!(true),
        json!(0),
    ];
    values.extend([
        json!([]),
        json!({}),
        json!(["MIIB"]),
        json!("DEF"),
        json!("JWT"),
    ]);
    for host in [
        "https://as.test@evil/",
        "https://as.test.evil/",
        "https://as.test/r?u=evil",
    ] {
        values.push(json!(host));
    }
    for name in [
        "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "b64", "zip", "cty",
    ] {
        let tokens = values
            .iter()
            .map(|value| forge.with_header(with(forge.header(), name, value.clone())));
        forge.refuses(&[TokenError::ForbiddenHeader(name)], tokens);
        // The same name, spelt with an escape.
        let escaped = format!("\"\\u{:04x}{}\":1", name.as_bytes()[0], &name[1..]);
        let token = forge.with_header(appended(&forge.header(), &escaped));
        forge.refuses(&[TokenError::ForbiddenHeader(name)], [token]);
    }
    let unknown = forge.with_header(with(forge.header(), "x-unknown", json!({"a": [1]})));
    assert_eq!(forge.verify(&unknown), Ok(claims()));
}

#[test]
fn rfc7515_4_1_11_jwt_021_022_crit_is_refused_in_any_shape() {
    let forge = Forge::new(Algorithm::Rs256);
    let values = [
        json!(["exp2"]),
        json!(["cnf"]),
        json!([]),
        json!("b64"),
        json!(["alg"]),
        json!(["b64", "b64"]),
        json!(["x"]),
        json!([1]),
        json!(null),
        json!({}),
        json!(true),
        json!(["b64"]),
    ];
    let mut tokens = Vec::new();
    for crit in values {
        let header = with(forge.header(), "crit", crit);
        tokens.push(forge.with_header(with(header.clone(), "b64", json!(false))));
        tokens.push(forge.with_header(with(header.clone(), "exp2", json!(1))));
        tokens.push(forge.with_header(header));
    }
    forge.refuses(&[TokenError::CriticalHeader], tokens);
}

#[test]
fn rfc7515_4_jwt_025_a_header_member_stands_once() {
    let forge = Forge::new(Algorithm::Rs256);
    let header = with(forge.header(), "other", json!("x"));
    let mut tokens = Vec::new();
    for name in ["alg", "typ", "kid", "other"] {
        let same = header[name].clone();
        let escaped = format!("\\u{:04x}{}", name.as_bytes()[0], &name[1..]);
        for value in [same, json!("none"), json!(null), json!({"deep": [1]})] {
            for spelling in [name, &escaped] {
                let member = format!("\"{spelling}\":{value}");
                tokens.push(forge.with_header(appended(&header, &member)));
                tokens.push(forge.with_header(prefixed(&header, &member)));
            }
        }
    }
    for name in ["crit", "jku", "unknown"] {
        let member = format!("\"{name}\":[],\"{name}\":[]");
        tokens.push(forge.with_header(appended(&header, &member)));
    }
    tokens.push(forge.with_header(appended(&header, r#""nested":{"a":1,"\u0061":2}"#)));
    forge.refuses(&[TokenError::Malformed], tokens);
}

/// Compared as media types are: RFC 2045 section 5.1.
#[test]
fn rfc9068_2_1_jwt_074_the_type_is_at_jwt() {
    let forge = Forge::new(Algorithm::EdDsa);
    for typ in [
        "at+jwt",
        "application/at+jwt",
        "AT+JWT",
        "Application/At+Jwt",
    ] {
        let token = forge.with_header(with(forge.header(), "typ", typ.into()));
        assert_eq!(forge.verify(&token), Ok(claims()), "{typ}");
    }
    let texts = [
        "at+jwt;v=1",
        "jwt",
        "JWT",
        "at+jwt\0",
        "",
        " at+jwt",
        "at+jwt ",
        "at jwt",
        "at-jwt",
        "application/",
        "application/jwt",
        "application/application/at+jwt",
        "text/at+jwt",
        "/at+jwt",
        "id+jwt",
        "dpop+jwt",
        "logout+jwt",
        "secevent+jwt",
        "token-introspection+jwt",
        "at+jwtx",
        "applicationé/at+jwt",
        "at+sd-jwt",
        "JOSE",
    ];
    let tokens = texts.map(|typ| forge.with_header(with(forge.header(), "typ", typ.into())));
    forge.refuses(&[TokenError::Type], tokens);
    let absent = forge.with_header(without(forge.header(), "typ"));
    forge.refuses(&[TokenError::Type], [absent]);
    let values = [json!(null), json!(1), json!(["at+jwt"]), json!({})];
    let tokens = values.map(|typ| forge.with_header(with(forge.header(), "typ", typ)));
    forge.refuses(&[TokenError::Malformed], tokens);
}

/// RFC 8417 section 2.3, RFC 9701 section 5
#[test]
fn jwt_073_a_token_of_another_type_is_no_access_token() {
    let forge = Forge::new(Algorithm::Es384);
    let types = [
        TokenType::IdToken,
        TokenType::LogoutToken,
        TokenType::SecurityEvent,
        TokenType::IntrospectionAnswer,
    ];
    let tokens = types.map(|typ| forge.key.sign(typ, &claims()).unwrap());
    forge.refuses(&[TokenError::Type], tokens);
}

#[test]
fn jwt_028_029_the_header_is_one_json_object() {
    let forge = Forge::new(Algorithm::EdDsa);
    let good = forge.header().to_string();
    let body = payload().to_string();
    let mut headers: Vec<Vec<u8>> = ["[]", "\"x\"", "1", "null", "true", "{}{}", " ", "{", "NaN"]
        .map(|text| text.as_bytes().to_vec())
        .into();
    headers.push(format!("{good}\0").into());
    headers.push(format!("{good}{good}").into());
    headers.push(format!("\u{feff}{good}").into());
    headers.push(good.replace('"', "'").into());
    headers.push(good.replace('}', ",}").into());
    headers.push(good.replace('{', "{/* */").into());
    headers.push(good.replace('{', "{//\n").into());
    headers.push(good.encode_utf16().flat_map(u16::to_le_bytes).collect());
    headers.push(appended(&forge.header(), r#""x":"\ud800""#).into());
    headers.push(appended(&forge.header(), r#""x":NaN"#).into());
    headers.push(appended(&forge.header(), r#""x":01"#).into());
    headers.push([good.trim_end_matches('}').as_bytes(), b",\"x\":\"\xff\"}"].concat());
    let tokens: Vec<String> = headers
        .iter()
        .map(|header| forge.token(header, &body))
        .collect();
    forge.refuses(&[TokenError::Malformed], tokens);
    let nested = |levels: usize| {
        let value: Value =
            serde_json::from_str(&format!("{}{}", "[".repeat(levels), "]".repeat(levels))).unwrap();
        forge.with_header(with(forge.header(), "x", value))
    };
    assert_eq!(
        forge.verify(&nested(7)),
        Ok(claims()),
        "eight levels with the object"
    );
    forge.refuses(&[TokenError::Malformed], [nested(8), nested(60)]);
}

#[test]
fn rfc8725_3_11_what_a_foreign_token_may_call_itself_is_for_the_acceptor_to_say() {
    struct Any;
    impl Claims for Any {
        fn parse(_: &[u8]) -> Result<Self, TokenError> {
            Ok(Self)
        }
    }
    let forge = Forge::new(Algorithm::EdDsa);
    let own = AcceptedTypes::only(TokenType::AccessToken);
    let foreign = own.or(TokenType::IdToken);
    let judge = |header: Value, types| {
        let token = forge.with_header(header);
        verify_typed::<Any>(&token, &forge.keys, &forge.allow, types).map(|_| ())
    };
    let typ = |typ: Value| with(forge.header(), "typ", typ);
    let absent = without(forge.header(), "typ");
    for (header, types, expected) in [
        (typ("at+jwt".into()), own, Ok(())),
        (typ("JWT".into()), own, Err(TokenError::Type)),
        (typ("JWT".into()), foreign, Ok(())),
        (typ("application/jwt".into()), foreign, Ok(())),
        (typ("logout+jwt".into()), foreign, Err(TokenError::Type)),
        (absent.clone(), own, Err(TokenError::Type)),
        (absent.clone(), foreign, Err(TokenError::Type)),
        (absent, foreign.or_unstated(), Ok(())),
        // Malformed is not absent.
        (typ("".into()), foreign.or_unstated(), Err(TokenError::Type)),
        (
            typ(json!(null)),
            foreign.or_unstated(),
            Err(TokenError::Malformed),
        ),
    ] {
        assert_eq!(judge(header.clone(), types), expected, "{header}");
    }
}
