//! The outer form (JWT-033 to JWT-039).

use e2e::forge::encode;
use serde_json::json;

use crate::house::House;

pub fn attack(house: &House) {
    there_are_three_segments(house);
    json_serialisations_are_no_tokens(house);
    a_foreign_character_is_refused(house);
    unused_bits_are_zero(house);
    nothing_surrounds_a_token(house);
}

/// JWT-033, JWT-038.
fn there_are_three_segments(house: &House) {
    let issued = house.issued();
    let parts: Vec<&str> = issued.split('.').collect();
    let shapes = [
        ".",
        "..",
        "...",
        "h",
        "h.p",
        "h.",
        ".p",
        ".p.s",
        "h..s",
        "h.p.",
        "h.p.s.",
        ".h.p.s",
        "h.p.s.s",
        "h.p.p.s",
        "h.h.p.s",
        "h.p.s.p.s",
        "h.p.s.h.p.s",
        "h.p..s",
        "h..p.s",
        "h.s",
        "p.s",
        "hps",
        "h.p.s.s.s.s",
        "s.p.h",
        "p.h.s",
        "h.s.p",
        "h.h.s",
        "p.p.s",
        "h.p.sA",
        "hA.p.s",
        "h.pA.s",
        "h.p.sAAAAA",
        "A.A.A",
    ];
    let fill = |shape: &str| {
        let part = |c: char| match c {
            'h' => parts[0].to_owned(),
            'p' => parts[1].to_owned(),
            's' => parts[2].to_owned(),
            other => other.to_string(),
        };
        shape.chars().map(part).collect::<String>()
    };
    house.refuses(
        &[
            "token_malformed",
            "token_algorithm",
            "token_signature",
            // Five parts look encrypted, and this endpoint asks for none.
            "encrypted_token_not_accepted",
        ],
        shapes.map(fill),
    );
    // With a genuine signature over the odd text, too.
    let signed = [".", "h", "h..p", "h.p.", ".h.p", "h.p.p", "hA.p", "h.pA"];
    house.refuses(
        &["token_malformed"],
        signed.map(|shape| house.signer.literal(&fill(shape))),
    );
    // A JWE has five, and this endpoint asks for none.
    let header = encode(r#"{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":2147483647}"#);
    house.refuses(
        &["encrypted_token_not_accepted"],
        [format!("{header}.AAAA.AAAA.AAAA.AAAA")],
    );
}

/// JWT-034, JWT-035.
fn json_serialisations_are_no_tokens(house: &House) {
    let issued = house.issued();
    let parts: Vec<&str> = issued.split('.').collect();
    let (h, p, s) = (parts[0], parts[1], parts[2]);
    house.control();
    for text in [
        json!({"payload": p, "protected": h, "signature": s}).to_string(),
        json!({"payload": p, "signatures": [{"protected": h, "signature": s}]}).to_string(),
        format!(
            r#"{{"  {issued}":1,"payload":"{}","protected":"{h}"}}"#,
            encode("{}")
        ),
        format!(r#"["{issued}"]"#),
        format!("\"{issued}\""),
    ] {
        house.refuses_shape(&text);
        // In base64url it is a credential in form, and no token.
        house.refuses_one(&["token_malformed"], &encode(&text));
    }
    house.control();
}

/// JWT-036.
fn a_foreign_character_is_refused(house: &House) {
    let issued = house.issued();
    let signed = issued.rsplit_once('.').unwrap().0;
    house.control();
    for wrong in [
        "=", "==", "+", "/", "?", "#", "\0", "%3D", "%", "\r", "\n", " ", "\t", "é", "~", ",", ";",
        "\"", "\\", "\u{7f}",
    ] {
        for at in (1..issued.len()).step_by(61) {
            house.refuses_shape(format!("{}{wrong}{}", &issued[..at], &issued[at..]));
        }
        for at in (1..signed.len()).step_by(131) {
            let literal = format!("{}{wrong}{}", &signed[..at], &signed[at..]);
            house.refuses_shape(house.signer.literal(&literal));
        }
    }
    for byte in [0x80, 0xc0, 0xff] {
        house.refuses_shape([&issued.as_bytes()[..20], &[byte], &issued.as_bytes()[20..]].concat());
    }
    house.control();
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// RFC 4648 section 3.5
fn unused_bits_are_zero(house: &House) {
    let twisted = |segment: &str| {
        let unused = match segment.len() % 4 {
            2 => 16,
            3 => 4,
            _ => 1,
        };
        let value = ALPHABET
            .iter()
            .position(|symbol| segment.as_bytes().last() == Some(symbol))
            .unwrap();
        let head = segment[..segment.len() - 1].to_owned();
        (1..unused).map(move |bits| format!("{head}{}", ALPHABET[value | bits] as char))
    };
    let mut tokens = Vec::new();
    for pad in 0..3 {
        let h = encode(format!("{}{}", house.header(), " ".repeat(pad)));
        let p = encode(format!("{}{}", house.claims(), " ".repeat(pad)));
        house.passes(&house.signer.literal(&format!("{h}.{p}")));
        tokens.extend(twisted(&h).map(|h| house.signer.literal(&format!("{h}.{p}"))));
        tokens.extend(twisted(&p).map(|p| house.signer.literal(&format!("{h}.{p}"))));
    }
    let issued = house.issued();
    let (signed, signature) = issued.rsplit_once('.').unwrap();
    tokens.extend(twisted(signature).map(|s| format!("{signed}.{s}")));
    house.refuses(&["token_malformed"], tokens);
}

/// JWT-039. White space around a field value is no part of it.
fn nothing_surrounds_a_token(house: &House) {
    let issued = house.issued();
    house.passes(&format!("{issued} \t"));
    for garbage in [
        ",",
        ";x",
        "%00",
        "%0d%0aX: y",
        " tok2",
        "\0",
        "\"",
        " Bearer x",
        ", Bearer x",
        "\u{feff}",
        "\r\n X: y",
        "=",
    ] {
        house.refuses_shape(format!("{issued}{garbage}"));
        house.refuses_shape(format!("{}{issued}", garbage.trim_start()));
    }
    house.control();
}
