//! The sender's half of an agreement: `epk` (RFC 7518 section 4.6.1.1).

use jose::encryption::*;
use serde_json::{Value, json};

use crate::forge::*;

fn agreements() -> impl Iterator<Item = &'static Forge> {
    forges().iter().filter(|forge| !forge.is_rsa())
}

fn with_epk(forge: &Forge, change: impl FnOnce(&mut Value)) -> String {
    forge.with_header(|header| change(&mut header["epk"]), b"x")
}

#[test]
fn rfc7518_4_6_1_1_it_must_be_there_and_must_be_public() {
    for forge in agreements() {
        let absent = forge.with_header(
            |header| {
                header.as_object_mut().unwrap().remove("epk");
            },
            b"x",
        );
        let mut tokens = vec![absent];
        for name in ["d", "k", "p", "q", "dp", "dq", "qi", "oth"] {
            for value in [json!(encode([1; 32])), json!(null), json!(1), json!([])] {
                tokens.push(with_epk(forge, |epk| epk[name] = value));
            }
        }
        forge.refuses(&[DecryptionError::Agreement], tokens);
    }
}

// RFC 7748 section 5, RFC 8037 section 2, RFC 8037 section 3.2
#[test]
fn rfc7517_4_every_member_has_the_right_form() {
    for forge in agreements() {
        let mut tokens = Vec::new();
        let is_ec = forge.jwk["kty"] == "EC";
        let names: &[&str] = if is_ec {
            &["kty", "crv", "x", "y"]
        } else {
            &["kty", "crv", "x"]
        };
        for name in names {
            tokens.push(with_epk(forge, |epk| {
                epk.as_object_mut().unwrap().remove(*name);
            }));
            for value in [
                "",
                "P-384",
                "P-521",
                "secp256k1",
                "X448",
                "Ed25519",
                "RSA",
                "oct",
                "ec",
            ] {
                tokens.push(with_epk(forge, |epk| epk[*name] = value.into()));
            }
        }
        for length in [0, 1, 31, 33, 48, 64, 65, 1000] {
            tokens.push(with_epk(forge, |epk| {
                epk["x"] = encode(vec![1; length]).into()
            }));
        }
        let other = if is_ec {
            ("OKP", "X25519")
        } else {
            ("EC", "P-256")
        };
        // The other curve's names over this curve's numbers, and mixtures.
        for (kty, crv) in [
            other,
            (other.0, forge.jwk["crv"].as_str().unwrap()),
            (forge.jwk["kty"].as_str().unwrap(), other.1),
        ] {
            tokens.push(with_epk(forge, |epk| {
                epk["kty"] = kty.into();
                epk["crv"] = crv.into();
            }));
        }
        if !is_ec {
            tokens.push(with_epk(forge, |epk| epk["y"] = encode([1; 32]).into()));
        }
        forge.refuses(&[DecryptionError::Agreement], tokens);
        let kinds = [json!(null), json!("x"), json!(1), json!([]), json!(["EC"])];
        let tokens = kinds.map(|value| forge.with_header(|header| header["epk"] = value, b"x"));
        forge.refuses(&[DecryptionError::Malformed], tokens);
        let twice = forge.with_text(
            |header| {
                header
                    .to_string()
                    .replace("\"crv\":", "\"crv\":\"P-256\",\"crv\":")
            },
            b"x",
        );
        forge.refuses(&[DecryptionError::Malformed], [twice]);
    }
}

#[test]
fn jwt_059_a_point_off_the_curve_or_of_another_one_agrees_on_nothing() {
    for forge in agreements().filter(|forge| forge.jwk["crv"] == "P-256") {
        let good = decode(forge.jwk["x"].as_str().unwrap());
        let mut points = vec![
            ([0; 32], [0; 32]),
            ([0xff; 32], [0xff; 32]),
            ([1; 32], [1; 32]),
        ];
        // Off the curve by one bit in each place.
        let y: [u8; 32] = decode(forge.jwk["y"].as_str().unwrap()).try_into().unwrap();
        let x: [u8; 32] = good.try_into().unwrap();
        for bit in 0..256 {
            let mut other = y;
            other[bit / 8] ^= 1 << (bit % 8);
            points.push((x, other));
        }
        // The field's prime as a coordinate: zero in another spelling.
        let prime = "_____wAAAAEAAAAAAAAAAAAAAAD_______________8";
        points.push((decode(prime).try_into().unwrap(), y));
        let tokens = points.into_iter().map(|(x, y)| {
            with_epk(forge, |epk| {
                epk["x"] = encode(x).into();
                epk["y"] = encode(y).into();
            })
        });
        forge.refuses(&[DecryptionError::Failed], tokens.collect::<Vec<_>>());
    }
}

#[test]
fn a_key_of_the_other_curve_is_no_partner() {
    let (p256, x25519) = (&private_jwks()[1], &private_jwks()[3]);
    let content = ContentEncryption::A256Gcm;
    for (one, other) in [(p256, x25519), (x25519, p256)] {
        let (one, other) = (Forge::new(one, content), Forge::new(other, content));
        let failed = decrypt(&one.good(b"x"), &other.keys, EncryptionAllowList::ALL).err();
        assert_eq!(failed, Some(DecryptionError::Failed));
    }
}

#[test]
fn rfc7748_6_1_a_point_of_small_order_agrees_on_nothing() {
    for forge in agreements().filter(|forge| forge.jwk["crv"] == "X25519") {
        let mut one = [0; 32];
        one[0] = 1;
        let tokens = [[0; 32], one].map(|x| with_epk(forge, |epk| epk["x"] = encode(x).into()));
        forge.refuses(&[DecryptionError::Failed], tokens);
    }
}
