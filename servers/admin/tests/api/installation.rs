//! What a document and the installation must agree on: found at plan and at
//! apply, with place and fix, and nothing is changed.

use credential::{Environment, EnvironmentClass};
use serde_json::{Value, json};

use crate::house::{House, INVENTORY};

async fn house() -> House {
    let environment = Environment {
        name: "sandbox".parse().unwrap(),
        class: EnvironmentClass::Sandbox,
    };
    House::signing(&environment).await
}

fn trusting(issuer: &str, keys: &str) -> String {
    format!(
        r#"{INVENTORY}
[[trusted_issuer]]
name = "acme-sso"
issuer = "{issuer}"
algorithms = ["ES256"]
apis = {{ weather = ["https://api.example.com/weather"] }}
organisation = "acme"
owner = "team-weather"
keys = {keys}
"#
    )
}

fn inline(keys: &Value) -> String {
    format!("{{ inline = '''{}''' }}", json!({ "keys": keys }))
}

fn key(kid: &str) -> Value {
    json!({"kty": "EC", "crv": "P-256", "kid": kid, "alg": "ES256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})
}

fn lane(algorithm: &str) -> String {
    let owner = "owner = \"team-weather\"";
    INVENTORY.replace(
        owner,
        &format!("{owner}\ntoken_algorithm = \"{algorithm}\""),
    )
}

/// Plan and apply say the same of it; the line that they name holds `place`.
async fn refused(house: &House, document: &str, rule: &str, place: &str) -> String {
    let planned = house.post_toml("/admin/v1/inventory/plan", document).await;
    assert_eq!(planned.json()["applicable"], false, "{document}");
    let problem = house
        .post_toml("/admin/v1/inventory/apply", document)
        .await
        .problem(422, "inventory_refused");
    let finding = &problem["findings"][0];
    let planned = planned.json();
    let all = planned["findings"].as_array().unwrap();
    let errors: Vec<_> = all
        .iter()
        .filter(|one| one["severity"] == "error")
        .collect();
    assert_eq!(errors, [finding]);
    assert_eq!(finding["rule"], rule);
    assert!(!finding["fix"].as_str().unwrap().is_empty());
    let line = usize::try_from(finding["line"].as_u64().unwrap()).unwrap();
    let shown = document.lines().nth(line - 1).unwrap();
    assert!(shown.contains(place), "line {line} is {shown}");
    format!("{} {}", finding["message"], finding["fix"])
}

async fn accepted(house: &House, document: &str) {
    let reply = house.post_toml("/admin/v1/inventory/apply", document).await;
    assert_eq!(reply.status, 200, "{reply:?}");
}

#[tokio::test]
async fn an_api_is_signed_for_in_a_lane_that_is_there() {
    let house = house().await;
    accepted(&house, &lane("ES256")).await;
    for other in ["EdDSA", "RS256", "PS256", "ES384"] {
        let said = refused(&house, &lane(other), "token_algorithm", "token_algorithm").await;
        assert!(said.contains(&format!("add --algorithm {other}")), "{said}");
    }
    accepted(&house, &lane("ES256")).await;
}

#[tokio::test]
async fn our_own_issuer_is_no_foreign_one() {
    let house = house().await;
    let keys = inline(&json!([key("k1")]));
    accepted(&house, &trusting("https://sso.acme.example", &keys)).await;
    for own in ["http://127.0.0.1:1", "http://127.0.0.1:1/"] {
        refused(&house, &trusting(own, &keys), "trusted_issuer", "issuer = ").await;
    }
}

#[tokio::test]
async fn the_keys_that_a_document_brings_are_keys() {
    let house = house().await;
    let issuer = "https://sso.acme.example";
    let with = |member: &str, value: Value| {
        let mut key = key("k1");
        key[member] = value;
        key
    };
    for good in [json!([key("k1")]), json!([key("k1"), key("k2")])] {
        accepted(&house, &trusting(issuer, &inline(&good))).await;
    }
    for bad in [
        json!([]),
        json!([key("k1"), key("k1")]),
        json!([key("k1"), with("kty", json!("oct"))]),
        json!([with("d", json!("hunter2"))]),
        json!([with("use", json!("enc"))]),
        json!([with("alg", json!("ES384"))]),
        json!([with(
            "y",
            json!("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1")
        )]),
        json!([with("x", json!("AA"))]),
        json!([key("k1"), {}]),
        json!({}),
    ] {
        let document = trusting(issuer, &inline(&bad));
        let said = refused(&house, &document, "trusted_issuer", "inline").await;
        assert!(!said.contains("hunter2"), "{said}");
    }
}
