//! Somebody pastes a credential where words belong: it is kept nowhere.

use serde_json::{Value, json};

use crate::house::{House, client_request, key_request};

#[tokio::test]
async fn a_credential_in_words_that_are_kept_is_refused_everywhere() {
    let house = House::furnished().await;
    let made = house.post_json("/admin/v1/api_key", &key_request()).await;
    let made = made.json();
    let key = format!("/admin/v1/api_key/{}", made["id"].as_str().unwrap());
    let secret = made["secret"].as_str().unwrap();
    let client = house.post_json("/admin/v1/client", &client_request()).await;
    let client = format!(
        "/admin/v1/client/{}",
        client.json()["client_id"].as_str().unwrap()
    );
    let said = |field: &str| json!({field: format!("the old one, {secret}, leaked")});
    let purpose = |mut request: Value| {
        request["purpose"] = said("purpose")["purpose"].clone();
        request
    };
    let audience = |mut request: Value| {
        request["audiences"] = json!([secret]);
        request
    };
    let network = |mut request: Value| {
        request["networks"] = json!([secret]);
        request
    };
    let asked = [
        ("/admin/v1/api_key".to_owned(), purpose(key_request())),
        ("/admin/v1/api_key".to_owned(), audience(key_request())),
        ("/admin/v1/api_key".to_owned(), network(key_request())),
        ("/admin/v1/client".to_owned(), purpose(client_request())),
        (format!("{key}/suspend"), said("reason")),
        (format!("{key}/review"), said("note")),
        (format!("{key}/revoke"), said("reason")),
        (format!("{client}/revoke"), said("reason")),
        ("/admin/v1/owner/alex/disable".to_owned(), said("reason")),
    ];
    for (path, body) in asked {
        let reply = house.post_json(&path, &body).await;
        reply.problem(400, "invalid_fields");
        assert!(!reply.body.contains(secret), "{path}: {}", reply.body);
    }
    assert!(!house.audit().await.contains(secret));
    assert_eq!(house.get(&key).await.json()["status"], "active");
}
