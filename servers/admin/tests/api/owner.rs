//! What an owner who is gone may still do: nothing.

use authority::operator_token::ALL_SCOPES;
use axum::body::Body;
use http::Method;
use serde_json::{Value, json};

use crate::house::House;

async fn act(house: &House, act: &str, body: Value) {
    let path = format!("/admin/v1/owner/alex/{act}");
    let reply = house.post_json(&path, &body).await;
    assert_eq!(reply.status, 200, "{act}: {reply:?}");
}

/// Every operator token of somebody who is gone, whatever it may do, is refused
/// until they are back; nobody can do that to themselves.
#[tokio::test]
async fn an_owner_who_is_gone_administers_nothing() {
    let mut house = House::furnished().await;
    let theirs = [
        (
            house.operator_of("alex", ALL_SCOPES).await,
            "/admin/v1/owner",
        ),
        (
            house.operator_of("alex", "read:client").await,
            "/admin/v1/client",
        ),
        (
            house.operator_of("alex", "read:owner").await,
            "/admin/v1/client",
        ),
    ];
    let asked = async |house: &House, token: &str, method: Method, path: &str| {
        let request = house.request(method, path, token);
        let request = request.header("content-type", "application/json");
        let body = Body::from(json!({"reason": "left"}).to_string());
        house.send(request.body(body).unwrap()).await
    };
    let status = async |house: &House, token: &str, path: &str| {
        asked(house, token, Method::GET, path).await.status.as_u16()
    };
    assert_eq!(status(&house, &theirs[0].0, theirs[0].1).await, 200);
    let own = asked(
        &house,
        &theirs[0].0,
        Method::POST,
        "/admin/v1/owner/alex/disable",
    )
    .await;
    let problem = own.problem(400, "invalid_fields");
    assert_eq!(problem["errors"][0]["pointer"], "/owner", "{problem}");

    act(&house, "disable", json!({"reason": "left"})).await;
    for (token, path) in &theirs {
        assert_eq!(status(&house, token, path).await, 401, "{path}");
        let entries = house.store.audit_tail(1).await.unwrap();
        let entry = serde_json::to_value(&entries[0]).unwrap();
        let record = &entry["body"]["record"];
        assert_eq!(record["rule"], "operator_token_owner_disabled", "{record}");
        assert_eq!(record["actor"]["kind"], "operator", "{record}");
    }
    // They cannot bring themselves back, either.
    let back = asked(
        &house,
        &theirs[0].0,
        Method::POST,
        "/admin/v1/owner/alex/enable",
    )
    .await;
    assert_eq!(back.status, 401, "{back:?}");

    act(&house, "enable", json!({})).await;
    for ((token, path), allowed) in theirs.iter().zip([200, 200, 403]) {
        assert_eq!(status(&house, token, path).await, allowed, "{path}");
    }
}
