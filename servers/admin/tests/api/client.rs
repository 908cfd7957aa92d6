use serde_json::json;

use crate::house::{House, client_request, key_request};

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
