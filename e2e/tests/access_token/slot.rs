//! Credentials where another one belongs (JWT-057 to JWT-059, JWT-076, JWT-077).

use e2e::forge::encode;
use e2e::http;
use serde_json::{Value, json};

use crate::house::{House, with};

pub fn attack(house: &House) {
    an_encrypted_token_is_no_token(house);
    an_access_token_is_no_assertion(house);
    each_kind_has_its_own_slot(house);
}

/// JWT-057 to JWT-059.
fn an_encrypted_token_is_no_token(house: &House) {
    let before = house.peak_memory();
    let headers = [
        json!({"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2c": 2_147_483_647, "p2s": "AAAA"}),
        json!({"alg": "RSA-OAEP-256", "enc": "A256GCM", "zip": "DEF", "kid": house.key_id}),
        json!({"alg": "RSA1_5", "enc": "A128CBC-HS256"}),
        json!({"alg": "dir", "enc": "A256GCM", "kid": house.key_id}),
        json!({"alg": "A128KW", "enc": "A128GCM"}),
        json!({"alg": "ECDH-ES", "enc": "A128GCM", "epk": house.jwk}),
    ];
    let tails = [
        "AAAA.AAAA.AAAA.AAAA",
        ".AAAA.AAAA.AAAA",
        "AAAA.AAAA.AAAA",
        "AAAA.AAAA.AAAA.AAAA.AAAA",
        "...",
    ];
    let mut tokens: Vec<String> = Vec::new();
    for header in &headers {
        let part = encode(header.to_string());
        tokens.extend(tails.map(|tail| format!("{part}.{tail}")));
        tokens.push(house.with_header(with(header, "typ", "at+jwt")));
    }
    // What would inflate a thousandfold, in the place of the ciphertext.
    let part = encode(headers[1].to_string());
    tokens.push(format!("{part}.AAAA.AAAA.{}.AAAA", encode([0; 5000])));
    house.refuses(
        &[
            "token_malformed",
            "token_algorithm",
            "token_forbidden_header",
            // With five parts, whatever stands in them: this endpoint asks for none.
            "encrypted_token_not_accepted",
        ],
        tokens,
    );
    let grown = house.peak_memory().saturating_sub(before);
    assert!(grown < 1024, "{grown} KiB for encrypted tokens");
}

/// JWT-076: the token endpoint takes no access token for anything.
fn an_access_token_is_no_assertion(house: &House) {
    let token = house.issued();
    let bearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let forms: [&[(&str, &str)]; 6] = [
        &[
            ("grant_type", "client_credentials"),
            ("client_assertion_type", bearer),
            ("client_assertion", &token),
        ],
        &[
            ("grant_type", "client_credentials"),
            ("client_id", &house.client_id),
            ("client_secret", &token),
        ],
        &[
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("assertion", &token),
        ],
        &[
            (
                "grant_type",
                "urn:ietf:params:oauth:grant-type:token-exchange",
            ),
            (
                "subject_token_type",
                "urn:ietf:params:oauth:token-type:id_token",
            ),
            ("subject_token", &token),
        ],
        &[("grant_type", "refresh_token"), ("refresh_token", &token)],
        &[("grant_type", "authorization_code"), ("code", &token)],
    ];
    house.control();
    let endpoint = format!("{}/oauth2/token", house.served.issuer);
    for form in forms {
        let reply = http().post(&endpoint).form(form).send().unwrap();
        let (status, text) = (reply.status().as_u16(), reply.text().unwrap());
        assert!(matches!(status, 400 | 401), "{form:?}: {status} {text}");
        assert!(!text.contains("access_token"), "{form:?}: {text}");
        assert!(!text.contains(&token[..20]), "echoed: {text}");
    }
    house.control();
}

/// JWT-077: each kind of credential, good where it belongs, in every slot of
/// another kind.
fn each_kind_has_its_own_slot(house: &House) {
    let created = house.served.ask(
        "POST",
        "/admin/v1/api_key",
        Some(&json!({
            "organisation": "acme", "owner": "acme-integrations", "purpose": "reports",
            "revoker": "partners-oncall", "scopes": ["read:forecast"],
            "audiences": ["https://api.example.com/weather"], "expires_in": "30d",
        })),
    );
    let api_key = created["secret"].as_str().unwrap();
    let (token, operator) = (house.issued(), house.installation.operator_token.as_str());
    let secret = house.client_secret.as_str();
    house.control();
    let weather = format!("{}/v1/forecast", house.served.gate);
    let reply = http().get(&weather).header("x-api-key", api_key).send();
    assert_eq!(reply.unwrap().status(), 200, "the key is good");
    let before = house.upstream.count();
    // At the gate, whose endpoint takes access tokens alone.
    for wrong in [operator, secret, api_key] {
        for header in [
            ("authorization", format!("Bearer {wrong}")),
            ("authorization", format!("ApiKey {wrong}")),
            ("x-api-key", wrong.to_owned()),
        ] {
            refused(&format!("{}/v1/reports", house.served.gate), &header, wrong);
        }
    }
    let gate = format!("{}/v1/reports", house.served.gate);
    refused(&gate, &("x-api-key", token.clone()), &token);
    refused(&gate, &("authorization", format!("ApiKey {token}")), &token);
    assert_eq!(house.upstream.count(), before);
    refused(&weather, &("x-api-key", token.clone()), &token);
    // At the admin API.
    let admin = format!("{}/admin/v1/client", house.served.admin);
    for wrong in [token.as_str(), secret, api_key] {
        refused(&admin, &("authorization", format!("Bearer {wrong}")), wrong);
    }
    // At the token endpoint.
    let endpoint = format!("{}/oauth2/token", house.served.issuer);
    for wrong in [token.as_str(), operator, api_key] {
        let reply = http()
            .post(&endpoint)
            .basic_auth(&house.client_id, Some(wrong))
            .form(&[("grant_type", "client_credentials")])
            .send()
            .unwrap();
        let status = reply.status().as_u16();
        let answer: Value = reply.json().unwrap();
        assert_eq!(
            (status, &answer["error"]),
            (401, &json!("invalid_client")),
            "{answer}"
        );
    }
    house.control();
}

fn refused(url: &str, (name, value): &(&str, String), secret: &str) {
    let reply = http().get(url).header(*name, value).send().unwrap();
    let (status, text) = (reply.status().as_u16(), reply.text().unwrap());
    assert_eq!(status, 401, "{url} {name}: {text}");
    assert!(!text.contains(&secret[..20]), "echoed: {text}");
}
