use serde_json::{Value, json};

use crate::house::{House, INVENTORY, client_request, key_request};

#[tokio::test]
async fn a_created_client_is_answered_whole_and_its_secret_once() {
    let house = House::furnished().await;
    let reply = house.post_json("/admin/v1/client", &client_request()).await;
    assert_eq!(reply.status, 201, "{reply:?}");
    let mut created = reply.json();
    let id = created["client_id"].as_str().unwrap().to_owned();
    let secret = created["client_secret"].as_str().unwrap().to_owned();
    assert_eq!(
        reply.headers["location"],
        format!("/admin/v1/client/{id}").as_str()
    );
    assert!(credential::PresentedClientSecret::parse(&secret).is_ok());
    created.as_object_mut().unwrap().remove("client_secret");
    created.as_object_mut().unwrap().remove("in_force");
    let expected = json!({
        "client_id": id,
        "client_type": "service",
        "name": null,
        "redirect_uris": [],
        "post_logout_redirect_uris": [],
        "environment": "sandbox",
        "organisation": "acme",
        "owner": "team-weather",
        "purpose": "nightly forecast import",
        "revoker": "weather-oncall",
        "scopes": ["write:payouts"],
        "audiences": ["https://api.example.com/weather"],
        "created_at": "2027-01-15T08:00:00Z",
        "expires_at": "2027-04-15T08:00:00Z",
        "status": "active",
        "revocation": null
    });
    assert_eq!(created, expected);
    let shown = house.get(&format!("/admin/v1/client/{id}")).await;
    assert_eq!(shown.json(), expected);
    let list = house.get("/admin/v1/client").await;
    assert_eq!(
        list.json(),
        json!({"items": [expected], "next_page_token": null})
    );
    let digest = house
        .store
        .client(&id)
        .await
        .unwrap()
        .unwrap()
        .secret_digest
        .unwrap()
        .to_hex();
    for place in [shown.body, list.body, house.audit().await] {
        assert!(
            !place.contains(&secret) && !place.contains(&digest),
            "{place}"
        );
    }
}

#[tokio::test]
async fn every_missing_field_is_named_at_once() {
    let house = House::furnished().await;
    let reply = house.post_json("/admin/v1/client", &json!({})).await;
    let problem = reply.problem(400, "invalid_fields");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 7, "{problem}");
}

#[tokio::test]
async fn a_revoked_client_stays_revoked() {
    let house = House::furnished().await;
    let created = house
        .post_json("/admin/v1/client", &client_request())
        .await
        .json();
    let path = format!(
        "/admin/v1/client/{}/revoke",
        created["client_id"].as_str().unwrap()
    );
    let revoked = house
        .post_json(&path, &json!({"reason": "partner left"}))
        .await;
    assert_eq!(revoked.status, 200, "{revoked:?}");
    assert_eq!(revoked.json()["status"], "revoked");
    let again = house
        .post_json(&path, &json!({"reason": "partner left"}))
        .await;
    again.problem(409, "already_revoked");
}

#[tokio::test]
async fn an_id_of_a_key_is_no_client() {
    let house = House::furnished().await;
    let created = house
        .post_json("/admin/v1/api_key", &key_request())
        .await
        .json();
    let path = format!("/admin/v1/client/{}", created["id"].as_str().unwrap());
    house.get(&path).await.problem(404, "not_found");
}

/// The house's inventory with an endpoint that people delegate.
async fn delegating() -> House {
    let house = House::new().await;
    let text = format!(
        "{INVENTORY}{}",
        r#"
[[api.weather.endpoint]]
id = "places.read"
match = "GET /v1/places"
caller = "browser"
authority = "delegated"
data = "user"
exposure = "public"
consequence = "read"
revoker = "weather-oncall"
scopes = ["read:places"]
"#
    );
    let reply = house.post_toml("/admin/v1/inventory/apply", &text).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    house
}

fn delegated_request(client_type: &str, redirect_uri: &str) -> Value {
    let mut request = client_request();
    request["client_type"] = json!(client_type);
    request["name"] = json!("Acme Places");
    request["scopes"] = json!(["read:places"]);
    request["redirect_uris"] = json!([redirect_uri]);
    request["post_logout_redirect_uris"] = json!(["https://app.example.com/"]);
    request
}

/// RFC 6749 section 2.1: only who can keep a secret gets one.
#[tokio::test]
async fn rfc6749_2_1_each_type_is_answered_as_it_is_and_a_public_client_has_no_secret() {
    let house = delegating().await;
    for (client_type, redirect_uri, is_confidential) in [
        ("web", "https://app.example.com/cb", true),
        ("browser", "https://app.example.com/cb", false),
        ("native", "http://127.0.0.1/cb", false),
        ("native", "com.example.app:/cb", false),
    ] {
        let request = delegated_request(client_type, redirect_uri);
        let reply = house.post_json("/admin/v1/client", &request).await;
        assert_eq!(reply.status, 201, "{client_type}: {reply:?}");
        let created = reply.json();
        let secret = created.get("client_secret");
        assert_eq!(secret.is_some(), is_confidential, "{client_type}");
        let path = format!(
            "/admin/v1/client/{}",
            created["client_id"].as_str().unwrap()
        );
        let shown = house.get(&path).await.json();
        for answer in [&created, &shown] {
            for field in [
                "client_type",
                "name",
                "redirect_uris",
                "post_logout_redirect_uris",
            ] {
                assert_eq!(answer[field], request[field], "{client_type} {field}");
            }
        }
        assert!(shown.get("client_secret").is_none());
    }
}

/// What a type does not allow is refused, and all of it is named at once.
#[tokio::test]
async fn a_client_that_contradicts_its_type_is_refused() {
    let house = delegating().await;
    let pointers = async |request: &Value| -> Vec<String> {
        let reply = house.post_json("/admin/v1/client", request).await;
        let problem = reply.problem(400, "invalid_fields");
        let errors = problem["errors"].as_array().unwrap().clone();
        let pointer = |error: &Value| error["pointer"].as_str().unwrap().to_owned();
        errors.iter().map(pointer).collect()
    };
    let places = "https://app.example.com/cb";
    let mut cases = vec![
        (delegated_request("spa", places), "/client_type"),
        (delegated_request("service", places), "/redirect_uris"),
        (
            delegated_request("web", "http://app.example.com/cb"),
            "/redirect_uris",
        ),
        (
            delegated_request("web", "com.example.app:/cb"),
            "/redirect_uris",
        ),
        (
            delegated_request("browser", "https://app.example.com/cb#x"),
            "/redirect_uris",
        ),
        (
            delegated_request("native", "https://*.example.com/cb"),
            "/redirect_uris",
        ),
    ];
    for (field, wrong) in [
        ("redirect_uris", json!([])),
        ("redirect_uris", json!([places, places])),
        (
            "post_logout_redirect_uris",
            json!(["http://app.example.com/"]),
        ),
        ("name", json!(" ")),
        ("name", json!("a\nb")),
        ("name", json!("n".repeat(101))),
    ] {
        let mut request = delegated_request("web", places);
        request[field] = wrong;
        let pointer: &'static str = match field {
            "redirect_uris" => "/redirect_uris",
            "name" => "/name",
            _ => "/post_logout_redirect_uris",
        };
        cases.push((request, pointer));
    }
    for (request, pointer) in &cases {
        let found = pointers(request).await;
        assert!(
            found.iter().any(|found| found == pointer),
            "{found:?} {request}"
        );
    }
    let all = pointers(&json!({"client_type": "web", "name": ""})).await;
    assert_eq!(all.len(), 9, "{all:?}");
    assert!(house.store.clients(None, 1).await.unwrap().is_empty());
}
