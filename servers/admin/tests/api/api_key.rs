use std::time::Duration;

use base::Revision;
use serde_json::json;
use tokio::sync::watch;

use crate::house::{House, key_request};

#[tokio::test]
async fn a_created_key_is_answered_whole_and_its_secret_once() {
    let house = House::furnished().await;
    let reply = house.post_json("/admin/v1/api_key", &key_request()).await;
    assert_eq!(reply.status, 201, "{reply:?}");
    assert_eq!(reply.headers["content-type"], "application/json");
    let mut created = reply.json();
    let id = created["id"].as_str().unwrap().to_owned();
    let secret = created["secret"].as_str().unwrap().to_owned();
    assert_eq!(
        reply.headers["location"],
        format!("/admin/v1/api_key/{id}").as_str()
    );
    let presented = credential::PresentedApiKey::parse(&secret).unwrap();
    assert_eq!(presented.id(), id);

    // Everything but the secret is what every later answer says.
    let record = created.as_object_mut().unwrap();
    assert_eq!(record.remove("in_force"), Some(json!(null)));
    record.remove("secret");
    let expected = json!({
        "id": id,
        "environment": "sandbox",
        "organisation": "acme",
        "owner": "team-weather",
        "purpose": "nightly forecast import",
        "revoker": "weather-oncall",
        "scopes": ["read:forecast"],
        "audience": "https://api.example.com/weather",
        "created_at": "2027-01-15T08:00:00Z",
        "expires_at": "2027-04-15T08:00:00Z",
        "status": "active",
        "revocation": null,
        "owner_disabled": null,
        "secret_created_at": "2027-01-15T08:00:00Z",
        "rotation": null,
        "last_drill": null,
        "owner_kind": "service",
        "rotation_policy": "quarterly",
        "improve_by": null,
        "age_days": 0,
        "warning": null,
        "review": {
            "due_at": "2027-03-31T08:00:00Z",
            "suspends_at": "2027-04-15T08:00:00Z",
            "noticed_at": null,
            "last_at": null,
            "last_by": null,
            "last_note": null
        },
        "suspension": null,
        "networks": [],
        "limit": null,
        "on_behalf_of_key": null,
        "imported_from": null,
        "batch": null,
        "secret_path": null,
        "last_used_at": null
    });
    assert_eq!(created, expected);
    let shown = house.get(&format!("/admin/v1/api_key/{id}")).await;
    assert_eq!(
        (shown.status.as_u16(), shown.json()),
        (200, expected.clone())
    );
    let list = house.get("/admin/v1/api_key").await;
    assert_eq!(
        list.json(),
        json!({"items": [expected], "next_page_token": null})
    );

    // The record that it made is one that the digest key matches.
    let stored = house.store.api_key(&id).await.unwrap().unwrap();
    assert!(presented.digest(&house.digest_key).matches(&stored.digest));
    let digest = stored.digest.to_hex();
    for place in [shown.body, list.body, house.audit().await] {
        assert!(
            !place.contains(&secret) && !place.contains(&digest),
            "{place}"
        );
        let tail = &secret[secret.len() - 20..];
        assert!(!place.contains(tail), "{place}");
    }
}

#[tokio::test]
async fn every_missing_field_is_named_at_once() {
    let house = House::furnished().await;
    let problem = house
        .post_json("/admin/v1/api_key", &json!({}))
        .await
        .problem(400, "invalid_fields");
    let pointers: Vec<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| {
            assert_eq!(error["detail"], "it is missing");
            assert!(!error["fix"].as_str().unwrap().is_empty());
            error["pointer"].as_str().unwrap()
        })
        .collect();
    let all = [
        "/organisation",
        "/owner",
        "/purpose",
        "/revoker",
        "/audiences",
        "/scopes",
        "/expires_in",
    ];
    assert_eq!(pointers, all);
}

#[tokio::test]
async fn each_missing_field_alone_is_named_alone() {
    let house = House::furnished().await;
    for field in key_request().as_object().unwrap().keys() {
        let mut request = key_request();
        request.as_object_mut().unwrap().remove(field);
        let reply = house.post_json("/admin/v1/api_key", &request).await;
        let problem = reply.problem(400, "invalid_fields");
        let errors = problem["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 1, "{field}: {problem}");
        assert_eq!(errors[0]["pointer"], format!("/{field}"));
    }
    let found = house.store.api_keys(None, 10).await.unwrap();
    assert!(found.is_empty(), "a refused request made something");
}

#[tokio::test]
async fn a_key_for_an_endpoint_that_takes_no_key_is_refused() {
    let house = House::furnished().await;
    let mut request = key_request();
    request["scopes"] = json!(["write:payouts"]);
    let reply = house.post_json("/admin/v1/api_key", &request).await;
    assert_eq!(
        reply.problem(400, "invalid_fields")["errors"][0]["pointer"],
        "/scopes"
    );
}

#[tokio::test]
async fn a_key_without_an_inventory_has_nothing_to_be_for() {
    let house = House::new().await;
    let reply = house.post_json("/admin/v1/api_key", &key_request()).await;
    let problem = reply.problem(400, "invalid_fields");
    let fix = problem["errors"][0]["fix"].as_str().unwrap();
    assert!(fix.contains("inventory apply"), "{problem}");
}

#[tokio::test]
async fn a_revocation_is_for_good_and_says_why() {
    let house = House::furnished().await;
    let created = house
        .post_json("/admin/v1/api_key", &key_request())
        .await
        .json();
    let id = created["id"].as_str().unwrap();
    let path = format!("/admin/v1/api_key/{id}/revoke");
    for (body, pointer) in [(json!({}), "/reason"), (json!({"reason": " "}), "/reason")] {
        let problem = house
            .post_json(&path, &body)
            .await
            .problem(400, "invalid_fields");
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    house.pass(Duration::from_secs(60));
    let reply = house.post_json(&path, &json!({"reason": "leaked"})).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let revoked = reply.json();
    assert_eq!(revoked["status"], "revoked");
    assert_eq!(
        revoked["revocation"],
        json!({"at": "2027-01-15T08:01:00Z", "reason": "leaked"})
    );
    assert_eq!(revoked["in_force"], json!(null));
    let shown = house.get(&format!("/admin/v1/api_key/{id}")).await.json();
    assert_eq!(shown["revocation"], revoked["revocation"]);

    let again = house.post_json(&path, &json!({"reason": "leaked"})).await;
    again.problem(409, "already_revoked");
    assert!(house.audit().await.contains("leaked"));
}

#[tokio::test]
async fn a_change_is_answered_once_the_gate_judges_by_it() {
    let mut house = House::furnished().await;
    // A gate that follows the store's head, a little later.
    let (gate, watching) = watch::channel(Revision::ZERO);
    let mut head = house.store.head();
    house.in_force = Some(watching);
    let follower = tokio::spawn(async move {
        while head.changed().await.is_ok() {
            tokio::task::yield_now().await;
            gate.send_replace(*head.borrow_and_update());
        }
    });
    let created = house
        .post_json("/admin/v1/api_key", &key_request())
        .await
        .json();
    let newest = house.store.head().borrow().number();
    assert_eq!(created["in_force"]["revision"], newest);
    assert!(created["in_force"]["after_ms"].is_u64());
    let path = format!(
        "/admin/v1/api_key/{}/revoke",
        created["id"].as_str().unwrap()
    );
    let revoked = house
        .post_json(&path, &json!({"reason": "leaked"}))
        .await
        .json();
    assert_eq!(revoked["in_force"]["revision"], newest + 1);
    follower.abort();
}

#[tokio::test(start_paused = true)]
async fn a_gate_that_lags_is_not_waited_for_more_than_a_second() {
    let mut house = House::furnished().await;
    let (_gate, watching) = watch::channel(Revision::ZERO);
    house.in_force = Some(watching);
    let begun = tokio::time::Instant::now();
    let reply = house.post_json("/admin/v1/api_key", &key_request()).await;
    assert_eq!(reply.status, 201);
    assert_eq!(reply.json()["in_force"], json!(null));
    assert!(begun.elapsed() >= Duration::from_secs(1) && begun.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn pages_cover_every_key_once() {
    let house = House::furnished().await;
    let mut made = Vec::new();
    for _ in 0..7 {
        let created = house
            .post_json("/admin/v1/api_key", &key_request())
            .await
            .json();
        made.push(created["id"].as_str().unwrap().to_owned());
    }
    made.sort();
    for size in [1, 2, 3, 6, 7, 8, 500] {
        let mut found = Vec::new();
        let mut path = format!("/admin/v1/api_key?page_size={size}");
        loop {
            let page = house.get(&path).await.json();
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= size);
            found.extend(
                items
                    .iter()
                    .map(|item| item["id"].as_str().unwrap().to_owned()),
            );
            match page["next_page_token"].as_str() {
                Some(token) => {
                    path = format!("/admin/v1/api_key?page_size={size}&page_token={token}");
                }
                None => break,
            }
        }
        assert_eq!(found, made, "pages of {size}");
    }
    for wrong in ["page_size=0", "page_size=501"] {
        let reply = house.get(&format!("/admin/v1/api_key?{wrong}")).await;
        reply.problem(400, "invalid_count");
    }
    let reply = house
        .get("/admin/v1/api_key?page_token=%27%20or%201=1")
        .await;
    reply.problem(400, "invalid_page_token");
}

#[tokio::test]
async fn what_is_unknown_and_what_is_no_id_are_answered_alike() {
    let house = House::furnished().await;
    let mut bodies = Vec::new();
    for id in ["k0123456789abcde", "nonsense", "c0123456789abcde", "%2e%2e"] {
        let shown = house.get(&format!("/admin/v1/api_key/{id}")).await;
        let mut problem = shown.problem(404, "not_found");
        let path = format!("/admin/v1/api_key/{id}/revoke");
        let mut revoked = house
            .post_json(&path, &json!({"reason": "leaked"}))
            .await
            .problem(404, "not_found");
        problem["request_id"] = json!("");
        revoked["request_id"] = json!("");
        bodies.extend([problem, revoked]);
    }
    assert!(
        bodies.windows(2).all(|pair| pair[0] == pair[1]),
        "{bodies:?}"
    );
}
