//! Keys and signatures (JWT-004 to JWT-016, JWT-040 to JWT-048).

use aws_lc_rs::hmac;
use jose::*;

use crate::forge::*;

fn parts(token: &str) -> (&str, Vec<u8>) {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    (signed, decode(signature))
}

fn joined(signed: &str, signature: impl AsRef<[u8]>) -> String {
    format!("{signed}.{}", encode(signature))
}

#[test]
fn jwt_005_006_015_a_public_key_is_no_mac_secret() {
    let forge = Forge::new(Algorithm::Rs256);
    let jwk = forge.key.verification_key().to_jwk();
    let n = decode(serde_json::to_value(&jwk).unwrap()["n"].as_str().unwrap());
    let secrets = [
        n,
        forge.keys.to_json().into_bytes(),
        serde_json::to_vec(&jwk).unwrap(),
    ];
    for alg in ["HS256", "RS256"] {
        let header = with(forge.header(), "alg", alg.into());
        let signed = format!(
            "{}.{}",
            encode(header.to_string()),
            encode(payload().to_string())
        );
        let tokens = secrets.iter().map(|secret| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
            joined(&signed, hmac::sign(&key, signed.as_bytes()))
        });
        forge.refuses(&[TokenError::Algorithm, TokenError::Signature], tokens);
    }
}

#[test]
fn jwt_008_009_010_011_one_key_one_algorithm() {
    for algorithm in Algorithm::ALL {
        let mut forge = Forge::new(algorithm);
        forge.allow = AllowList::new(&Algorithm::ALL).unwrap();
        let others = Algorithm::ALL
            .into_iter()
            .filter(|&other| other != algorithm);
        let tokens = others.map(|other| {
            // Another key of the other algorithm signs under the same key id.
            let other = Forge::new(other);
            other.with_header(other.header())
        });
        forge.refuses(&[TokenError::Algorithm], tokens);
    }
    // The very same key pair under another algorithm of its kind.
    let ed25519 = [Algorithm::EdDsa, Algorithm::Ed25519];
    for family in [&ed25519, RSA.as_slice()] {
        for (&one, &other) in family
            .iter()
            .flat_map(|one| family.iter().map(move |o| (one, o)))
        {
            if one != other {
                the_same_pair_under_another_name(one, other);
            }
        }
    }
}

fn the_same_pair_under_another_name(one: Algorithm, other: Algorithm) {
    let mut forge = Forge::new(one);
    forge.allow = AllowList::new(&Algorithm::ALL).unwrap();
    let pkcs8 = forge.key.to_pkcs8().unwrap();
    let key = SigningKey::from_pkcs8(other, "k1".parse().unwrap(), &pkcs8).unwrap();
    let token = key.sign(TokenType::AccessToken, &claims()).unwrap();
    forge.refuses(&[TokenError::Algorithm], [token.clone()]);
    // And with the header of the key's own algorithm over that signature.
    let own = forge.good();
    let signed = parts(&own).0;
    let signature = Forge::of(key).sign(signed.as_bytes());
    if RSA.contains(&one) {
        forge.refuses(&[TokenError::Signature], [joined(signed, signature)]);
    }
}

#[test]
fn rfc7515_5_2_another_key_of_the_same_id_signs_nothing() {
    for algorithm in Algorithm::ALL {
        let forge = Forge::new(algorithm);
        forge.refuses(&[TokenError::Signature], [Forge::another(algorithm).good()]);
    }
}

#[test]
fn jwt_016_without_a_key_id_at_most_four_keys_are_tried() {
    let key = |name: String| SigningKey::generate(Algorithm::EdDsa, name.parse().unwrap()).unwrap();
    let mut forge = Forge::new(Algorithm::EdDsa);
    let token = forge.with_header(without(forge.header(), "kid"));
    let good = forge.key.verification_key().clone();
    for place in 0..50 {
        // Keys of another algorithm do not count.
        let other = SigningKey::generate(Algorithm::Es256, "es".parse().unwrap()).unwrap();
        let mut keys = vec![other.verification_key().clone()];
        keys.extend((0..50).map(|i| key(format!("o{i}")).verification_key().clone()));
        keys[place + 1] = good.clone();
        forge.keys = KeySet::new(keys);
        let expected = if place < 4 {
            Ok(claims())
        } else {
            Err(TokenError::Signature)
        };
        assert_eq!(forge.verify(&token), expected, "{place}");
        assert_eq!(forge.verify(&forge.good()), Ok(claims()));
    }
    forge.keys = KeySet::default();
    assert_eq!(forge.verify(&token), Err(TokenError::KeyUnknown));
    assert_eq!(forge.verify(&forge.good()), Err(TokenError::KeyUnknown));
}

#[test]
fn jwt_040_a_signature_has_its_one_length() {
    for algorithm in Algorithm::ALL {
        let forge = Forge::new(algorithm);
        let good = forge.good();
        let (signed, signature) = parts(&good);
        let mut tokens: Vec<String> = (1..signature.len())
            .map(|length| joined(signed, &signature[..length]))
            .collect();
        tokens.extend((1..=32).map(|cut| joined(signed, &signature[cut..])));
        for zeros in 1..=32 {
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
        tokens.push(joined(signed, vec![0; 2048]));
        tokens.retain(|token| token.len() <= MAX_TOKEN_BYTES);
        forge.refuses(&[TokenError::Signature], tokens);
    }
}

#[test]
fn rsa_signature_plus_modulus_is_refused() {
    let forge = Forge::new(Algorithm::Rs256);
    let jwk = serde_json::to_value(forge.key.verification_key().to_jwk()).unwrap();
    let n = decode(jwk["n"].as_str().unwrap());
    let good = forge.good();
    let (signed, mut sum) = parts(&good);
    let mut carry = 0;
    for (byte, add) in sum.iter_mut().zip(&n).rev() {
        let total = u16::from(*byte) + u16::from(*add) + carry;
        *byte = total as u8;
        carry = total >> 8;
    }
    let longer = [&[carry as u8], sum.as_slice()].concat();
    forge.refuses(
        &[TokenError::Signature],
        [joined(signed, &sum), joined(signed, longer)],
    );
}

const P256_ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const P384_ORDER: &str = "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf\
                          581a0db248b0a77aecec196accc52973";
const P521_ORDER: &str = "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
                          fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409";

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap())
        .collect()
}

#[test]
fn jwt_043_an_ecdsa_signature_lies_in_range() {
    for (algorithm, order) in [
        (Algorithm::Es256, P256_ORDER),
        (Algorithm::Es384, P384_ORDER),
        (Algorithm::Es512, P521_ORDER),
    ] {
        let forge = Forge::new(algorithm);
        let n = hex(order);
        let size = n.len();
        let small = |value: u8| [vec![0; size - 1], vec![value]].concat();
        let mut above = n.clone();
        *above.last_mut().unwrap() += 1;
        let mut below = n.clone();
        *below.last_mut().unwrap() -= 1;
        let odd = [small(0), small(1), below, n, above, vec![0xff; size]];
        let good = forge.good();
        let (signed, signature) = parts(&good);
        let mut tokens = Vec::new();
        for value in &odd {
            tokens.extend(
                odd.iter()
                    .map(|s| joined(signed, [value.as_slice(), s].concat())),
            );
            tokens.push(joined(
                signed,
                [value.as_slice(), &signature[size..]].concat(),
            ));
            tokens.push(joined(signed, [&signature[..size], value].concat()));
        }
        tokens.push(joined(
            signed,
            [&signature[size..], &signature[..size]].concat(),
        ));
        forge.refuses(&[TokenError::Signature], tokens);
    }
}

#[test]
fn rfc7518_3_4_jwt_044_an_ecdsa_signature_is_not_der() {
    let forge = Forge::new(Algorithm::Es256);
    let good = forge.good();
    let (signed, signature) = parts(&good);
    let integer = |bytes: &[u8]| {
        let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
        let mut bytes = bytes[zeros..].to_vec();
        if bytes[0] & 0x80 != 0 {
            bytes.insert(0, 0);
        }
        [&[2, bytes.len() as u8], bytes.as_slice()].concat()
    };
    let body = [integer(&signature[..32]), integer(&signature[32..])].concat();
    let der = [&[0x30, body.len() as u8], body.as_slice()].concat();
    forge.refuses(&[TokenError::Signature], [joined(signed, der)]);
}

#[test]
fn rfc8032_5_1_7_jwt_047_s_is_below_the_order() {
    let order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    for algorithm in [Algorithm::EdDsa, Algorithm::Ed25519] {
        let forge = Forge::new(algorithm);
        let good = forge.good();
        let (signed, mut signature) = parts(&good);
        let mut tokens = Vec::new();
        // S + L, S + 2L, ... as long as it fits.
        for _ in 0..14 {
            let mut carry = 0;
            for (byte, add) in signature[32..].iter_mut().zip(&order) {
                let total = u16::from(*byte) + u16::from(*add) + carry;
                *byte = total as u8;
                carry = total >> 8;
            }
            tokens.push(joined(signed, &signature));
        }
        forge.refuses(&[TokenError::Signature], tokens);
    }
}

#[test]
fn jwt_048_a_small_order_r_is_refused() {
    let forge = Forge::new(Algorithm::EdDsa);
    let good = forge.good();
    let (signed, signature) = parts(&good);
    let tokens = crate::key::small_order_points()
        .into_iter()
        .flat_map(|point| {
            [
                [point.as_slice(), &[0; 32]].concat(),
                [point.as_slice(), &signature[32..]].concat(),
            ]
            .map(|forged| joined(signed, forged))
        });
    forge.refuses(&[TokenError::Signature], tokens);
}
