//! The header (JWT-057 to JWT-059), each token genuinely encrypted.

use jose::encryption::*;
use serde_json::{Value, json};

use crate::forge::*;

fn set(forge: &Forge, name: &str, value: Value) -> String {
    forge.with_header(|header| header[name] = value, b"x")
}

#[test]
fn jwt_057_a_password_is_refused_by_its_name_before_any_work() {
    for forge in forges() {
        let names = [
            "PBES2-HS256+A128KW",
            "PBES2-HS384+A192KW",
            "PBES2-HS512+A256KW",
        ];
        let tokens = names.map(|alg| {
            forge.with_header(
                |header| {
                    header["alg"] = alg.into();
                    header["p2s"] = "2WCTcJZ1Rvd_CJuJripQ1w".into();
                    header["p2c"] = i32::MAX.into();
                },
                b"x",
            )
        });
        // Which parameter is named first is of no weight: both are read alone.
        let reasons = ["p2c", "p2s"].map(DecryptionError::ForbiddenHeader);
        forge.refuses(&reasons, tokens);
        let bare = names.map(|alg| set(forge, "alg", alg.into()));
        forge.refuses(&[DecryptionError::Algorithm], bare);
    }
}

// RFC 7516 section 4.1.3, RFC 8725 section 3.6
#[test]
fn jwt_058_rfc8725_3_6_nothing_is_ever_decompressed() {
    for forge in forges() {
        let values = [
            json!("DEF"),
            json!("def"),
            json!(""),
            json!(null),
            json!(["DEF"]),
        ];
        let tokens = values.map(|value| set(forge, "zip", value));
        forge.refuses(&[DecryptionError::ForbiddenHeader("zip")], tokens);
    }
}

// RFC 7516 section 4.1.2, RFC 7518 section 4.1, RFC 7518 section 5.1
#[test]
fn jwt_059_rfc8725_3_1_only_what_is_on_the_list_is_accepted() {
    for forge in forges() {
        let managements = [
            "RSA1_5",
            "RSA-OAEP",
            "RSA-OAEP-384",
            "RSA-OAEP-512",
            "dir",
            "A128KW",
            "A192KW",
            "A256KW",
            "A128GCMKW",
            "A256GCMKW",
            "ECDH-ES+A128KW",
            "ECDH-ES+A192KW",
            "ECDH-1PU",
            "none",
            "",
            "rsa-oaep-256",
            "ecdh-es",
            "RSA-OAEP-256 ",
            "RSA-OAEP-256\0",
            "RS256",
            "ES256",
            "HS256",
        ];
        let all = KeyManagement::ALL.map(KeyManagement::as_str);
        let others = all
            .into_iter()
            .filter(|&name| name != forge.management.as_str());
        let mut tokens: Vec<String> = others
            .chain(managements)
            .map(|alg| set(forge, "alg", alg.into()))
            .collect();
        let contents = [
            "A128GCM",
            "A192GCM",
            "A192CBC-HS384",
            "A256CBC-HS512",
            "A128CBC+HS256",
            "C20P",
            "none",
            "",
            "a256gcm",
            "A256GCM ",
        ];
        let all = ContentEncryption::ALL.map(ContentEncryption::as_str);
        let others = all
            .into_iter()
            .filter(|&name| name != forge.content.as_str());
        tokens.extend(
            others
                .chain(contents)
                .map(|enc| set(forge, "enc", enc.into())),
        );
        tokens.extend(["alg", "enc"].map(|name| {
            let change = |header: &mut Value| {
                header.as_object_mut().unwrap().remove(name);
            };
            forge.with_header(change, b"x")
        }));
        // An agreement with the name of an RSA algorithm has an `epk` too much,
        // and the other way round one too little.
        let reasons = [
            DecryptionError::Algorithm,
            DecryptionError::Agreement,
            DecryptionError::ForbiddenHeader("epk"),
        ];
        forge.refuses(&reasons, tokens);
    }
}

#[test]
fn rfc8725_3_1_a_key_has_one_algorithm_whatever_the_list_allows() {
    let own = Forge::new(&private_jwks()[1], ContentEncryption::A256Gcm);
    let swapped = own.with_header(|header| header["alg"] = "ECDH-ES+A256KW".into(), b"x");
    let error = decrypt(&swapped, &own.keys, EncryptionAllowList::ALL).err();
    assert_eq!(error, Some(DecryptionError::Algorithm));
    assert!(decrypt(&own.good(b"x"), &own.keys, EncryptionAllowList::ALL).is_ok());
}

#[test]
fn what_the_acceptor_does_not_list_is_refused_though_the_key_could() {
    for forge in forges() {
        for other in forges() {
            let list = EncryptionAllowList::new(&[other.management], &[other.content]).unwrap();
            let same = (other.management, other.content) == (forge.management, forge.content);
            let result = decrypt(&forge.good(b"x"), &forge.keys, list).err();
            assert_eq!(result, (!same).then_some(DecryptionError::Algorithm));
        }
    }
}

#[test]
fn rfc7516_4_1_13_every_crit_is_refused() {
    for forge in forges() {
        let values = [
            json!(["exp"]),
            json!(["zip"]),
            json!(["alg"]),
            json!([]),
            json!(null),
            json!("exp"),
            json!({}),
            json!([1]),
        ];
        let tokens = values.map(|value| set(forge, "crit", value));
        forge.refuses(&[DecryptionError::CriticalHeader], tokens);
    }
}

#[test]
fn rfc8725_3_10_no_key_no_place_of_a_key_and_no_foreign_parameter_comes_with_a_token() {
    for forge in forges() {
        for name in [
            "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "b64", "iv", "tag", "p2s", "p2c",
        ] {
            let values = [json!("x"), json!(null), json!({}), json!(1), json!([])];
            let tokens = values.map(|value| set(forge, name, value));
            forge.refuses(&[DecryptionError::ForbiddenHeader(name)], tokens);
        }
    }
}

#[test]
fn rfc7516_4_names_stand_once() {
    for forge in forges() {
        let mut names = vec!["alg", "enc", "kid", "cty", "typ", "zzz"];
        if !forge.is_rsa() {
            names.extend(["epk", "apu", "apv"]);
        }
        let tokens = names.iter().flat_map(|name| {
            let twice = |first: bool| {
                forge.with_text(
                    |mut header| {
                        if header.get(name).is_none() {
                            header[name] = "AAAA".into();
                        }
                        let member = format!("\"{name}\":{}", header[name]);
                        let text = header.to_string();
                        let inner = text[1..text.len() - 1].to_owned();
                        if first {
                            format!("{{{member},{inner}}}")
                        } else {
                            format!("{{{inner},{member}}}")
                        }
                    },
                    b"x",
                )
            };
            [twice(true), twice(false)]
        });
        forge.refuses(&[DecryptionError::Malformed], tokens.collect::<Vec<_>>());
    }
}

#[test]
fn malformed_is_never_treated_as_absent() {
    for forge in forges() {
        let wrong = [json!(null), json!(1), json!([]), json!({}), json!(true)];
        let names = ["alg", "enc", "kid", "cty", "typ"];
        let tokens = names
            .iter()
            .flat_map(|name| wrong.clone().map(|value| set(forge, name, value)));
        forge.refuses(&[DecryptionError::Malformed], tokens.collect::<Vec<_>>());
        let ids = ["", "é", "a\n", &"k".repeat(129)].map(|id| set(forge, "kid", id.into()));
        forge.refuses(&[DecryptionError::KeyId], ids);
        let unknown = ["K1", "k1 ", "k2", "../k1"].map(|id| set(forge, "kid", id.into()));
        forge.refuses(&[DecryptionError::KeyUnknown], unknown);
    }
}

#[test]
fn a_header_is_one_shallow_json_object() {
    for forge in forges() {
        let mut tokens = Vec::new();
        for (before, after) in [
            ("", " x"),
            ("", "{}"),
            ("[", "]"),
            ("\u{feff}", ""),
            ("", "\0"),
            ("//\n", ""),
        ] {
            tokens.push(forge.with_text(|header| format!("{before}{header}{after}"), b"x"));
        }
        for depth in [8, 100, 2000] {
            let deep = |header: Value| {
                let text = header.to_string();
                let (open, close) = ("[".repeat(depth), "]".repeat(depth));
                format!("{},\"zzz\":{open}{close}}}", &text[..text.len() - 1])
            };
            tokens.push(forge.with_text(deep, b"x"));
        }
        tokens.push(forge.with_text(|_| String::new(), b"x"));
        tokens.push(forge.with_text(|_| "null".to_owned(), b"x"));
        forge.refuses(&[DecryptionError::Malformed], tokens);
        // What is not known and harmless may be there (RFC 7516 section 4).
        let more = forge.with_header(|header| header["zzz"] = json!([[1], {"a": {}}]), b"x");
        assert!(forge.decrypt(&more).is_ok());
    }
}

#[test]
fn rfc7518_4_6_1_parties_are_short_base64url_of_an_agreement_alone() {
    for forge in forges() {
        for name in ["apu", "apv"] {
            if forge.is_rsa() {
                let tokens = [set(forge, name, "QQ".into())];
                forge.refuses(&[DecryptionError::ForbiddenHeader(name)], tokens);
                continue;
            }
            let longest = encode([7; 128]);
            assert!(forge.decrypt(&set(forge, name, longest.into())).is_ok());
            let wrong = [
                encode([7; 129]),
                encode([7; 4000]),
                "A".to_owned(),
                "QQ==".to_owned(),
                "QR".to_owned(),
                "Q Q".to_owned(),
                "é".to_owned(),
            ];
            let tokens = wrong.map(|value| set(forge, name, value.into()));
            forge.refuses(&[DecryptionError::Agreement], tokens);
            let kinds = [json!(null), json!(1), json!({}), json!([])];
            let tokens = kinds.map(|value| set(forge, name, value));
            forge.refuses(&[DecryptionError::Malformed], tokens);
        }
    }
}
