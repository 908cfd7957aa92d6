//! The outer form (JWT-028 to JWT-039).

use jose::*;
use serde_json::json;

use crate::forge::*;

#[test]
fn jwt_031_032_a_token_has_at_most_8_kib() {
    let forge = Forge::new(Algorithm::EdDsa);
    let padded = |fill: usize| {
        // White space in the header reaches the lengths that the payload cannot.
        let header = format!("{}{}", forge.header(), " ".repeat(fill % 3));
        forge.token(
            header,
            with(payload(), "pad", "a".repeat(fill / 3).into()).to_string(),
        )
    };
    let mut sizes: Vec<String> = (16_500..17_500).map(padded).collect();
    sizes.sort_by_key(String::len);
    let first_over = sizes.partition_point(|token| token.len() <= MAX_TOKEN_BYTES);
    let (largest, smallest_over) = (&sizes[first_over - 1], &sizes[first_over]);
    assert_eq!(
        (largest.len(), smallest_over.len()),
        (MAX_TOKEN_BYTES, MAX_TOKEN_BYTES + 1)
    );
    assert_eq!(forge.verify(largest), Ok(claims()));
    let over = [
        smallest_over.clone(),
        ".".repeat(1_000_000),
        "a.".repeat(1_000_000),
        "a".repeat(1 << 20),
    ];
    forge.refuses(&[TokenError::TooLarge], over);
    let dots = (0..=MAX_TOKEN_BYTES)
        .step_by(64)
        .map(|count| ".".repeat(count));
    forge.refuses(&[TokenError::Malformed], dots);
}

#[test]
fn jwt_031_a_header_has_at_most_1_kib() {
    let forge = Forge::new(Algorithm::EdDsa);
    let padded =
        |fill: usize| forge.with_header(with(forge.header(), "x", "x".repeat(fill).into()));
    let header = |token: &str| token.find('.').unwrap();
    let empty = forge.with_header(with(forge.header(), "x", "".into()));
    let room = 768 - decode(&empty[..header(&empty)]).len();
    let largest = padded(room);
    assert_eq!(header(&largest), 1024);
    assert_eq!(forge.verify(&largest), Ok(claims()));
    forge.refuses(
        &[TokenError::TooLarge],
        [padded(room + 1), padded(room + 2), padded(4000)],
    );
    let text = padded(4000);
    assert_eq!(Unverified::parse(&text).err(), Some(TokenError::TooLarge));
}

#[test]
fn rfc7515_7_1_jwt_033_there_are_three_segments_none_empty() {
    let forge = Forge::new(Algorithm::EdDsa);
    let good = forge.good();
    let [h, p, s] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let shapes = [
        "",
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
    ];
    let fill = |shape: &str| {
        let part = |c| match c {
            'h' => h,
            'p' => p,
            's' => s,
            _ => ".",
        };
        shape.chars().map(part).collect::<String>()
    };
    let tokens = shapes.map(fill);
    forge.refuses(&[TokenError::Malformed], tokens);
    let swapped = ["s.p.h", "p.h.s", "h.s.p", "h.h.s", "p.p.s"].map(fill);
    let reasons = [
        TokenError::Malformed,
        TokenError::Algorithm,
        TokenError::Signature,
    ];
    forge.refuses(&reasons, swapped);
    // With a genuine signature over the odd text, too.
    let signed = ["", ".", "h", "h..p", "h.p.", ".h.p", "h.p.p"];
    let tokens = signed.map(|shape| forge.literal(&fill(shape)));
    forge.refuses(&[TokenError::Malformed], tokens);
}

#[test]
fn jwt_034_035_json_serialisations_are_no_tokens() {
    let forge = Forge::new(Algorithm::EdDsa);
    let good = forge.good();
    let [h, p, s] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let flat = json!({"payload": p, "protected": h, "signature": s});
    let general = json!({"payload": p, "signatures": [{"protected": h, "signature": s}]});
    let polyglot = format!(
        r#"{{"  {good}":1,"payload":"{}","protected":"{h}"}}"#,
        encode("{}")
    );
    let tokens = [flat.to_string(), general.to_string(), polyglot];
    forge.refuses(&[TokenError::Malformed], tokens);
}

#[test]
fn jwt_036_a_foreign_character_anywhere_is_refused_even_if_signed() {
    let forge = Forge::new(Algorithm::EdDsa);
    let good = forge.good();
    let signed = good.rsplit_once('.').unwrap().0.to_owned();
    let foreign = [
        "=", "==", "+", "/", "?", "#", "\0", "%3D", "%", "\r", "\n", "\r\n", " ", "\t", "é", "~",
    ];
    for wrong in foreign {
        let inside = (0..=good.len()).map(|at| format!("{}{wrong}{}", &good[..at], &good[at..]));
        forge.refuses(&[TokenError::Malformed, TokenError::Signature], inside);
        let literal = (0..=signed.len())
            .step_by(7)
            .map(|at| forge.literal(&format!("{}{wrong}{}", &signed[..at], &signed[at..])));
        forge.refuses(&[TokenError::Malformed], literal);
    }
}

#[test]
fn rfc4648_3_5_unused_bits_are_zero() {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let forge = Forge::new(Algorithm::EdDsa);
    let twisted = |segment: &str| {
        let unused = match segment.len() % 4 {
            2 => 16,
            3 => 4,
            _ => 1,
        };
        let last = *segment.as_bytes().last().unwrap();
        let value = ALPHABET.iter().position(|&c| c == last).unwrap();
        let head = segment[..segment.len() - 1].to_owned();
        (1..unused).map(move |bits| format!("{head}{}", ALPHABET[value | bits] as char))
    };
    let mut tokens = Vec::new();
    for pad in 0..3 {
        let header = format!("{}{}", forge.header(), " ".repeat(pad));
        let body = format!("{}{}", payload(), " ".repeat(pad));
        let (h, p) = (encode(header), encode(body));
        assert_eq!(
            forge.verify(&forge.literal(&format!("{h}.{p}"))),
            Ok(claims())
        );
        tokens.extend(twisted(&h).map(|h| forge.literal(&format!("{h}.{p}"))));
        tokens.extend(twisted(&p).map(|p| forge.literal(&format!("{h}.{p}"))));
    }
    let good = forge.good();
    let (signed, signature) = good.rsplit_once('.').unwrap();
    tokens.extend(twisted(signature).map(|s| format!("{signed}.{s}")));
    forge.refuses(&[TokenError::Malformed], tokens);
}

#[test]
fn jwt_038_no_segment_has_4n_plus_1_characters() {
    let forge = Forge::new(Algorithm::EdDsa);
    let good = forge.good();
    let parts: Vec<&str> = good.split('.').collect();
    let (mut tokens, mut signed) = (Vec::new(), Vec::new());
    for at in 0..3 {
        let mut parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        while parts[at].len() % 4 != 1 {
            parts[at].push('A');
        }
        tokens.push(parts.join("."));
        if at < 2 {
            signed.push(forge.literal(&parts[..2].join(".")));
        }
    }
    forge.refuses(&[TokenError::Malformed, TokenError::Signature], tokens);
    signed.push("A.A.A".into());
    forge.refuses(&[TokenError::Malformed], signed);
}

#[test]
fn jwt_039_nothing_surrounds_a_token() {
    let forge = Forge::new(Algorithm::EdDsa);
    let good = forge.good();
    let garbage = [
        ",",
        ";x",
        "%00",
        "%0d%0aX: y",
        " tok2",
        "\0",
        "\n",
        " ",
        "\"",
        "Bearer ",
        "\u{feff}",
    ];
    let tokens = garbage
        .iter()
        .flat_map(|g| [format!("{good}{g}"), format!("{g}{good}")]);
    forge.refuses(&[TokenError::Malformed], tokens);
}

#[test]
fn a_jwe_is_no_token() {
    let forge = Forge::new(Algorithm::EdDsa);
    let header = encode(r#"{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":2147483647}"#);
    forge.refuses(
        &[TokenError::Malformed],
        [format!("{header}.AAAA.AAAA.AAAA.AAAA")],
    );
}
