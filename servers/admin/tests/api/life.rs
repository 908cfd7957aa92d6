//! The life of an API key between its creation and its end.

use authority::audit::Action;
use base::Lifetime;
use serde_json::{Value, json};

use crate::house::{House, key_request};

const DAY: u64 = 86_400;

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
    let status = if reason == "invalid_fields" { 422 } else { 409 };
    let reply = house.post_json(&format!("{path}/{act}"), &body).await;
    reply.problem(status, reason)
}

fn later(house: &House, days: u64) {
    house.clock.advance(Lifetime::from_secs(days * DAY));
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
    let problem = reply.problem(422, "invalid_fields");
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
        "/expires_in",
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
    let house = House::furnished().await;
    let mut request = key_request();
    request.as_object_mut().unwrap().remove("expires_in");
    request["rotation"] = json!("semiannual");
    request["improve_by"] = json!("2027-12-01");
    let reply = house.post_json("/admin/v1/api_key", &request).await;
    let path = format!("/admin/v1/api_key/{}", reply.json()["id"].as_str().unwrap());
    later(&house, 165);
    let due = house.get(&path).await.json();
    assert_eq!(due["status"], "review_due");
    assert!(due["warning"].as_str().unwrap().contains("review"), "{due}");
    later(&house, 14);
    acted(&house, &path, "rotate", json!({})).await;
    later(&house, 1);
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
    let house = House::furnished().await;
    let mut request = key_request();
    request["expires_in"] = json!("10d");
    let reply = house.post_json("/admin/v1/api_key", &request).await;
    let path = format!("/admin/v1/api_key/{}", reply.json()["id"].as_str().unwrap());
    later(&house, 5);
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
    later(&house, 85);
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
        let problem = reply.problem(422, "invalid_fields");
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
    reply.problem(422, "invalid_fields");
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
