//! Single keys (JWT-046, JWT-048, JWT-050 to JWT-055).

use aws_lc_rs::signature as lc;
use jose::*;
use serde_json::{Value, json};

use crate::forge::*;

fn jwk(algorithm: Algorithm) -> Value {
    serde_json::to_value(Forge::new(algorithm).key.verification_key().to_jwk()).unwrap()
}

/// Alone among good keys, as it would come from a peer.
fn judge(key: &Value) -> Result<VerificationKey, Option<InvalidKey>> {
    let good = with(jwk(Algorithm::EdDsa), "kid", "good".into());
    let last = with(good.clone(), "kid", "last".into());
    let set = json!({"keys": [good, key, last]});
    let set = match KeySet::parse(set.to_string().as_bytes()) {
        Ok(set) => set,
        Err(InvalidKeySet::Private) => return Err(Some(InvalidKey::Private)),
        Err(InvalidKeySet::Malformed) => return Err(None),
    };
    assert!(set.keys().len() >= 2, "the good keys stay usable");
    match set.skipped() {
        [] => Ok(set.keys()[1].clone()),
        [one] => {
            assert_eq!(one.position, 1);
            assert!(serde_json::from_value::<VerificationKey>(key.clone()).is_err());
            Err(one.reason)
        }
        more => panic!("{more:?}"),
    }
}

#[track_caller]
fn refused(reason: InvalidKey, key: &Value) {
    assert_eq!(judge(key), Err(Some(reason)), "{key}");
}

#[track_caller]
fn accepted(key: &Value) -> VerificationKey {
    judge(key).unwrap_or_else(|reason| panic!("{reason:?} for {key}"))
}

/// The eight points, and every other encoding of them that 32 bytes allow.
pub(crate) fn small_order_points() -> Vec<[u8; 32]> {
    let hex = |text: &str| -> [u8; 32] {
        std::array::from_fn(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
    };
    let mut points: Vec<[u8; 32]> = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ]
    .map(hex)
    .into();
    for at in 0..points.len() {
        let mut negative = points[at];
        negative[31] |= 0x80;
        points.push(negative);
    }
    points
}

#[test]
fn rfc8032_5_1_3_jwt_048_small_order_points_are_no_keys() {
    let good = jwk(Algorithm::EdDsa);
    accepted(&good);
    for point in small_order_points() {
        refused(
            InvalidKey::Point,
            &with(good.clone(), "x", encode(point).into()),
        );
    }
    // Every y from p to 2^255 - 1 is a second spelling of a small number.
    for low in 0xed..=0xff {
        for sign in [0x7f, 0xff] {
            let mut point = [0xff; 32];
            (point[0], point[31]) = (low, sign);
            refused(
                InvalidKey::Point,
                &with(good.clone(), "x", encode(point).into()),
            );
        }
    }
    accepted(&good);
}

/// RFC 7518 section 6.2.1, RFC 7518 section 6.2.1.2
#[test]
fn rfc7518_6_2_jwt_046_a_point_is_on_its_curve() {
    for (algorithm, size) in [
        (Algorithm::Es256, 32),
        (Algorithm::Es384, 48),
        (Algorithm::Es512, 66),
    ] {
        let good = jwk(algorithm);
        accepted(&good);
        let x = decode(good["x"].as_str().unwrap());
        for name in ["x", "y"] {
            let mut off = decode(good[name].as_str().unwrap());
            *off.last_mut().unwrap() ^= 1;
            refused(
                InvalidKey::Point,
                &with(good.clone(), name, encode(off).into()),
            );
            for fill in [0, 0xff] {
                let other = with(good.clone(), name, encode(vec![fill; size]).into());
                refused(InvalidKey::Point, &other);
            }
            let short = encode(&x[1..]);
            let long = encode([&[0], x.as_slice()].concat());
            for text in [
                short,
                long,
                String::new(),
                "=".into(),
                format!("{} ", encode(&x)),
            ] {
                refused(InvalidKey::Encoding, &with(good.clone(), name, text.into()));
            }
            refused(InvalidKey::Malformed, &without(good.clone(), name));
            refused(InvalidKey::Malformed, &with(good.clone(), name, json!(1)));
        }
        let zero: Value = encode(vec![0; size]).into();
        refused(
            InvalidKey::Point,
            &with(with(good.clone(), "x", zero.clone()), "y", zero),
        );
        accepted(&good);
    }
    for curve in [
        "P-522",
        "secp256k1",
        "p-256",
        "P-384",
        "Ed25519",
        "",
        "P-256 ",
    ] {
        assert!(
            judge(&with(jwk(Algorithm::Es256), "crv", curve.into())).is_err(),
            "{curve}"
        );
    }
    for curve in ["Ed448", "X25519", "ed25519", "P-256"] {
        refused(
            InvalidKey::UnknownCurve,
            &with(jwk(Algorithm::EdDsa), "crv", curve.into()),
        );
    }
}

#[test]
fn jwt_050_an_rsa_exponent_is_odd_and_from_65537_to_2_to_the_32() {
    let good = jwk(Algorithm::Rs256);
    for e in [65_537_u64, 65_539, (1 << 32) - 1] {
        accepted(&with(good.clone(), "e", minimal(e).into()));
    }
    let wrong = [
        1,
        2,
        3,
        17,
        257,
        65_535,
        65_536,
        65_538,
        1 << 31,
        1 << 32,
        (1 << 32) + 1,
        (1 << 33) + 1,
        (1 << 40) - 1,
        (1 << 40) + 1,
        u64::MAX,
    ];
    for e in wrong {
        refused(
            InvalidKey::Exponent,
            &with(good.clone(), "e", minimal(e).into()),
        );
    }
    for text in ["AAEAAQ", "AA", "", "AQAB=", "AQ+B"] {
        refused(InvalidKey::Encoding, &with(good.clone(), "e", text.into()));
    }
}

fn minimal(value: u64) -> String {
    let bytes = value.to_be_bytes();
    encode(&bytes[value.leading_zeros() as usize / 8..])
}

/// RFC 7518 section 2, RFC 7518 section 6.3.1
#[test]
fn rfc7518_3_3_jwt_051_a_modulus_is_large_odd_and_not_known_to_be_weak() {
    let good = jwk(Algorithm::Ps256);
    let modulus = decode(good["n"].as_str().unwrap());
    let set = |n: &[u8]| with(good.clone(), "n", encode(n).into());
    accepted(&good);
    for bytes in [64, 128, 255, 1025, 2048] {
        let mut n: Vec<u8> = modulus.iter().copied().cycle().take(bytes).collect();
        *n.last_mut().unwrap() |= 1;
        refused(InvalidKey::Modulus, &set(&n));
    }
    let mut bits_2047 = modulus.clone();
    bits_2047[0] = 0x7f;
    refused(InvalidKey::Modulus, &set(&bits_2047));
    let mut even = modulus.clone();
    *even.last_mut().unwrap() &= 0xfe;
    refused(InvalidKey::Modulus, &set(&even));
    refused(
        InvalidKey::Encoding,
        &set(&[&[0], modulus.as_slice()].concat()),
    );
    // A small factor: 255 * (2^2048 - 1) / 255 is divisible by 3, 5 and 17.
    refused(InvalidKey::Modulus, &set(&[0xff; 256]));
    // The shape of CVE-2017-15361: a power of 65537, so one modulo every prime.
    let mut power = vec![1_u8];
    while power.len() < 256 {
        let mut longer = vec![0_u8; power.len() + 2];
        longer[2..].copy_from_slice(&power);
        let mut carry = 0;
        for (at, byte) in longer.iter_mut().enumerate() {
            let add = power.get(at).copied().unwrap_or(0);
            let total = u16::from(*byte) + u16::from(add) + carry;
            *byte = total as u8;
            carry = total >> 8;
        }
        power = longer;
        while power.last() == Some(&0) {
            power.pop();
        }
    }
    power.reverse();
    assert!(power.len() * 8 - power[0].leading_zeros() as usize >= 2048);
    refused(InvalidKey::Modulus, &set(&power));
    accepted(&good);
}

#[test]
fn rfc9964_7_3_an_ml_dsa_key_has_its_one_length() {
    for (algorithm, size) in [
        (Algorithm::MlDsa44, 1312),
        (Algorithm::MlDsa65, 1952),
        (Algorithm::MlDsa87, 2592),
    ] {
        let good = jwk(algorithm);
        accepted(&good);
        let bytes = decode(good["pub"].as_str().unwrap());
        assert_eq!(bytes.len(), size);
        let set = |text: String| with(good.clone(), "pub", text.into());
        for length in [
            0,
            1,
            32,
            size - 1,
            size + 1,
            size + 22,
            1312,
            1952,
            2592,
            4032,
        ] {
            if length != size {
                let other: Vec<u8> = bytes.iter().copied().cycle().take(length).collect();
                refused(InvalidKey::Encoding, &set(encode(other)));
            }
        }
        refused(InvalidKey::Encoding, &set(format!("{}=", encode(&bytes))));
        refused(InvalidKey::Malformed, &without(good.clone(), "pub"));
        refused(InvalidKey::Malformed, &with(good.clone(), "pub", json!(1)));
        // With the head of an X.509 SubjectPublicKeyInfo, as which aws-lc would
        // read it.
        let oid = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03];
        let last = match algorithm {
            Algorithm::MlDsa44 => 0x11,
            Algorithm::MlDsa65 => 0x12,
            _ => 0x13,
        };
        let long = |tag: u8, content: Vec<u8>| {
            let length = content.len() as u16;
            [&[tag, 0x82], length.to_be_bytes().as_slice(), &content].concat()
        };
        let name = [&[0x30, 11, 0x06, 9], oid.as_slice(), &[last]].concat();
        let bits = long(0x03, [&[0], bytes.as_slice()].concat());
        let info = long(0x30, [name, bits].concat());
        let parameters = match algorithm {
            Algorithm::MlDsa44 => &lc::ML_DSA_44,
            Algorithm::MlDsa65 => &lc::ML_DSA_65,
            _ => &lc::ML_DSA_87,
        };
        assert!(lc::ParsedPublicKey::new(parameters, &info).is_ok());
        refused(InvalidKey::Encoding, &set(encode(info)));
        accepted(&good);
    }
}

/// RFC 8037 section 3.1
#[test]
fn rfc9964_3_an_rsa_or_akp_key_says_its_algorithm_and_others_may() {
    for algorithm in Algorithm::ALL {
        let good = jwk(algorithm);
        assert_eq!(accepted(&good).algorithm(), algorithm);
        for other in [
            "none", "HS256", "RSA-OAEP", "ECDH-ES", "es256", "", "Ed448", "ESP256",
        ] {
            refused(
                InvalidKey::Algorithm,
                &with(good.clone(), "alg", other.into()),
            );
        }
        for value in [json!(null), json!(1), json!([algorithm.as_str()])] {
            refused(InvalidKey::Algorithm, &with(good.clone(), "alg", value));
        }
        let family = |algorithm: Algorithm| match algorithm {
            Algorithm::EdDsa | Algorithm::Ed25519 => "Ed25519",
            rsa if RSA.contains(&rsa) => "RSA",
            alone => alone.as_str(),
        };
        for other in Algorithm::ALL {
            let key = with(good.clone(), "alg", other.as_str().into());
            if family(other) == family(algorithm) {
                assert_eq!(accepted(&key).algorithm(), other);
            } else if [algorithm, other]
                .iter()
                .all(|one| one.as_str().starts_with("ML-DSA"))
            {
                // The kind of key fits, but its length is that of the other.
                refused(InvalidKey::Encoding, &key);
            } else {
                refused(InvalidKey::Algorithm, &key);
            }
        }
        let unlabelled = without(good, "alg");
        match algorithm {
            Algorithm::MlDsa44 | Algorithm::MlDsa65 | Algorithm::MlDsa87 => {
                refused(InvalidKey::Algorithm, &unlabelled);
            }
            rsa if RSA.contains(&rsa) => refused(InvalidKey::Algorithm, &unlabelled),
            Algorithm::Ed25519 => assert_eq!(accepted(&unlabelled).algorithm(), Algorithm::EdDsa),
            same => assert_eq!(accepted(&unlabelled).algorithm(), same),
        }
    }
}

#[test]
fn rfc7517_4_2_4_3_jwt_053_a_key_for_something_else_is_not_used() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256] {
        let good = without(jwk(algorithm), "use");
        accepted(&good);
        accepted(&with(good.clone(), "use", "sig".into()));
        accepted(&with(good.clone(), "key_ops", json!(["verify"])));
        accepted(&with(good.clone(), "key_ops", json!(["sign", "verify"])));
        for usage in [
            json!("enc"),
            json!("SIG"),
            json!(""),
            json!(null),
            json!(["sig"]),
            json!(1),
        ] {
            refused(InvalidKey::Usage, &with(good.clone(), "use", usage));
        }
        let ops = [
            json!([]),
            json!(["encrypt"]),
            json!(["sign"]),
            json!(["verify", "encrypt"]),
            json!(["verify", "verify"]),
            json!("verify"),
            json!(null),
            json!({}),
            json!([1]),
            json!(["VERIFY"]),
            json!(["verify", null]),
            json!(true),
            json!(1),
            json!([["verify"]]),
        ];
        for ops in ops {
            refused(
                InvalidKey::Usage,
                &with(good.clone(), "key_ops", ops.clone()),
            );
            let both = with(with(good.clone(), "key_ops", ops), "use", "sig".into());
            refused(InvalidKey::Usage, &both);
        }
    }
}

/// RFC 7518 section 6.2.2, RFC 7518 section 6.3.2, RFC 7518 section 6.4.1,
/// RFC 8037 section 2, RFC 9964 section 3
#[test]
fn rfc7517_9_2_jwt_052_055_private_and_symmetric_keys_are_refused() {
    for algorithm in Algorithm::ALL {
        let good = jwk(algorithm);
        for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] {
            for value in [
                json!("AQAB"),
                json!(null),
                json!(""),
                json!([]),
                json!({"a": 1}),
            ] {
                let key = with(good.clone(), name, value);
                refused(InvalidKey::Private, &key);
                assert!(serde_json::from_value::<Jwk>(key).is_err());
            }
        }
    }
    for k in ["", "AA", "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U"] {
        refused(
            InvalidKey::Private,
            &json!({"kty": "oct", "k": k, "alg": "HS256"}),
        );
    }
    refused(InvalidKey::UnknownKind, &json!({"kty": "oct"}));
}

#[test]
fn malformed_keys_are_skipped() {
    let no_objects = [
        json!(1),
        json!(-1),
        json!(1.5),
        json!(null),
        json!("x"),
        json!([{}]),
    ];
    let no_keys = [
        json!({}),
        json!({"kty": 1}),
        json!({"kty": null}),
        json!(true),
    ];
    for key in no_objects.into_iter().chain(no_keys) {
        refused(InvalidKey::Malformed, &key);
    }
    for kind in ["ec", "akp", "rsa", "", "OKP "] {
        refused(
            InvalidKey::UnknownKind,
            &with(jwk(Algorithm::Es256), "kty", kind.into()),
        );
    }
    for id in [
        json!(""),
        json!("k".repeat(129)),
        json!("é"),
        json!("\n"),
        json!(1),
        json!(null),
    ] {
        refused(InvalidKey::KeyId, &with(jwk(Algorithm::Es256), "kid", id));
    }
}

#[test]
fn what_is_published_is_public_and_reads_back() {
    for algorithm in Algorithm::ALL {
        let key = Forge::new(algorithm).key;
        let text = serde_json::to_string(&key.verification_key().to_jwk()).unwrap();
        let back: Jwk = serde_json::from_str(&text).unwrap();
        assert_eq!(back, key.verification_key().to_jwk());
        assert_eq!(
            VerificationKey::from_jwk(&back).unwrap(),
            *key.verification_key()
        );
        let members: Vec<String> = serde_json::from_str::<Value>(&text)
            .unwrap()
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        let public = ["alg", "crv", "e", "kid", "kty", "n", "pub", "use", "x", "y"];
        assert!(
            members.iter().all(|name| public.contains(&name.as_str())),
            "{members:?}"
        );
        let twice = format!("{{\"kty\":\"EC\",{}", &text[1..]);
        assert!(serde_json::from_str::<Jwk>(&twice).is_err());
    }
}
