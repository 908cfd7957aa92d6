//! The claims (JWT-026, JWT-028 to JWT-030, JWT-061 to JWT-072, JWT-079, JWT-086).

use jose::*;
use serde_json::{Value, json};

use crate::forge::*;

const REQUIRED: [&str; 10] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "client_id",
    "org",
    "sv",
];

fn set(forge: &Forge, name: &str, value: Value) -> String {
    forge.with_payload(with(payload(), name, value))
}

#[test]
fn rfc7519_4_jwt_026_a_claim_stands_once() {
    let forge = Forge::new(Algorithm::EdDsa);
    let claims = with(payload(), "other", json!({"a": 1}));
    let mut tokens = Vec::new();
    for (name, value) in claims.as_object().unwrap() {
        let escaped = format!("\\u{:04x}{}", name.as_bytes()[0], &name[1..]);
        for spelling in [name, &escaped] {
            let member = format!("\"{spelling}\":{value}");
            tokens.push(forge.with_payload(appended(&claims, &member)));
            tokens.push(forge.with_payload(prefixed(&claims, &member)));
        }
    }
    tokens.push(forge.with_payload(appended(&claims, r#""x":{"y":[{"z":1,"\u007a":2}]}"#)));
    tokens.push(forge.with_payload(appended(&claims, r#""x":1,"y":2,"x":1"#)));
    let cnf = claims["cnf"].to_string();
    let twice = cnf.replace('}', &format!(",{}", &cnf[1..]));
    tokens.push(forge.with_payload(claims.to_string().replace(&cnf, &twice)));
    forge.refuses(&[TokenError::Claim], tokens);
}

#[test]
fn unknown_claims_are_ignored() {
    let forge = Forge::new(Algorithm::EdDsa);
    let more = appended(
        &payload(),
        r#""a":null,"b":[1,-2,3.5e3,true,"\u00e9"],"":{"c":{}}"#,
    );
    assert_eq!(forge.verify(&forge.with_payload(more)), Ok(claims()));
}

#[test]
fn jwt_028_029_the_payload_is_one_json_object() {
    let forge = Forge::new(Algorithm::EdDsa);
    let good = payload().to_string();
    let mut payloads: Vec<Vec<u8>> = ["[]", "\"x\"", "1", "null", " ", "{}{}", "{}\0", "{", "NaN"]
        .map(|text| text.as_bytes().to_vec())
        .into();
    payloads.push(format!("{good}{{}}").into());
    payloads.push(format!("{good}\0").into());
    payloads.push(format!("[{good}]").into());
    payloads.push(format!("\u{feff}{good}").into());
    payloads.push(good.replace('"', "'").into());
    payloads.push(good.replace("{\"", "{/**/\"").into());
    payloads.push(format!("{},}}", good.trim_end_matches('}')).into());
    payloads.push(good.encode_utf16().flat_map(u16::to_le_bytes).collect());
    for value in [
        "NaN",
        "Infinity",
        "1e400",
        "0x1",
        "01",
        "1.",
        "+1",
        "'x'",
        "\"\\ud800\"",
        "\"\n\"",
    ] {
        payloads.push(appended(&payload(), &format!("\"x\":{value}")).into());
    }
    payloads.push([&good.as_bytes()[..good.len() - 1], b",\"x\":\"\xc3\x28\"}"].concat());
    payloads.push(
        [
            &good.as_bytes()[..good.len() - 1],
            b",\"x\":\"\xed\xa0\x80\"}",
        ]
        .concat(),
    );
    let header = forge.header().to_string();
    let tokens: Vec<String> = payloads
        .iter()
        .map(|body| forge.token(&header, body))
        .collect();
    forge.refuses(&[TokenError::Malformed, TokenError::Claim], tokens);
}

#[test]
fn jwt_030_claims_nest_eight_levels_at_most() {
    let forge = Forge::new(Algorithm::EdDsa);
    let nested = |open: &str, close: &str, levels: usize| {
        let value = format!("\"x\":{}1{}", open.repeat(levels), close.repeat(levels));
        forge.with_payload(appended(&payload(), &value))
    };
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        assert_eq!(forge.verify(&nested(open, close, 7)), Ok(claims()));
        let tokens = [8, 9, 127, 128, 129, 700].map(|levels| nested(open, close, levels));
        forge.refuses(&[TokenError::Claim], tokens);
    }
    let unclosed = appended(&payload(), &format!("\"x\":{}", "[".repeat(5500)));
    let unclosed = forge.with_payload(unclosed);
    assert!(unclosed.len() <= MAX_TOKEN_BYTES);
    forge.refuses(&[TokenError::Malformed, TokenError::Claim], [unclosed]);
}

/// RFC 8693 section 4.2, RFC 8693 section 4.3
#[test]
fn rfc9068_2_2_jwt_065_068_required_claims_are_required() {
    let forge = Forge::new(Algorithm::EdDsa);
    for name in REQUIRED {
        let token = forge.with_payload(without(payload(), name));
        forge.refuses(&[TokenError::ClaimMissing(name)], [token]);
    }
    for name in ["scope", "fam", "cnf"] {
        assert!(
            forge
                .verify(&forge.with_payload(without(payload(), name)))
                .is_ok()
        );
    }
}

#[test]
fn malformed_is_never_absent() {
    let forge = Forge::new(Algorithm::EdDsa);
    for name in payload().as_object().unwrap().keys() {
        let tokens = [
            json!(null),
            json!(true),
            json!({}),
            json!([]),
            json!(1.5),
            json!(""),
        ]
        .map(|value| set(&forge, name, value));
        forge.refuses(&[TokenError::Claim], tokens);
    }
}

#[test]
fn rfc7519_2_jwt_061_062_063_an_instant_is_a_whole_number_in_range() {
    let forge = Forge::new(Algorithm::EdDsa);
    let values = [
        "\"9999999999\"",
        "\"99999999999\"",
        "\"x\"",
        "null",
        "true",
        "[]",
        "{}",
        "1e400",
        "1e19",
        "9223372036854775808",
        "1.7976931348623157e308",
        "253402300800",
        "1800000600.5",
        "1800000600.0",
        "1.8e9",
        "-0",
        "-1",
        "-62135596800",
        "-62135596801",
        "18446744073709551616",
        "-9223372036854775809",
        "[1800000600]",
    ];
    for name in ["exp", "nbf", "iat"] {
        let original = format!("\"{name}\":{}", payload()[name]);
        let tokens = values.map(|value| {
            let text = payload().to_string();
            assert!(text.contains(&original));
            forge.with_payload(text.replace(&original, &format!("\"{name}\":{value}")))
        });
        forge.refuses(&[TokenError::Claim, TokenError::Malformed], tokens);
    }
    let limits = TimeLimits::default();
    for exp in [0_i64, 1, 253_402_300_799] {
        let claims = forge.verify(&set(&forge, "exp", exp.into())).unwrap();
        assert!(claims.check_time(&limits, at(1)).is_err(), "{exp}");
    }
}

#[test]
fn a_subject_version_is_a_whole_number() {
    let forge = Forge::new(Algorithm::EdDsa);
    let values = [json!(-1), json!("7"), json!(7.0), json!(1e30)];
    forge.refuses(
        &[TokenError::Claim],
        values.map(|value| set(&forge, "sv", value)),
    );
    for sv in [0, u64::MAX] {
        let read = forge.verify(&set(&forge, "sv", sv.into())).unwrap();
        assert_eq!(read.subject_version, sv);
    }
}

#[test]
fn jwt_069_an_audience_is_one_to_sixteen_strings() {
    let forge = Forge::new(Algorithm::EdDsa);
    let many = |count: usize| json!((0..count).map(|i| format!("a{i}")).collect::<Vec<_>>());
    let values = [
        json!([]),
        json!([""]),
        json!(""),
        json!([1, {}]),
        json!({"a": 1}),
        json!(1),
        json!([null]),
        json!(["https://api.test", ""]),
        json!(["https://api.test", 1]),
        many(17),
        many(500),
        json!([["https://api.test"]]),
        json!("a\u{0}"),
    ];
    forge.refuses(
        &[TokenError::Claim],
        values.map(|aud| set(&forge, "aud", aud)),
    );
    let mut sixteen = many(16);
    sixteen[15] = json!("https://api.test");
    let read = forge.verify(&set(&forge, "aud", sixteen)).unwrap();
    assert_eq!(read.check_audience("https://api.test"), Ok(()));
    assert_eq!(read.audience.iter().count(), 16);
    let other = forge.verify(&set(&forge, "aud", json!(["other"]))).unwrap();
    assert_eq!(
        other.check_audience("https://api.test"),
        Err(TokenError::Audience)
    );
}

#[test]
fn jwt_070_071_issuer_and_audience_are_compared_byte_for_byte() {
    let close = |name: &str| {
        vec![
            format!("{name}.evil"),
            name[..name.len() - 1].to_owned(),
            format!("{name}/"),
            name.to_uppercase(),
            name.replace("://", ":%2F%2F"),
            format!("x{name}x"),
            name.replace('t', "%74"),
            name.replace('a', "\u{430}"),
            format!(" {name}"),
            format!("{name} "),
            format!("{name},{name}"),
            name.replace("https", "http"),
            name.replace("as.test", "AS.test")
                .replace("api.test", "Api.test"),
            String::new(),
            format!("{name}#"),
            format!("{name}?"),
            format!("{name}\0"),
        ]
    };
    let claims = claims();
    assert_eq!(claims.check_issuer("https://as.test"), Ok(()));
    assert_eq!(claims.check_audience("https://api.test"), Ok(()));
    for issuer in close("https://as.test") {
        assert_eq!(
            claims.check_issuer(&issuer),
            Err(TokenError::Issuer),
            "{issuer}"
        );
    }
    for audience in close("https://api.test") {
        assert_eq!(
            claims.check_audience(&audience),
            Err(TokenError::Audience),
            "{audience}"
        );
    }
    let forge = Forge::new(Algorithm::EdDsa);
    let arrays = [json!(["https://as.test"]), json!({"https://as.test": 1})];
    forge.refuses(
        &[TokenError::Claim],
        arrays.map(|iss| set(&forge, "iss", iss)),
    );
}

#[test]
fn rfc7519_2_jwt_072_a_malformed_subject_is_refused_and_a_similar_one_is_another() {
    let forge = Forge::new(Algorithm::EdDsa);
    let values = [
        json!(1),
        json!(["alice"]),
        json!(""),
        json!("alice\u{0}"),
        json!("alice\n"),
        json!("\u{7f}"),
        json!("alice\u{85}"),
        json!("a".repeat(MAX_CLAIM_TEXT + 1)),
    ];
    for name in ["sub", "iss", "jti", "client_id", "org", "fam"] {
        forge.refuses(
            &[TokenError::Claim],
            values.iter().map(|v| set(&forge, name, v.clone())),
        );
    }
    forge.refuses(
        &[TokenError::TooLarge],
        [set(&forge, "sub", "a".repeat(10_240).into())],
    );
    for other in [
        "alice ",
        "Alice",
        "alic\u{65}\u{301}",
        "alic\u{e9}",
        "al\u{131}ce",
    ] {
        let read = forge.verify(&set(&forge, "sub", other.into())).unwrap();
        assert_eq!(read.subject.as_str(), other);
        assert_ne!(read.subject, claims().subject);
    }
}

#[test]
fn rfc6749_3_3_jwt_079_a_malformed_scope_grants_nothing() {
    let forge = Forge::new(Algorithm::EdDsa);
    let values = [
        json!(["read:a"]),
        json!({"read:a": true}),
        json!(1),
        json!("read:a  read:b"),
        json!(""),
        json!(" "),
        json!(" read:a"),
        json!("read:a "),
        json!("read:a\tread:b"),
        json!("read:a\u{a0}read:b"),
        json!("read:a\nread:b"),
        json!("read:\"a\""),
        json!("read:\\a"),
        json!("réad"),
        json!("a\u{0}"),
        json!(null),
        json!("a\u{7f}"),
    ];
    forge.refuses(
        &[TokenError::Claim],
        values.map(|scope| set(&forge, "scope", scope)),
    );
    let items = vec!["a"; 10_000].join(" ");
    forge.refuses(
        &[TokenError::TooLarge],
        [set(&forge, "scope", items.into())],
    );
    let read = forge
        .verify(&set(&forge, "scope", "read:a write:b".into()))
        .unwrap();
    let scope = read.scope.unwrap();
    assert_eq!(scope.iter().collect::<Vec<_>>(), ["read:a", "write:b"]);
    assert!(scope.contains("read:a") && scope.contains("write:b"));
    for no in ["read:", "read:a write:b", "", " ", "READ:A", "b"] {
        assert!(!scope.contains(no), "{no:?}");
    }
    let read = forge
        .verify(&forge.with_payload(without(payload(), "scope")))
        .unwrap();
    assert_eq!(read.scope, None);
}

/// RFC 9449 section 6.1, RFC 8705 section 3.1
#[test]
fn rfc7800_3_1_jwt_086_an_unknown_confirmation_does_not_degrade_to_bearer() {
    let forge = Forge::new(Algorithm::EdDsa);
    let print = Thumbprint::of(b"key").to_string();
    let values = [
        json!({}),
        json!({"kid": "x"}),
        json!({"jwk": {}}),
        json!({"jkt": print, "new": "x"}),
        json!({"new": "x", "jkt": print}),
        json!({"jkt": null}),
        json!({"jkt": ""}),
        json!({"jkt": 1}),
        json!({"jkt": format!("{print}A")}),
        json!({"jkt": print[1..]}),
        json!({"jkt": format!("{print}=")}),
        json!({"x5t#S256": ""}),
        json!({"x5t": print}),
        json!({"JKT": print}),
        json!("x"),
        json!([print]),
        json!(null),
        json!({"jkt": print, "x5t#S256": null}),
    ];
    forge.refuses(
        &[TokenError::Claim],
        values.map(|cnf| set(&forge, "cnf", cnf)),
    );
    let both = json!({"jkt": print, "x5t#S256": print});
    let read = forge
        .verify(&set(&forge, "cnf", both))
        .unwrap()
        .confirmation
        .unwrap();
    assert_eq!(read.key(), Some(Thumbprint::of(b"key")));
    assert_eq!(read.certificate(), Some(Thumbprint::of(b"key")));
    assert!(Confirmation::new(None, None).is_err());
}
