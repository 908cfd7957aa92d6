//! The life of an API key between its creation and its end.

use authority::audit::Action;
use serde_json::{Value, json};

use crate::house::{House, key_request};

async fn created(house: &House) -> String {
    let reply = house.post_json("/admin/v1/api_key", &key_request()).await;
    assert_eq!(reply.status, 201, "{reply:?}");
    format!("/admin/v1/api_key/{}", reply.json()["id"].as_str().unwrap())
}

async fn acted(house: &House, path: &str, act: &str, body: Value) -> Value {
    let reply = house.post_json(&format!("{path}/{act}"), &body).await;
    assert_eq!(reply.status, 200, "{act}: {reply:?}");
    reply.json()
}

async fn refused(house: &House, path: &str, act: &str, body: Value, reason: &str) -> Value {
    let status = if reason == "invalid_fields" { 400 } else { 409 };
    let reply = house.post_json(&format!("{path}/{act}"), &body).await;
    reply.problem(status, reason)
}

#[tokio::test]
async fn every_field_of_a_key_is_kept_and_every_wrong_one_is_named() {
    let house = House::furnished().await;
    let mut request = key_request();
    request.as_object_mut().unwrap().remove("expires_in");
    request["rotation"] = json!("semiannual");
    request["improve_by"] = json!("2027-09-01");
    request["owner_kind"] = json!("person");
    request["networks"] = json!(["10.0.0.0/8", "2001:db8::/32", "10.0.0.0/8"]);
    request["limit"] = json!("100/60s");
    request["on_behalf_of_key"] = json!({
        "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    });
    request["secret_path"] = json!({
        "level": "secrets_manager", "place": "vault:secret/ci", "transport": "by the pipeline",
        "readers": ["ci"]
    });
    let answer = house.post_json("/admin/v1/api_key", &request).await.json();
    assert_eq!(answer["expires_at"], "2027-07-14T08:00:00Z", "{answer}");
    assert_eq!(answer["review"]["due_at"], "2027-06-29T08:00:00Z");
    assert_eq!(answer["improve_by"], "2027-09-01T00:00:00Z");
    assert_eq!(answer["networks"], json!(["10.0.0.0/8", "2001:db8::/32"]));
    assert_eq!(answer["limit"], "100/60s");
    assert_eq!(answer["owner_kind"], "person");
    assert_eq!(answer["on_behalf_of_key"]["crv"], "Ed25519");
    assert_eq!(answer["secret_path"]["level"], "secrets_manager");

    let wrong = json!({
        "rotation": "yearly",
        "owner_kind": "robot",
        "networks": ["10.1.0.0/8", "nowhere"],
        "limit": "0/60s",
        "on_behalf_of_key": {"kty": "OKP", "crv": "Ed25519", "x": "AA", "d": "canary"},
        "secret_path": {"level": "wiki", "place": "dw_live_canary", "transport": ""}
    });
    let reply = house.post_json("/admin/v1/api_key", &wrong).await;
    let problem = reply.problem(400, "invalid_fields");
    let mut pointers: Vec<_> = problem["errors"].as_array().unwrap().iter().collect();
    assert!(!problem.to_string().contains("canary"), "{problem}");
    pointers.dedup_by_key(|error| &error["pointer"]);
    let pointers: Vec<_> = pointers.iter().map(|error| &error["pointer"]).collect();
    let all = [
        "/organisation",
        "/owner",
        "/purpose",
        "/revoker",
        "/audiences",
        "/scopes",
        "/rotation",
        "/owner_kind",
        "/networks",
        "/limit",
        "/on_behalf_of_key",
        "/secret_path/level",
        "/secret_path/place",
        "/secret_path/transport",
        "/secret_path/readers",
    ];
    assert_eq!(pointers, all);
}

#[tokio::test]
async fn a_suspended_key_goes_on_when_it_is_resumed() {
    let house = House::furnished().await;
    let path = created(&house).await;
    refused(&house, &path, "suspend", json!({}), "invalid_fields").await;
    refused(&house, &path, "resume", json!({}), "wrong_stage").await;
    let suspended = acted(&house, &path, "suspend", json!({"reason": "odd use"})).await;
    assert_eq!(suspended["status"], "suspended");
    assert_eq!(suspended["suspension"]["reason"], "odd use");
    refused(
        &house,
        &path,
        "suspend",
        json!({"reason": "again"}),
        "wrong_stage",
    )
    .await;
    // A review is no way around it.
    let reviewed = acted(&house, &path, "review", json!({"note": "needed"})).await;
    assert_eq!(reviewed["status"], "suspended");
    assert_eq!(
        acted(&house, &path, "resume", json!({})).await["status"],
        "active"
    );
    let audit = house.audit().await;
    for action in [
        Action::ApiKeySuspended,
        Action::ApiKeyReviewed,
        Action::ApiKeyResumed,
    ] {
        let name = serde_json::to_string(&action).unwrap();
        assert!(audit.contains(&name), "{name}");
    }
    acted(&house, &path, "revoke", json!({"reason": "left"})).await;
    for act in ["suspend", "resume", "review", "renew", "transfer"] {
        let body = match act {
            "suspend" => json!({"reason": "odd use"}),
            "review" => json!({"note": "needed"}),
            "transfer" => json!({"owner": "team-climate"}),
            _ => json!({}),
        };
        refused(&house, &path, act, body, "already_revoked").await;
    }
}

#[tokio::test]
async fn an_unreviewed_key_lapses_and_a_review_brings_it_back() {
    let mut house = House::furnished().await;
    let mut request = key_request();
    request.as_object_mut().unwrap().remove("expires_in");
    request["rotation"] = json!("semiannual");
    request["improve_by"] = json!("2027-12-01");
    let reply = house.post_json("/admin/v1/api_key", &request).await;
    let path = format!("/admin/v1/api_key/{}", reply.json()["id"].as_str().unwrap());
    house.days_later(165).await;
    let due = house.get(&path).await.json();
    assert_eq!(due["status"], "review_due");
    assert!(due["warning"].as_str().unwrap().contains("review"), "{due}");
    house.days_later(14).await;
    acted(&house, &path, "rotate", json!({})).await;
    house.days_later(1).await;
    let lapsed = house.get(&path).await.json();
    assert_eq!(lapsed["status"], "suspended", "{lapsed}");
    let problem = refused(&house, &path, "resume", json!({}), "wrong_stage").await;
    assert!(
        problem["fix"].as_str().unwrap().contains("review"),
        "{problem}"
    );
    refused(&house, &path, "review", json!({}), "invalid_fields").await;
    let reviewed = acted(&house, &path, "review", json!({"note": "still needed"})).await;
    assert_eq!(reviewed["status"], "active");
    assert_eq!(reviewed["review"]["last_note"], "still needed");
}

#[tokio::test]
async fn a_secret_is_renewed_as_far_as_its_policy_goes() {
    let mut house = House::furnished().await;
    let mut request = key_request();
    request["expires_in"] = json!("10d");
    let reply = house.post_json("/admin/v1/api_key", &request).await;
    let path = format!("/admin/v1/api_key/{}", reply.json()["id"].as_str().unwrap());
    house.days_later(5).await;
    for wrong in ["1d", "90d", "soon"] {
        refused(
            &house,
            &path,
            "renew",
            json!({"expires_in": wrong}),
            "invalid_fields",
        )
        .await;
    }
    let renewed = acted(&house, &path, "renew", json!({"expires_in": "85d"})).await;
    assert_eq!(renewed["expires_at"], "2027-04-15T08:00:00Z");
    refused(&house, &path, "renew", json!({}), "wrong_stage").await;
    house.days_later(85).await;
    refused(&house, &path, "renew", json!({}), "wrong_stage").await;
}

#[tokio::test]
async fn what_an_owner_leaves_is_taken_over() {
    let house = House::furnished().await;
    let path = created(&house).await;
    let gone = "/admin/v1/owner/team-weather";
    refused(&house, gone, "enable", json!({}), "wrong_stage").await;
    refused(&house, gone, "disable", json!({}), "invalid_fields").await;
    let disabled = acted(&house, gone, "disable", json!({"reason": "left"})).await;
    assert_eq!(disabled["disabled"]["reason"], "left");
    refused(
        &house,
        gone,
        "disable",
        json!({"reason": "left"}),
        "wrong_stage",
    )
    .await;
    // Nothing is made for somebody who is gone, nor given to them.
    for collection in ["/admin/v1/api_key", "/admin/v1/client"] {
        let reply = house.post_json(collection, &key_request()).await;
        let problem = reply.problem(400, "invalid_fields");
        assert_eq!(problem["errors"][0]["pointer"], "/owner", "{problem}");
    }
    let body = json!({"owner": "team-climate", "owner_kind": "person"});
    let transferred = acted(&house, &path, "transfer", body).await;
    assert_eq!(transferred["owner"], "team-climate");
    assert_eq!(transferred["owner_kind"], "person");
    let back = json!({"owner": "team-weather"});
    refused(&house, &path, "transfer", back.clone(), "invalid_fields").await;
    let listed = house.get("/admin/v1/owner").await.json();
    assert_eq!(listed["items"][0]["name"], "team-weather");
    assert_eq!(
        acted(&house, gone, "enable", json!({})).await["disabled"],
        json!(null)
    );
    acted(&house, &path, "transfer", back).await;
    let reply = house
        .post_json("/admin/v1/owner/A%20B/disable", &json!({"reason": "x"}))
        .await;
    reply.problem(400, "invalid_fields");
}

#[tokio::test]
async fn a_list_has_what_was_asked_for() {
    let house = House::furnished().await;
    let mut paths = Vec::new();
    for owner in ["team-a", "team-b", "team-a"] {
        let mut request = key_request();
        request["owner"] = json!(owner);
        let reply = house.post_json("/admin/v1/api_key", &request).await;
        paths.push(format!(
            "/admin/v1/api_key/{}",
            reply.json()["id"].as_str().unwrap()
        ));
    }
    acted(&house, &paths[0], "suspend", json!({"reason": "odd use"})).await;
    let count = async |query: &str| {
        let reply = house
            .get(&format!("/admin/v1/api_key?{query}"))
            .await
            .json();
        reply["items"].as_array().unwrap().len()
    };
    assert_eq!(count("owner=team-a").await, 2);
    assert_eq!(count("owner=team-a&status=suspended").await, 1);
    assert_eq!(count("status=active").await, 2);
    assert_eq!(count("organisation=nobody").await, 0);
    assert_eq!(count("owner=team-a&page_size=1").await, 1);
    let reply = house.get("/admin/v1/api_key?status=odd").await;
    assert_eq!(reply.status, 400);
}

#[tokio::test]
async fn many_keys_are_made_or_none_and_each_names_its_batch() {
    let house = House::furnished().await;
    let path = "/admin/v1/api_key/bulk";
    let mut wrong = key_request();
    wrong["owner"] = json!("A B");
    let body = json!({"batch": "partners", "items": [key_request(), wrong]});
    let problem = house
        .post_json(path, &body)
        .await
        .problem(400, "invalid_fields");
    assert_eq!(
        problem["errors"][0]["pointer"], "/items/1/owner",
        "{problem}"
    );
    for items in [json!([]), json!(vec![key_request(); 1001])] {
        let body = json!({"batch": "partners", "items": items});
        let problem = house
            .post_json(path, &body)
            .await
            .problem(400, "invalid_fields");
        assert_eq!(problem["errors"][0]["pointer"], "/items");
    }
    house
        .post_json(path, &json!({"items": [key_request()]}))
        .await
        .problem(400, "invalid_fields");
    assert!(house.store.api_keys(None, 10).await.unwrap().is_empty());

    let body = json!({"batch": "partners", "items": vec![key_request(); 1000]});
    let reply = house.post_json(path, &body).await;
    assert_eq!(reply.status, 200, "{:.300}", reply.body);
    let items = reply.json()["items"].as_array().unwrap().clone();
    let mut secrets: Vec<_> = items
        .iter()
        .map(|item| item["secret"].to_string())
        .collect();
    secrets.sort();
    secrets.dedup();
    assert_eq!(secrets.len(), 1000);
    assert!(items.iter().all(|item| item["batch"] == "partners"));
    let listed = house
        .get("/admin/v1/api_key?batch=partners&page_size=500")
        .await;
    assert_eq!(listed.json()["items"].as_array().unwrap().len(), 500);
}

#[tokio::test]
async fn a_foreign_key_is_imported_once_and_lives_90_days() {
    let house = House::furnished().await;
    let path = "/admin/v1/api_key/import";
    let mut item = key_request();
    item["sha256"] = json!("ab".repeat(32));
    item["from"] = json!("old-gateway");
    let body = json!({"items": [item]});
    let imported = house.post_json(path, &body).await;
    assert_eq!(imported.status, 200, "{imported:?}");
    let imported = imported.json();
    assert_eq!(imported["items"][0]["imported_from"], "old-gateway");
    assert_eq!(imported["items"][0]["expires_at"], "2027-04-15T08:00:00Z");
    let again = house
        .post_json(path, &body)
        .await
        .problem(400, "invalid_fields");
    assert_eq!(again["errors"][0]["pointer"], "/items/0/sha256", "{again}");
    let twice = json!({"items": [item, item]});
    house
        .post_json(path, &twice)
        .await
        .problem(400, "invalid_fields");
    for (field, value) in [
        ("sha256", json!("canary")),
        ("sha256", json!(null)),
        ("from", json!(null)),
    ] {
        let mut wrong = item.clone();
        wrong[field] = value;
        let reply = house.post_json(path, &json!({"items": [wrong]})).await;
        let problem = reply.problem(400, "invalid_fields");
        let pointers = problem["errors"].to_string();
        assert!(pointers.contains(&format!("/items/0/{field}")), "{problem}");
        assert!(!problem.to_string().contains("canary"));
    }
    // What is no item at all is named beside what is wrong with the others.
    let mut odd = item.clone();
    odd["ownr"] = json!("canary");
    let mut number = item.clone();
    number["scopes"] = json!("canary");
    let mut hash = item.clone();
    hash["sha256"] = json!(7);
    let items = json!({"items": [item, odd, number, hash]});
    let problem = house
        .post_json(path, &items)
        .await
        .problem(400, "invalid_fields");
    let errors = problem["errors"].as_array().unwrap().iter();
    let pointers: Vec<_> = errors.map(|error| error["pointer"].clone()).collect();
    let all = ["/items/0/sha256", "/items/1", "/items/2", "/items/3/sha256"];
    assert_eq!(pointers, all);
    assert!(!problem.to_string().contains("canary"), "{problem}");
    // Its successor has our shape.
    let id = imported["items"][0]["id"].as_str().unwrap();
    let rotated = acted(
        &house,
        &format!("/admin/v1/api_key/{id}"),
        "rotate",
        json!({}),
    )
    .await;
    assert!(rotated["secret"].as_str().unwrap().starts_with("dw_test_"));
}

#[tokio::test]
async fn the_review_queue_has_what_is_due() {
    let mut house = House::furnished().await;
    let path = created(&house).await;
    let queue = async |house: &House| {
        let reply = house.get("/admin/v1/api_key/review_queue").await.json();
        reply["total"].as_u64().unwrap()
    };
    assert_eq!(queue(&house).await, 0);
    house.days_later(76).await;
    assert_eq!(queue(&house).await, 1);
    acted(&house, &path, "review", json!({"note": "needed"})).await;
    assert_eq!(queue(&house).await, 0);
}
