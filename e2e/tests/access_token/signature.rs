//! The signature (JWT-040 to JWT-047).

use e2e::forge::{decode, encode};

use crate::house::{House, with};

pub fn attack(house: &House) {
    every_changed_character_is_seen(house);
    a_signature_has_its_one_length(house);
    a_signature_belongs_to_one_token(house);
    match house.algorithm.as_str() {
        "ES256" => an_ecdsa_signature_lies_in_range(house),
        "EdDSA" => an_ed25519_signature_lies_in_range(house),
        _ => an_rsa_signature_is_below_the_modulus(house),
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The segments before the last dot, and the bytes of the signature.
fn parts(token: &str) -> (&str, Vec<u8>) {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    (signed, decode(signature))
}

fn joined(signed: &str, signature: impl AsRef<[u8]>) -> String {
    format!("{signed}.{}", encode(signature))
}

fn every_changed_character_is_seen(house: &House) {
    let issued = house.issued();
    house.passes(&issued);
    let changed = issued
        .bytes()
        .enumerate()
        .filter(|(_, byte)| *byte != b'.')
        .map(|(at, byte)| {
            let value = ALPHABET.iter().position(|&symbol| symbol == byte).unwrap();
            let mut bytes = issued.clone().into_bytes();
            // Another bit each time, so that no position of a bit is left out.
            bytes[at] = ALPHABET[value ^ (1 << (at % 6))];
            String::from_utf8(bytes).unwrap()
        });
    let gone = (0..issued.len())
        .step_by(7)
        .map(|at| format!("{}{}", &issued[..at], &issued[at + 1..]));
    let doubled = (0..issued.len())
        .step_by(7)
        .map(|at| format!("{}{}", &issued[..=at], &issued[at..]));
    house.refuses(&[], changed.chain(gone).chain(doubled));
}

/// JWT-040.
fn a_signature_has_its_one_length(house: &House) {
    let issued = house.issued();
    let (signed, signature) = parts(&issued);
    let mut tokens: Vec<String> = (1..=32.min(signature.len() - 1))
        .flat_map(|cut| {
            let (start, end) = (&signature[..signature.len() - cut], &signature[cut..]);
            [joined(signed, start), joined(signed, end)]
        })
        .collect();
    for zeros in [1, 2, 31, 32, 64] {
        tokens.push(joined(
            signed,
            [signature.as_slice(), &vec![0; zeros]].concat(),
        ));
        tokens.push(joined(
            signed,
            [&vec![0; zeros], signature.as_slice()].concat(),
        ));
    }
    tokens.push(joined(signed, signature.repeat(2)));
    for length in [1, 32, 63, 64, 65, 72, 96, 128, 132, 255, 256, 257, 2048] {
        tokens.push(joined(signed, vec![0; length]));
        tokens.push(joined(signed, vec![0xff; length]));
    }
    house.refuses(&["token_signature"], tokens);
}

/// The genuine signature of one token under another.
fn a_signature_belongs_to_one_token(house: &House) {
    let issued = house.issued();
    let (_, signature) = parts(&issued);
    let segments: Vec<&str> = issued.split('.').collect();
    let claims = |name: &str, text: &str| encode(with(&house.claims(), name, text).to_string());
    let tokens = [
        joined(&house.signed(house.header()), &signature),
        joined(
            &format!("{}.{}", segments[0], claims("scope", "admin:everything")),
            &signature,
        ),
        joined(
            &format!("{}.{}", segments[0], claims("sub", "alice")),
            &signature,
        ),
        joined(&format!("{}.{}", segments[0], segments[0]), &signature),
        joined(segments[1], &signature),
        joined(&format!("{}.{}", segments[0], encode("{}")), &signature),
    ];
    house.refuses(&["token_signature", "token_malformed"], tokens);
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap())
        .collect()
}

/// JWT-043, JWT-044. RFC 7518 section 3.4
fn an_ecdsa_signature_lies_in_range(house: &House) {
    let order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let small = |value: u8| [vec![0; 31], vec![value]].concat();
    let (mut below, mut above) = (order.clone(), order.clone());
    below[31] -= 1;
    above[31] += 1;
    let odd = [small(0), small(1), below, order, above, vec![0xff; 32]];
    let issued = house.issued();
    let (signed, signature) = parts(&issued);
    let mut tokens = Vec::new();
    for value in &odd {
        tokens.extend(
            odd.iter()
                .map(|s| joined(signed, [value.as_slice(), s].concat())),
        );
        tokens.push(joined(
            signed,
            [value.as_slice(), &signature[32..]].concat(),
        ));
        tokens.push(joined(signed, [&signature[..32], value].concat()));
    }
    tokens.push(joined(
        signed,
        [&signature[32..], &signature[..32]].concat(),
    ));
    let integer = |bytes: &[u8]| {
        let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
        let mut bytes = bytes[zeros..].to_vec();
        if bytes[0] & 0x80 != 0 {
            bytes.insert(0, 0);
        }
        [&[2, bytes.len() as u8], bytes.as_slice()].concat()
    };
    let body = [integer(&signature[..32]), integer(&signature[32..])].concat();
    tokens.push(joined(
        signed,
        [&[0x30, body.len() as u8], body.as_slice()].concat(),
    ));
    house.refuses(&["token_signature"], tokens);
}

/// Adds a little-endian number to another, in place; gives the carry.
fn add<'a>(to: impl Iterator<Item = &'a mut u8>, number: impl Iterator<Item = u8>) -> u8 {
    let mut carry = 0;
    for (byte, add) in to.zip(number) {
        let total = u16::from(*byte) + u16::from(add) + carry;
        *byte = total as u8;
        carry = total >> 8;
    }
    carry as u8
}

/// JWT-047, JWT-048. RFC 8032 section 5.1.7
fn an_ed25519_signature_lies_in_range(house: &House) {
    let order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    let issued = house.issued();
    let (signed, mut signature) = parts(&issued);
    let genuine = signature.clone();
    let mut tokens = Vec::new();
    for _ in 0..14 {
        add(signature[32..].iter_mut(), order.iter().copied());
        tokens.push(joined(signed, &signature));
    }
    // The neutral element, and a point of order two, as R.
    for r in [
        [&[1_u8][..], &[0; 31]].concat(),
        [&[0xec][..], &[0xff; 30], &[0x7f]].concat(),
        vec![0; 32],
    ] {
        tokens.push(joined(signed, [r.as_slice(), &[0; 32]].concat()));
        tokens.push(joined(signed, [r.as_slice(), &genuine[32..]].concat()));
    }
    house.refuses(&["token_signature"], tokens);
}

/// JWT-040. RFC 8017 section 8.2.2
fn an_rsa_signature_is_below_the_modulus(house: &House) {
    let modulus = decode(house.jwk["n"].as_str().unwrap());
    let issued = house.issued();
    let (signed, mut sum) = parts(&issued);
    let carry = add(sum.iter_mut().rev(), modulus.iter().rev().copied());
    let small = |value: u8| [vec![0; 255], vec![value]].concat();
    let tokens = [
        joined(signed, &sum),
        joined(signed, [&[carry], sum.as_slice()].concat()),
        joined(signed, small(0)),
        joined(signed, small(1)),
        joined(signed, &modulus),
    ];
    house.refuses(&["token_signature"], tokens);
}
