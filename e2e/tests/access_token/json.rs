//! The JSON inside (JWT-026 to JWT-030).

use e2e::forge::encode;
use serde_json::json;

use crate::house::{House, appended, prefixed};

pub fn attack(house: &House) {
    claims_are_one_object(house);
    a_claim_stands_once(house);
    nesting_is_bounded(house);
}

/// JWT-028, JWT-029. RFC 7519 section 7.2
fn claims_are_one_object(house: &House) {
    let claims = house.claims().to_string();
    let mut odd: Vec<Vec<u8>> = [
        "[]",
        "\"x\"",
        "1",
        "null",
        "true",
        " ",
        "{}{}",
        "{}\0",
        "{}[]",
        "{}",
        "{",
        "}",
        "{\"a\"}",
        "{,}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{'a':1}",
        "{a:1}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":1.}",
        "{\"a\":0x1}",
        "{/*c*/}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\\x41\"}",
        "[{}]",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into();
    for text in [
        format!("\u{feff}{claims}"),
        format!("{claims}{claims}"),
        format!("{claims}\0"),
        format!("{claims},"),
        format!("[{claims}]"),
        format!("// c\n{claims}"),
        claims.replace('"', "'"),
        appended(&house.claims(), r#""x":"\ud800""#),
        appended(&house.claims(), "\"x\":NaN"),
        appended(&house.claims(), ""),
    ] {
        odd.push(text.into_bytes());
    }
    odd.push(claims.encode_utf16().flat_map(u16::to_le_bytes).collect());
    odd.push(
        appended(&house.claims(), "\"x\":\"")
            .replace("\"x\":\"}", "")
            .into_bytes(),
    );
    for byte in [0x80_u8, 0xc0, 0xff] {
        odd.push([&claims.as_bytes()[..10], &[byte], &claims.as_bytes()[10..]].concat());
        odd.push(
            [
                claims.strip_suffix('}').unwrap().as_bytes(),
                b",\"x\":\"",
                &[byte],
                b"\"}",
            ]
            .concat(),
        );
    }
    let header = house.header().to_string();
    let tokens = odd
        .iter()
        .map(|payload| house.signer.token(&header, payload));
    house.refuses(
        &["token_malformed", "token_claim_missing", "token_claim"],
        tokens,
    );
    let tokens = odd.iter().map(|text| house.signer.token(text, &claims));
    house.refuses(&["token_malformed", "token_algorithm"], tokens);
}

/// JWT-026. RFC 8725 section 2.4
fn a_claim_stands_once(house: &House) {
    let claims = house.claims();
    let mut tokens = Vec::new();
    for name in [
        "iss",
        "sub",
        "aud",
        "exp",
        "nbf",
        "iat",
        "jti",
        "client_id",
        "scope",
        "org",
        "sv",
    ] {
        let escaped = format!("\\u{:04x}{}", name.as_bytes()[0], &name[1..]);
        for value in [claims[name].clone(), json!(null), json!("other")] {
            for spelling in [name, &escaped] {
                let member = format!("\"{spelling}\":{value}");
                tokens.push(house.with_claims(appended(&claims, &member)));
                tokens.push(house.with_claims(prefixed(&claims, &member)));
            }
        }
    }
    for name in ["cnf", "fam", "unknown"] {
        tokens.push(house.with_claims(appended(
            &claims,
            &format!("\"{name}\":{{}},\"{name}\":{{}}"),
        )));
    }
    house.refuses(&["token_malformed", "token_claim"], tokens);
}

/// JWT-030: to the size limit, in every place.
fn nesting_is_bounded(house: &House) {
    let before = house.peak_memory();
    let mut tokens = Vec::new();
    for depth in [40, 128, 1000, 2500] {
        let shapes = [
            "[".repeat(depth),
            "[".repeat(depth) + &"]".repeat(depth),
            "{\"a\":".repeat(depth / 4) + "1" + &"}".repeat(depth / 4),
        ];
        for shape in shapes {
            tokens.push(house.with_claims(appended(&house.claims(), &format!("\"x\":{shape}"))));
            tokens.push(house.with_claims(prefixed(&house.claims(), &format!("\"x\":{shape}"))));
            tokens.push(house.with_header(appended(&house.header(), &format!("\"x\":{shape}"))));
            tokens.push(house.with_claims(&shape));
            tokens.push(house.with_header(&shape));
            // Unsigned: it is read before anybody is known to have signed it.
            tokens.push(format!("{}.{}.AAAA", encode(&shape), encode(&shape)));
        }
    }
    let deepest = encode("[".repeat(6000));
    tokens.push(format!("{deepest}.e30.AAAA"));
    house.refuses(&[], tokens);
    let grown = house.peak_memory().saturating_sub(before);
    assert!(grown < 8 * 1024, "{grown} KiB for nested tokens");
}
