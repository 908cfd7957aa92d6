//! Encryption keys as JWK and as PEM: what is taken, and what is not.

use jose::encryption::*;
use serde_json::{Value, json};

use crate::forge::*;

fn public(jwk: &Value) -> Result<EncryptionKey, InvalidEncryptionKey> {
    EncryptionKey::from_jwk(jwk.to_string().as_bytes())
}

fn private(jwk: &Value) -> Result<DecryptionKey, InvalidEncryptionKey> {
    DecryptionKey::parse(&jwk.to_string())
}

fn with(jwk: &Value, name: &str, value: impl Into<Value>) -> Value {
    let mut jwk = jwk.clone();
    jwk[name] = value.into();
    jwk
}

fn without(jwk: &Value, name: &str) -> Value {
    let mut jwk = jwk.clone();
    jwk.as_object_mut().unwrap().remove(name).unwrap();
    jwk
}

/// Every public key and every private key, as JSON.
fn pairs() -> Vec<(Value, Value)> {
    let pair = |text: &String| {
        let jwk: Value = serde_json::from_str(text).unwrap();
        let mut public = jwk.clone();
        for name in ["d", "p", "q", "dp", "dq", "qi"] {
            public.as_object_mut().unwrap().remove(name);
        }
        (public, jwk)
    };
    private_jwks().iter().map(pair).collect()
}

#[test]
fn rfc7517_4_a_key_survives_being_written_and_read() {
    for (jwk, secret) in pairs() {
        let key = public(&jwk).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&key.to_jwk()).unwrap(), jwk);
        assert_eq!(jwk["use"], "enc");
        let again = private(&secret).unwrap();
        assert_eq!(*again.encryption_key(), key);
        let written: Value = serde_json::from_str(&again.to_jwk().unwrap()).unwrap();
        assert_eq!(written, secret);
        let shown = format!("{key:?}");
        assert!(!shown.contains(secret["d"].as_str().unwrap()));
    }
}

#[test]
fn rfc7517_9_2_a_private_key_is_no_public_one_and_a_public_one_decrypts_nothing() {
    for (jwk, secret) in pairs() {
        assert_eq!(public(&secret).err(), Some(InvalidEncryptionKey::Private));
        assert_eq!(private(&jwk).err(), Some(InvalidEncryptionKey::Public));
        for name in ["d", "k", "p", "oth"] {
            let mixed = with(&jwk, name, "AQAB");
            assert_eq!(public(&mixed).err(), Some(InvalidEncryptionKey::Private));
        }
        let symmetric = json!({"kty": "oct", "k": encode([1; 32]), "alg": "dir", "kid": "k"});
        assert!(public(&symmetric).is_err() && private(&symmetric).is_err());
    }
}

#[test]
fn rfc8725_3_1_a_key_says_its_one_algorithm_and_its_name() {
    for (jwk, secret) in pairs() {
        let rsa = jwk["kty"] == "RSA";
        let fitting: &[&str] = if rsa {
            &["RSA-OAEP-256"]
        } else {
            &["ECDH-ES", "ECDH-ES+A256KW"]
        };
        for alg in [
            "RSA-OAEP-256",
            "ECDH-ES",
            "ECDH-ES+A256KW",
            "RSA-OAEP",
            "RSA1_5",
            "ECDH-ES+A128KW",
            "dir",
            "RS256",
            "ES256",
            "EdDSA",
            "none",
            "",
        ] {
            let expected = (!fitting.contains(&alg)).then_some(InvalidEncryptionKey::Algorithm);
            assert_eq!(public(&with(&jwk, "alg", alg)).err(), expected, "{alg}");
            assert_eq!(private(&with(&secret, "alg", alg)).err(), expected, "{alg}");
        }
        let nameless = Some(InvalidEncryptionKey::KeyId);
        assert_eq!(public(&without(&jwk, "kid")).err(), nameless);
        for kid in ["", "é", "a\n", &"k".repeat(129)] {
            assert_eq!(public(&with(&jwk, "kid", kid)).err(), nameless);
        }
        let silent = Some(InvalidEncryptionKey::Algorithm);
        assert_eq!(public(&without(&jwk, "alg")).err(), silent);
        assert_eq!(private(&without(&secret, "alg")).err(), silent);
    }
}

#[test]
fn rfc7517_4_2_and_4_3_a_key_for_signatures_encrypts_nothing() {
    for (jwk, secret) in pairs() {
        assert!(public(&without(&jwk, "use")).is_ok());
        for usage in ["sig", "ENC", "", "enc "] {
            let wrong = Some(InvalidEncryptionKey::Usage);
            assert_eq!(public(&with(&jwk, "use", usage)).err(), wrong);
            assert_eq!(private(&with(&secret, "use", usage)).err(), wrong);
        }
        for (operations, good, good_private) in [
            (json!([]), true, true),
            (json!(["encrypt"]), true, true),
            (json!(["wrapKey", "deriveBits", "deriveKey"]), true, true),
            (json!(["decrypt"]), false, true),
            (json!(["unwrapKey", "encrypt"]), false, true),
            (json!(["verify"]), false, false),
            (json!(["sign"]), false, false),
            (json!(["encrypt", "verify"]), false, false),
            (json!(["encrypt", "encrypt"]), false, false),
            (json!(["anything"]), false, false),
            (json!("encrypt"), false, false),
            (json!(null), false, false),
            (json!([1]), false, false),
        ] {
            let shown = operations.to_string();
            let jwk = with(&jwk, "key_ops", operations.clone());
            assert_eq!(public(&jwk).is_ok(), good, "{shown}");
            let secret = with(&secret, "key_ops", operations);
            assert_eq!(private(&secret).is_ok(), good_private, "{shown}");
        }
    }
}

#[test]
fn rfc7517_4_malformed_is_never_treated_as_absent() {
    for (jwk, secret) in pairs() {
        for name in jwk.as_object().unwrap().keys() {
            for value in [json!(null), json!(1), json!([]), json!({})] {
                assert!(public(&with(&jwk, name, value.clone())).is_err(), "{name}");
                assert!(private(&with(&secret, name, value)).is_err(), "{name}");
            }
            let text = jwk.to_string();
            let twice = format!("{{\"{name}\":{},{}", jwk[name], &text[1..]);
            assert_eq!(
                EncryptionKey::from_jwk(twice.as_bytes()).err(),
                Some(InvalidEncryptionKey::Malformed),
                "{name}"
            );
        }
        for name in secret.as_object().unwrap().keys() {
            if ["use"].contains(&name.as_str()) {
                continue;
            }
            assert!(private(&without(&secret, name)).is_err(), "{name}");
        }
        let escaped = secret.to_string().replace("\"d\":\"", "\"d\":\"\\u0041");
        assert_eq!(
            DecryptionKey::parse(&escaped).err(),
            Some(InvalidEncryptionKey::Malformed)
        );
        for text in [
            "",
            "{}",
            "[]",
            "null",
            "x",
            "{\"kty\":\"RSA\"",
            "\u{feff}{}",
        ] {
            assert!(EncryptionKey::from_jwk(text.as_bytes()).is_err());
            assert!(DecryptionKey::parse(text).is_err());
        }
    }
}

// RFC 7518 section 6.2.2.1, RFC 7518 section 6.3.2, RFC 8037 section 2
#[test]
fn a_private_half_that_belongs_to_another_key_is_refused() {
    for (at, (_, secret)) in pairs().into_iter().enumerate() {
        for (other_at, (_, other)) in pairs().into_iter().enumerate() {
            if at == other_at || secret["crv"] != other["crv"] || secret["kty"] != other["kty"] {
                continue;
            }
            let mixed = with(&secret, "d", other["d"].clone());
            assert_eq!(
                private(&mixed).err(),
                Some(InvalidEncryptionKey::Contradiction)
            );
        }
        if secret["kty"] != "RSA" {
            for d in [vec![], vec![1; 31], vec![1; 33]] {
                assert!(private(&with(&secret, "d", encode(d))).is_err());
            }
            continue;
        }
        for name in ["d", "p", "q", "dp", "dq", "qi"] {
            let mut number = decode(secret[name].as_str().unwrap());
            *number.last_mut().unwrap() ^= 2;
            let altered = with(&secret, name, encode(number));
            let error = private(&altered).err();
            assert_eq!(error, Some(InvalidEncryptionKey::Contradiction), "{name}");
        }
    }
}

#[test]
fn jwt_050_and_051_weak_rsa_keys_are_refused() {
    let (jwk, _) = pairs().remove(0);
    let n = decode(jwk["n"].as_str().unwrap());
    let mut even = n.clone();
    *even.last_mut().unwrap() &= 0xfe;
    for weak in [
        n[..255].to_vec(),
        n[..128].to_vec(),
        vec![0xff; 2048],
        even,
        vec![],
    ] {
        assert!(public(&with(&jwk, "n", encode(weak))).is_err());
    }
    for e in [
        &[1][..],
        &[2],
        &[3],
        &[1, 0, 0],
        &[1, 0, 0, 0, 0, 1],
        &[0, 1, 0, 1],
    ] {
        assert!(public(&with(&jwk, "e", encode(e))).is_err(), "{e:?}");
    }
}

// RFC 7518 section 6.2.1.1, RFC 7518 section 6.2.1.2
#[test]
fn a_point_off_the_curve_or_of_another_one_is_refused() {
    for (jwk, _) in pairs().into_iter().filter(|(jwk, _)| jwk["crv"] == "P-256") {
        let off = with(&jwk, "y", jwk["x"].clone());
        assert_eq!(public(&off).err(), Some(InvalidEncryptionKey::Point));
        for crv in ["P-384", "P-521", "secp256k1", "Ed25519", "X25519", ""] {
            let other = with(&jwk, "crv", crv);
            assert_eq!(
                public(&other).err(),
                Some(InvalidEncryptionKey::Kind),
                "{crv}"
            );
        }
        let short = with(&jwk, "x", encode([1; 31]));
        assert_eq!(public(&short).err(), Some(InvalidEncryptionKey::Encoding));
    }
}

#[test]
fn rfc7468_10_a_private_key_in_pem_is_read_and_named_by_its_thumbprint() {
    use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
    use base64::Engine as _;
    let pem = |der: &[u8]| {
        let text = base64::engine::general_purpose::STANDARD.encode(der);
        let lines: Vec<&str> = text
            .as_bytes()
            .chunks(64)
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect();
        format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            lines.join("\n")
        )
    };
    let ec = aws_lc_rs::agreement::PrivateKey::generate(&aws_lc_rs::agreement::ECDH_P256).unwrap();
    let ec: Pkcs8V1Der<'_> = ec.as_der().unwrap();
    let rsa = aws_lc_rs::rsa::PrivateDecryptingKey::generate(aws_lc_rs::rsa::KeySize::Rsa2048);
    let rsa: Pkcs8V1Der<'_> = rsa.unwrap().as_der().unwrap();
    for (der, management) in [
        (ec.as_ref(), KeyManagement::EcdhEsA256Kw),
        (rsa.as_ref(), KeyManagement::RsaOaep256),
    ] {
        let key = DecryptionKey::parse(&pem(der)).unwrap();
        let public = key.encryption_key();
        assert_eq!(public.management(), management);
        assert_eq!(public.key_id().as_str(), public.thumbprint().to_string());
        let forge = Forge::new(
            &key.to_jwk()
                .unwrap()
                .replace(public.key_id().as_str(), "k1"),
            ContentEncryption::A256Gcm,
        );
        forge.control();
        let good = pem(der);
        for wrong in [
            good.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"),
            good.replace("PRIVATE KEY", "EC PRIVATE KEY"),
            good.replace("PRIVATE KEY", "PUBLIC KEY"),
            format!("{good}{good}"),
            format!("{good}x"),
            good.replace('M', "*"),
            pem(&der[..der.len() - 1]),
            pem(&[]),
        ] {
            assert!(DecryptionKey::parse(&wrong).is_err(), "{wrong}");
        }
    }
    let other = aws_lc_rs::agreement::PrivateKey::generate(&aws_lc_rs::agreement::ECDH_P384);
    let other: Pkcs8V1Der<'_> = other.unwrap().as_der().unwrap();
    let error = DecryptionKey::parse(&pem(other.as_ref())).err();
    assert_eq!(error, Some(InvalidEncryptionKey::Kind));
}

const RFC7638_3_1: &str = r#"{"kty":"RSA","e":"AQAB","alg":"RSA-OAEP-256","kid":"2011-04-29",
    "n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"}"#;

// RFC 7638 section 3.2
#[test]
fn rfc7638_3_a_thumbprint_is_of_the_numbers_alone() {
    let key = EncryptionKey::from_jwk(RFC7638_3_1.as_bytes()).unwrap();
    let example = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
    assert_eq!(key.thumbprint().to_string(), example);
    // The same point as a key that verifies signatures has the same one.
    for (jwk, _) in pairs().into_iter().filter(|(jwk, _)| jwk["crv"] == "P-256") {
        let signature = json!({"kty": "EC", "crv": "P-256", "x": jwk["x"], "y": jwk["y"]});
        let signature: jose::VerificationKey = serde_json::from_value(signature).unwrap();
        assert_eq!(public(&jwk).unwrap().thumbprint(), signature.thumbprint());
    }
    let prints: std::collections::BTreeSet<_> = pairs()
        .iter()
        .map(|(jwk, _)| public(jwk).unwrap().thumbprint())
        .collect();
    assert_eq!(prints.len(), 5);
}
