//! The claims (JWT-061 to JWT-079, JWT-086), genuinely signed.

use serde_json::{Value, json};

use crate::house::{AUDIENCE, House, now, with, without};

pub fn attack(house: &House) {
    times_are_whole_and_agree(house);
    a_required_claim_is_required(house);
    the_audience_is_exact(house);
    the_issuer_is_exact(house);
    the_subject_is_nobody_else(house);
    the_scope_is_exact(house);
    a_bound_token_is_no_bearer_token(house);
}

/// JWT-061 to JWT-067. RFC 7519 section 4.1.4
fn times_are_whole_and_agree(house: &House) {
    let now = now();
    let claims = house.claims();
    let odd: Vec<Value> = [
        "\"9999999999\"",
        "\"x\"",
        "null",
        "true",
        "[]",
        "{}",
        "-1",
        "0",
        "1e19",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
        "1.7976931348623157e308",
        "253402300800",
        "1e10",
        "1.5",
        "-9223372036854775808",
    ]
    .map(|text| serde_json::from_str(text).unwrap())
    .into();
    let odd_iat = |value: &&Value| !matches!(value.as_i64(), Some(..=0));
    let mut tokens = Vec::new();
    for value in &odd {
        tokens.push(house.with_claims(with(&claims, "exp", value.clone())));
        // `nbf` long ago is lawful.
        if odd_iat(&value) {
            tokens.push(house.with_claims(with(&claims, "nbf", value.clone())));
        }
        tokens.push(house.with_claims(with(&claims, "iat", value.clone())));
    }
    tokens.push(
        house.with_claims(
            claims
                .to_string()
                .replace(&format!("\"exp\":{}", claims["exp"]), "\"exp\":1e400"),
        ),
    );
    for (name, value) in [
        ("exp", now * 1000),
        ("exp", now + 10 * 365 * 86_400),
        ("exp", now - 6),
        ("exp", now - 86_400),
        ("iat", now + 61),
        ("iat", now + 86_400),
        ("nbf", now + 61),
        ("nbf", now + 86_400),
        ("iat", now - 86_400),
    ] {
        tokens.push(house.with_claims(with(&claims, name, value)));
    }
    house.refuses(
        &[
            "token_claim",
            "token_malformed",
            "token_expired",
            "token_not_yet_valid",
            "token_issued_ahead",
            "token_times_contradict",
            "token_lifetime_too_long",
            "token_too_old",
        ],
        tokens,
    );
    // Issued a minute ago, so that only `exp` is wrong.
    let early = |exp: i64| {
        let claims = with(&with(&house.claims(), "iat", now - 60), "nbf", now - 60);
        house.with_claims(with(&claims, "exp", exp))
    };
    house.refuses(&["token_expired"], [now - 6, now - 7, now - 60].map(early));
    // Within the leeway.
    house.passes(&early(super::house::now() - 1));
    for name in ["iat", "nbf"] {
        let ahead = super::house::now() + 3;
        house.passes(&house.with_claims(with(&house.claims(), name, ahead)));
    }
    // Older than its endpoint accepts, though not expired.
    let old = with(
        &with(&house.claims(), "iat", now - 31 * 60),
        "nbf",
        now - 31 * 60,
    );
    house.refuses(&["token_too_old"], [house.with_claims(old)]);
}

/// JWT-065, JWT-068, JWT-071. RFC 9068 section 2.2
fn a_required_claim_is_required(house: &House) {
    let claims = house.claims();
    let names = [
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
    house.refuses(
        &["token_claim_missing"],
        names.map(|name| house.with_claims(without(&claims, name))),
    );
    let odd = [
        json!(null),
        json!(""),
        json!(1.5),
        json!(true),
        json!([]),
        json!({}),
        json!([{}]),
        json!(-1),
    ];
    let tokens = names
        .into_iter()
        .flat_map(|name| odd.iter().map(move |value| (name, value)));
    let tokens = tokens
        .filter(|(name, value)| !(matches!(*name, "exp" | "iat" | "nbf") && value.is_i64()))
        .map(|(name, value)| house.with_claims(with(&claims, name, value.clone())));
    house.refuses(&["token_claim", "token_malformed"], tokens);
    for name in ["jti", "client_id", "org", "iss"] {
        house.refuses_one(&["token_claim"], &house.with_claims(with(&claims, name, 1)));
    }
    for other in [
        "nobody",
        &house.client_id.to_uppercase(),
        &format!("{} ", house.client_id),
        "' OR 1=1 --",
    ] {
        let token = with(&with(&claims, "client_id", other), "sub", other);
        house.refuses_one(&["client_unknown"], &house.with_claims(token));
    }
    house.refuses_one(
        &["client_unknown"],
        &house.with_claims(with(&claims, "org", "evil")),
    );
    house.control();
}

/// JWT-069, JWT-070. RFC 7519 section 4.1.3
fn the_audience_is_exact(house: &House) {
    let claims = house.claims();
    for good in [json!([AUDIENCE]), json!(["https://other.test", AUDIENCE])] {
        house.passes(&house.with_claims(with(&claims, "aud", good)));
    }
    let audiences = [
        json!("https://other.test"),
        json!(["https://other.test"]),
        json!([]),
        json!([""]),
        json!([1, {}]),
        json!({"a": 1}),
        json!({AUDIENCE: 1}),
        json!([[AUDIENCE]]),
        json!([AUDIENCE, 1]),
        json!([AUDIENCE, null]),
        json!(vec!["a"; 200]),
        json!(format!("{AUDIENCE}.evil")),
        json!(&AUDIENCE[..AUDIENCE.len() - 1]),
        json!(format!("{AUDIENCE}/")),
        json!(AUDIENCE.to_uppercase()),
        json!(AUDIENCE.replace("api", "API")),
        json!(AUDIENCE.replace("/reports", "%2Freports")),
        json!(format!("{AUDIENCE} https://other.test")),
        json!(format!("{AUDIENCE},https://other.test")),
        json!(format!(" {AUDIENCE}")),
        json!(format!("{AUDIENCE}\0")),
        json!(format!("x{AUDIENCE}x")),
        json!("https://api.example.com"),
        json!("*"),
        json!("reports"),
        json!(AUDIENCE.replace("https", "http")),
        json!(AUDIENCE.replace(".com", ".com:443")),
    ];
    let tokens = audiences.map(|audience| house.with_claims(with(&claims, "aud", audience)));
    house.refuses(&["token_audience", "token_claim"], tokens);
}

/// JWT-071. RFC 8725 section 3.8
fn the_issuer_is_exact(house: &House) {
    let claims = house.claims();
    let ours = claims["iss"].as_str().unwrap().to_owned();
    let issuers = [
        json!([ours]),
        json!([ours, "https://evil.test"]),
        json!(format!("{ours}/")),
        json!(&ours[..ours.len() - 1]),
        json!(format!("{ours}1")),
        json!(ours.to_uppercase()),
        json!(ours.replace("http", "https")),
        json!(format!("{ours}@evil.test")),
        json!(format!("{ours}.evil.test")),
        json!(format!(" {ours}")),
        json!(format!("{ours}\0")),
        json!(format!("{ours}#")),
        json!(format!("{ours}/oauth2")),
        json!("http://localhost:7001"),
        json!("http://127.0.0.\u{217a}:7001"),
        json!("127.0.0.1:7001"),
        json!("*"),
        json!({"iss": ours}),
        json!(format!("https://evil.test/?{ours}")),
    ];
    house.refuses(
        &["token_issuer", "token_claim"],
        issuers.map(|iss| house.with_claims(with(&claims, "iss", iss))),
    );
}

/// JWT-072: refused, since this endpoint takes no one else's authority.
fn the_subject_is_nobody_else(house: &House) {
    let claims = house.claims();
    let id = &house.client_id;
    let subjects = [
        json!(1),
        json!([id]),
        json!(""),
        json!("a".repeat(2000)),
        json!(format!("{id}\0")),
        json!(format!("{id} ")),
        json!(format!(" {id}")),
        json!(id.to_uppercase()),
        json!("alice"),
        json!("Ame\u{301}lie"),
        json!(format!("{id},admin")),
        json!(format!("{id}\u{200b}")),
        json!(format!("{id}\r\nx-doorward-subject: admin")),
    ];
    house.refuses(
        &[],
        subjects.map(|subject| house.with_claims(with(&claims, "sub", subject))),
    );
}

/// JWT-079. A malformed scope is refused; another one is a good token for
/// something else (RFC 6750 section 3.1).
fn the_scope_is_exact(house: &House) {
    let claims = house.claims();
    let malformed = [
        json!(["read:reports"]),
        json!({"read:reports": true}),
        json!(null),
        json!(1),
        json!(""),
        json!(" "),
        json!("read:reports  x:y"),
        json!(" read:reports"),
        json!("read:reports "),
        json!("read:reports\tx:y"),
        json!("read:reports\nx:y"),
        json!("x:y\u{a0}read:reports"),
        json!("read:reports\0"),
        json!("read:reports\"x"),
        json!("read:reports\\x"),
        json!("r\u{e9}ad:reports"),
        json!(["read:reports", 1]),
    ];
    house.refuses(
        &["token_claim"],
        malformed.map(|scope| house.with_claims(with(&claims, "scope", scope))),
    );
    let other = [
        "read",
        "xread:reports",
        "read:reportsx",
        "read:report",
        "READ:REPORTS",
        "read:Reports",
        "read:*",
        "*",
        "*:*",
        "admin:everything",
        "write:reports",
        "read:reports:all",
        "read:reports,x",
        "reports",
        "read:reports/",
        "read",
    ];
    let mut tokens: Vec<String> = other
        .map(|scope| house.with_claims(with(&claims, "scope", scope)))
        .into();
    tokens.push(house.with_claims(without(&claims, "scope")));
    for token in tokens {
        let before = house.upstream.count();
        let reply = house.present(&token);
        assert_eq!(
            (reply.status, house.upstream.count()),
            (403, before),
            "{}",
            reply.text()
        );
        let challenge = reply.header("www-authenticate").unwrap();
        assert!(
            challenge.contains("error=\"insufficient_scope\""),
            "{challenge}"
        );
    }
    house.passes(&house.with_claims(with(&claims, "scope", "x:y read:reports")));
    let many = vec!["read:reports"; 300].join(" ");
    house.passes(&house.with_claims(with(&claims, "scope", many)));
}

/// JWT-085, JWT-086. RFC 7800 section 3.1
fn a_bound_token_is_no_bearer_token(house: &House) {
    let claims = house.claims();
    let thumbprint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
    let confirmations = [
        json!({"jkt": thumbprint}),
        json!({"x5t#S256": thumbprint}),
        json!({"jkt": thumbprint, "x5t#S256": thumbprint}),
        json!({"jwk": {}}),
        json!({"kid": "x"}),
        json!({"unknown": 1}),
        json!({}),
        json!(null),
        json!("x"),
        json!([]),
        json!({"jkt": ""}),
        json!({"jkt": null}),
        json!({"jkt": thumbprint, "other": 1}),
    ];
    house.refuses(
        &[],
        confirmations.map(|cnf| house.with_claims(with(&claims, "cnf", cnf))),
    );
}
