//! `POST /admin/v1/digest_key/{id}/retire`.

use credential::DigestKey;
use serde_json::{Value, json};

use crate::house::{House, Reply, client_request, key_request};

async fn created(house: &House, path: &str, body: &Value) -> Value {
    let reply = house.post_json(path, body).await;
    assert_eq!(reply.status, 201, "{reply:?}");
    reply.json()
}

async fn retire(house: &House, id: &str) -> Reply {
    let path = format!("/admin/v1/digest_key/{id}/retire");
    house
        .post_json(&path, &json!({"reason": "its file leaked"}))
        .await
}

/// A house whose secrets stand under two digest keys, the ids of which are the
/// older one's and the current one's.
async fn between() -> (House, String, String) {
    let mut house = House::furnished().await;
    let older = house.digest_key.id().to_string();
    house.follow_digest_key(DigestKey::new([9; 32]));
    let current = house.digest_key.id().to_string();
    (house, older, current)
}

#[tokio::test]
async fn what_stands_under_an_older_key_ends_and_nothing_else_does() {
    let mut house = House::furnished().await;
    let api_key = created(&house, "/admin/v1/api_key", &key_request()).await;
    let client = created(&house, "/admin/v1/client", &client_request()).await;
    let older = house.digest_key.id().to_string();
    let stale = house.operator("read:audit").await;
    house.follow_digest_key(DigestKey::new([9; 32]));
    house.days_later(0).await;
    let newer = created(&house, "/admin/v1/api_key", &key_request()).await;
    let text = |answer: &Value, field: &str| answer[field].as_str().unwrap().to_owned();
    let leaks = [
        (text(&api_key, "secret"), "digest_key_retired"),
        (text(&client, "client_secret"), "digest_key_retired"),
        (text(&newer, "secret"), "accepted"),
    ];
    let states = async |house: &House| {
        let mut states = Vec::new();
        for (secret, _) in &leaks {
            let body = json!({"text": secret, "where": "https://git.example/acme/app"});
            let reply = house.post_json("/admin/v1/leak/preview", &body).await;
            let found = &reply.json()["found"][0];
            states.push((text(found, "state"), text(found, "done")));
        }
        states
    };
    for (state, _) in states(&house).await {
        assert_eq!(state, "accepted");
    }

    let reply = retire(&house, &older).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.json()["is_current"], false);
    for ((state, done), (_, expected)) in states(&house).await.iter().zip(&leaks) {
        assert_eq!(state, expected);
        let nothing = *expected == "digest_key_retired";
        assert_eq!(done == "nothing_to_cut_off", nothing, "{state}: {done}");
    }
    let request = house.request(http::Method::GET, "/admin/v1/audit", &stale);
    let reply = house
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await;
    reply.problem(401, "operator_token_invalid");
    assert!(house.audit().await.contains("its file leaked"));
    retire(&house, &older).await.problem(409, "already_revoked");
    created(&house, "/admin/v1/api_key", &key_request()).await;
}

#[tokio::test]
async fn nothing_is_made_under_a_current_key_that_is_retired() {
    let (house, _, current) = between().await;
    // The token of this operator stands under the older one.
    let reply = retire(&house, &current).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.json()["is_current"], true);
    for (path, body) in [
        ("/admin/v1/api_key", key_request()),
        ("/admin/v1/client", client_request()),
        (
            "/admin/v1/api_key/bulk",
            json!({"batch": "b", "items": [key_request()]}),
        ),
    ] {
        let reply = house.post_json(path, &body).await;
        assert!(reply.status.is_client_error(), "{path}: {reply:?}");
        assert!(reply.body.contains(&current), "{path}: {reply:?}");
    }
}

#[tokio::test]
async fn only_a_configured_key_is_retired_and_one_may_end_its_own_token() {
    let (house, older, _) = between().await;
    for id in ["0a1b2c3d", "0A1B2C3D", "nothing"] {
        retire(&house, id).await.problem(404, "not_found");
    }
    let reply = retire(&house, &older).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    house
        .get("/admin/v1/audit")
        .await
        .problem(401, "operator_token_invalid");
}
