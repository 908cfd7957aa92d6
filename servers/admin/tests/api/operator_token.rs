//! Operator tokens can be listed, and ended by one another and by themselves.

use serde_json::{Value, json};

use crate::house::House;

fn id_of(token: &str) -> String {
    let presented = credential::PresentedOperatorToken::parse(token).unwrap();
    presented.id().to_owned()
}

async fn revoke(house: &House, id: &str) -> Value {
    let path = format!("/admin/v1/operator_token/{id}/revoke");
    let reply = house
        .post_json(&path, &json!({"reason": "left the team"}))
        .await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json()
}

#[tokio::test]
async fn a_revoked_token_opens_nothing_any_more() {
    let mut house = House::furnished().await;
    let other = house.operator("read:audit").await;
    let get = |house: &House| house.request(http::Method::GET, "/admin/v1/audit", &other);
    let request = get(&house).body(axum::body::Body::empty()).unwrap();
    assert_eq!(house.send(request).await.status, 200);

    let revoked = revoke(&house, &id_of(&other)).await;
    assert_eq!(
        (&revoked["status"], &revoked["others_left"]),
        (&json!("revoked"), &json!(true))
    );
    assert_eq!(revoked["revocation"]["reason"], "left the team");
    let request = get(&house).body(axum::body::Body::empty()).unwrap();
    house
        .send(request)
        .await
        .problem(401, "operator_token_invalid");
    let again = format!("/admin/v1/operator_token/{}/revoke", id_of(&other));
    let reply = house.post_json(&again, &json!({"reason": "x"})).await;
    reply.problem(409, "already_revoked");
    assert!(house.audit().await.contains("left the team"));
}

/// A token of somebody who is gone opens nothing: it is no other that is left.
#[tokio::test]
async fn the_last_one_of_anybody_who_is_here_is_told_so() {
    let mut house = House::furnished().await;
    house.operator_of("alex", "read:audit").await;
    let gone = "/admin/v1/owner/alex/disable";
    let reply = house.post_json(gone, &json!({"reason": "left"})).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let revoked = revoke(&house, &id_of(house.token())).await;
    assert_eq!(revoked["others_left"], false);
}

#[tokio::test]
async fn the_last_one_may_end_itself_and_is_told_so() {
    let house = House::furnished().await;
    let listed = house.get("/admin/v1/operator_token").await.json();
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 1);
    // The scope `write:digest_key` is no member.
    assert!(!listed.to_string().contains("digest\""), "{listed}");
    let id = id_of(house.token());
    assert_eq!(items[0]["id"], id.as_str());
    let revoked = revoke(&house, &id).await;
    assert_eq!(revoked["others_left"], false);
    house
        .get("/admin/v1/audit")
        .await
        .problem(401, "operator_token_invalid");
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let house = House::furnished().await;
    for id in ["o0123456789abcde", "k0123456789abcde", "x"] {
        let path = format!("/admin/v1/operator_token/{id}/revoke");
        let reply = house.post_json(&path, &json!({"reason": "x"})).await;
        reply.problem(404, "not_found");
    }
}
