//! The header (JWT-001 to JWT-025, JWT-060, JWT-073, JWT-074).

use e2e::forge::{Signer, encode, mac, public_forms};
use serde_json::{Value, json};

use crate::house::{House, appended, key_file, prefixed, with, without};

pub fn attack(house: &House) {
    none_is_no_algorithm(house);
    a_published_key_is_no_mac_key(house);
    one_key_has_one_algorithm(house);
    a_key_id_is_only_a_name(house);
    another_signer_is_nobody(house);
    no_key_comes_with_the_token(house);
    crit_and_b64_and_duplicates_are_refused(house);
    the_type_is_at_jwt(house);
}

/// JWT-001 to JWT-004.
fn none_is_no_algorithm(house: &House) {
    let issued = house.issued();
    let attached = issued.rsplit('.').next().unwrap();
    let spellings = [
        "none",
        "None",
        "NONE",
        "nOnE",
        "none ",
        " none",
        "non\u{435}",
        "none\0",
        "",
        "HS256",
        "*",
        "es256",
        "rs256",
    ];
    let mut headers: Vec<String> = spellings
        .map(|alg| with(&house.header(), "alg", alg).to_string())
        .into();
    headers.push(json!({"alg": "none", "typ": "at+jwt"}).to_string());
    headers.push(r#"{"alg":"\u006eone","typ":"at+jwt"}"#.to_owned());
    for odd in [
        json!(null),
        json!(256),
        json!([house.algorithm]),
        json!({}),
        json!(true),
    ] {
        headers.push(with(&house.header(), "alg", odd).to_string());
    }
    headers.push(without(&house.header(), "alg").to_string());
    let tokens = headers.iter().flat_map(|header| {
        let signed = house.signed(header);
        [
            format!("{signed}."),
            format!("{signed}.{attached}"),
            house.with_header(header),
            format!("{signed}.AA"),
        ]
    });
    house.refuses(&["token_malformed", "token_algorithm"], tokens);
}

/// JWT-005, JWT-006, JWT-015. RFC 8725 section 2.1
fn a_published_key_is_no_mac_key(house: &House) {
    let secrets = house.installation.home().join("secrets");
    let mut keys = public_forms(&house.jwk);
    keys.push((
        "client secret".to_owned(),
        house.client_secret.clone().into_bytes(),
    ));
    for name in ["digest.key", "sealing.key"] {
        let path = secrets.join(name);
        keys.push((name.to_owned(), key_file(&path).to_vec()));
        keys.push((format!("{name} as text"), std::fs::read(&path).unwrap()));
    }
    let tokens = keys.iter().flat_map(|(_, key)| {
        [256, 384, 512].into_iter().flat_map(move |bits| {
            let header = with(&house.header(), "alg", format!("HS{bits}"));
            // Also under the name of the key's own algorithm.
            [header.clone(), without(&header, "kid"), house.header()].map(|header| {
                let signed = house.signed(header);
                let signature = mac(bits, key, signed.as_bytes());
                format!("{signed}.{}", encode(signature))
            })
        })
    });
    house.refuses(&["token_algorithm", "token_signature"], tokens);
}

/// JWT-008 to JWT-011. RFC 8725 section 3.1
fn one_key_has_one_algorithm(house: &House) {
    const NAMES: [&str; 17] = [
        "ES256",
        "ES384",
        "ES512",
        "ES256K",
        "RS256",
        "RS384",
        "RS512",
        "PS256",
        "PS384",
        "PS512",
        "EdDSA",
        "Ed25519",
        "Ed448",
        "HS256",
        "RSA-OAEP",
        "dir",
        "ML-DSA-44",
    ];
    let others = NAMES.into_iter().filter(|name| *name != house.algorithm);
    let strangers = strangers();
    let tokens = others.flat_map(|name| {
        let header = with(&house.header(), "alg", name);
        let bare = without(&header, "kid");
        let mut tokens = vec![house.with_header(&header), house.with_header(&bare)];
        for stranger in &strangers {
            tokens.push(stranger.token(header.to_string(), house.claims().to_string()));
            tokens.push(stranger.token(bare.to_string(), house.claims().to_string()));
        }
        tokens
    });
    let tokens: Vec<String> = tokens.collect();
    house.refuses(
        &["token_algorithm", "token_key_unknown", "token_signature"],
        tokens,
    );
}

/// Keys of an attacker, one of each kind.
pub fn strangers() -> [Signer; 5] {
    [
        Signer::p256(),
        Signer::p384(),
        Signer::ed25519(),
        Signer::rsa(),
        Signer::pss(),
    ]
}

/// JWT-012, JWT-013. RFC 8725 section 3.10
fn a_key_id_is_only_a_name(house: &House) {
    let collector = house.collector_url();
    let texts = [
        "../../../../dev/null",
        "/proc/self/environ",
        "file:///etc/passwd",
        &collector,
        "x' UNION SELECT 'AA'--",
        "' OR 1=1 --",
        "|id",
        "$(id)",
        "${jndi:ldap://127.0.0.1/x}",
        "__proto__",
        "",
        "\0",
        "k1\0",
        "é",
        " ",
        &house.client_id,
        &format!("{} ", house.key_id),
        &house.key_id.to_uppercase(),
        &house.key_id[1..],
        &format!("{}\0", house.key_id),
        &"k".repeat(700),
    ]
    .map(|kid| json!(kid));
    let odd = [
        json!(1),
        json!(null),
        json!({}),
        json!([house.key_id]),
        json!(true),
    ];
    let tokens = texts.into_iter().chain(odd).flat_map(|kid| {
        let header = with(&house.header(), "kid", kid);
        [
            house.with_header(&header),
            Signer::p256().token(header.to_string(), house.claims().to_string()),
        ]
    });
    let tokens: Vec<String> = tokens.collect();
    house.refuses(
        &["token_key_unknown", "token_key_id", "token_malformed"],
        tokens,
    );
    // JWT-013: a header that long is not even read.
    let long = with(&house.header(), "kid", json!("k".repeat(2000)));
    house.refuses(&["token_too_large"], [house.with_header(&long)]);
    // JWT-016: without a key id, the true key alone counts.
    house.passes(&house.with_header(without(&house.header(), "kid")));
}

/// JWT-014, JWT-078: another installation's key, under its own id, ours, none.
fn another_signer_is_nobody(house: &House) {
    let (foreign, foreign_id) = &house.foreign;
    let headers = [
        house.header(),
        with(&house.header(), "kid", foreign_id.as_str()),
        without(&house.header(), "kid"),
    ];
    let strangers = strangers();
    let tokens = headers.iter().flat_map(|header| {
        let signers = strangers.iter().chain([foreign]);
        signers.map(|signer| signer.token(header.to_string(), house.claims().to_string()))
    });
    let tokens: Vec<String> = tokens.collect();
    house.refuses(&["token_key_unknown", "token_signature"], tokens);
}

/// JWT-017 to JWT-019, JWT-024, JWT-060. RFC 8725 section 3.10
fn no_key_comes_with_the_token(house: &House) {
    let attacker = match house.algorithm.as_str() {
        "ES256" => Signer::p256(),
        "RS256" => Signer::rsa(),
        _ => Signer::ed25519(),
    };
    let jwk = attacker.jwk();
    let collector = house.collector_url();
    let ours = "http://127.0.0.1:7001";
    let values: [(&str, Vec<Value>); 8] = [
        (
            "jwk",
            vec![jwk.clone(), house.jwk.clone(), json!({}), json!(null)],
        ),
        (
            "jku",
            vec![
                json!(collector),
                json!(format!("{ours}@{}", &collector[7..])),
                json!(format!("{ours}/redirect?u={collector}")),
                json!(format!("{ours}/.well-known/jwks.json")),
            ],
        ),
        ("x5u", vec![json!(collector), json!(""), json!(1)]),
        ("x5c", vec![json!(["MIIB"]), json!([]), json!("MIIB")]),
        ("x5t", vec![json!("AAAA")]),
        ("x5t#S256", vec![json!("AAAA")]),
        ("zip", vec![json!("DEF"), json!(null)]),
        ("cty", vec![json!("JWT")]),
    ];
    let tokens = values.iter().flat_map(|(name, values)| {
        values.iter().flat_map(|value| {
            let header = with(&house.header(), name, value.clone());
            let renamed = with(&header, "kid", "attacker");
            let claims = house.claims().to_string();
            vec![
                attacker.token(header.to_string(), &claims),
                attacker.token(renamed.to_string(), &claims),
                attacker.token(without(&header, "kid").to_string(), &claims),
                // Even with a genuine signature.
                house.with_header(&header),
            ]
        })
    });
    house.refuses(&["token_forbidden_header", "token_malformed"], tokens);
    let nested = |depth: usize| {
        (0..depth).fold(house.issued(), |inner, _| {
            house
                .signer
                .token(with(&house.header(), "cty", "JWT").to_string(), inner)
        })
    };
    house.refuses(
        &["token_forbidden_header", "token_too_large"],
        [1, 2, 5].map(nested),
    );
    let plain = |inner: String| house.signer.token(house.header().to_string(), inner);
    let quoted = format!("\"{}\"", house.issued());
    house.refuses(
        &["token_malformed", "token_claim"],
        [plain(house.issued()), plain(quoted)],
    );
}

/// JWT-021 to JWT-025. RFC 7515 section 4.1.11, RFC 7797 section 6
fn crit_and_b64_and_duplicates_are_refused(house: &House) {
    let header = house.header();
    let mut tokens = Vec::new();
    for crit in [
        json!(["exp2"]),
        json!(["cnf"]),
        json!([]),
        json!("b64"),
        json!(["alg"]),
        json!(["b64", "b64"]),
        json!(["x"]),
        json!([1]),
        json!(null),
        json!({}),
        json!(["b64"]),
    ] {
        let critical = with(&header, "crit", crit);
        tokens.push(house.with_header(with(&critical, "b64", false)));
        tokens.push(house.with_header(with(&critical, "exp2", 1)));
        tokens.push(house.with_header(critical));
    }
    for b64 in [json!(false), json!("false"), json!(true), json!(null)] {
        tokens.push(house.with_header(with(&header, "b64", b64)));
    }
    let escaped = appended(&header, r#""\u0063rit":["exp2"]"#);
    tokens.push(house.with_header(escaped));
    house.refuses(&["token_critical_header", "token_forbidden_header"], tokens);

    let mut tokens = Vec::new();
    for name in ["alg", "typ", "kid"] {
        let escaped = format!("\\u{:04x}{}", name.as_bytes()[0], &name[1..]);
        for value in [header[name].clone(), json!("none"), json!(null)] {
            for spelling in [name, &escaped] {
                let member = format!("\"{spelling}\":{value}");
                tokens.push(house.with_header(appended(&header, &member)));
                tokens.push(house.with_header(prefixed(&header, &member)));
            }
        }
    }
    for name in ["crit", "jwk", "unknown"] {
        tokens.push(house.with_header(appended(&header, &format!("\"{name}\":[],\"{name}\":[]"))));
    }
    house.refuses(&["token_malformed"], tokens);
}

/// JWT-073, JWT-074. RFC 9068 section 2.1
fn the_type_is_at_jwt(house: &House) {
    for typ in ["at+jwt", "application/at+jwt", "AT+JWT"] {
        house.passes(&house.with_header(with(&house.header(), "typ", typ)));
    }
    let texts = [
        "at+jwt;v=1",
        "jwt",
        "JWT",
        "at+jwt\0",
        "",
        " at+jwt",
        "at+jwt ",
        "at jwt",
        "at-jwt",
        "application/jwt",
        "text/at+jwt",
        "application/application/at+jwt",
        "id+jwt",
        "dpop+jwt",
        "logout+jwt",
        "secevent+jwt",
        "token-introspection+jwt",
        "at+sd-jwt",
        "JOSE",
    ];
    let mut tokens: Vec<String> = texts
        .map(|typ| house.with_header(with(&house.header(), "typ", typ)))
        .into();
    tokens.push(house.with_header(without(&house.header(), "typ")));
    for odd in [json!(null), json!(1), json!(["at+jwt"])] {
        tokens.push(house.with_header(with(&house.header(), "typ", odd)));
    }
    // An ID token: typ JWT, and the client as its audience.
    let claims = with(&house.claims(), "aud", house.client_id.as_str());
    tokens.push(house.token(with(&house.header(), "typ", "JWT"), claims));
    house.refuses(&["token_type", "token_malformed"], tokens);
}
