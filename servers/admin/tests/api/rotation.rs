use std::time::Duration;

use authority::audit::Action;
use base::Clock;
use credential::CredentialKind;
use serde_json::{Value, json};
use snapshot::{CredentialRef, Seen, Usage, UsageReport};

use crate::house::{House, key_request};

const DAY: Duration = Duration::from_secs(86_400);

async fn create(house: &House) -> (String, String) {
    let created = house.post_json("/admin/v1/api_key", &key_request()).await;
    let created = created.json();
    let text = |name: &str| created[name].as_str().unwrap().to_owned();
    (format!("/admin/v1/api_key/{}", text("id")), text("secret"))
}

async fn act(house: &House, path: &str, act: &str, body: Value) -> Value {
    let reply = house.post_json(&format!("{path}/{act}"), &body).await;
    assert_eq!(reply.status, 200, "{act}: {reply:?}");
    reply.json()
}

/// A gate saw that secret so often, now.
async fn use_secret(house: &House, path: &str, generation: u32, requests: u64) {
    let seen = Seen {
        requests,
        ..Seen::once(house.clock.now())
    };
    let mut usage = Usage {
        seen: Some(seen),
        ..Usage::default()
    };
    usage.generations.insert(generation, seen);
    let id = path.rsplit('/').next().unwrap().to_owned();
    let kind = CredentialKind::ApiKey;
    let report = UsageReport {
        credential: CredentialRef { kind, id },
        usage,
    };
    house.store.record_usage(vec![report]).await.unwrap();
}

#[tokio::test]
async fn a_newer_secret_is_answered_once_and_is_another_one() {
    let house = House::furnished().await;
    let (path, first) = create(&house).await;
    let rotated = act(&house, &path, "rotate", json!({"overlap": "3d"})).await;
    let second = rotated["secret"].as_str().unwrap();
    assert_ne!(first, second);
    let presented = credential::PresentedApiKey::parse(second).unwrap();
    assert_eq!(presented.id(), rotated["id"].as_str().unwrap());
    assert_eq!(
        rotated["rotation"],
        json!({
            "stage": "overlap",
            "staged_at": "2027-01-15T08:00:00Z",
            "ends_at": "2027-01-18T08:00:00Z",
            "cut_over_at": null,
            "older": {
                "generation": 1, "ends_at": "2027-01-18T08:00:00Z",
                "requests": 0, "last_used_at": null
            },
            "newer": {
                "generation": 2, "ends_at": "2027-04-15T08:00:00Z",
                "requests": 0, "last_used_at": null
            },
            "older_used_lately": false,
            "older_quiet_seconds": 0,
            "used_from": []
        })
    );
    assert_eq!(rotated["expires_at"], "2027-04-15T08:00:00Z");
    let tail = &second[second.len() - 20..];
    for place in [
        house.get(&path).await.body,
        house.get("/admin/v1/api_key").await.body,
        house.audit().await,
    ] {
        assert!(!place.contains(tail), "{place}");
    }
}

#[tokio::test]
async fn the_use_of_both_secrets_is_told_from_the_start_of_the_rotation() {
    let house = House::furnished().await;
    let (path, _) = create(&house).await;
    use_secret(&house, &path, 1, 1000).await;
    act(&house, &path, "rotate", json!({})).await;
    house.pass(Duration::from_secs(60));
    use_secret(&house, &path, 1, 7).await;
    house.pass(Duration::from_secs(60));
    use_secret(&house, &path, 2, 5).await;
    house.pass(Duration::from_secs(30));
    let rotation = house.get(&path).await.json()["rotation"].clone();
    assert_eq!(rotation["older"]["requests"], 7);
    assert_eq!(rotation["older"]["last_used_at"], "2027-01-15T08:01:00Z");
    assert_eq!(rotation["newer"]["requests"], 5);
    assert_eq!(rotation["older_used_lately"], true);
    assert_eq!(rotation["older_quiet_seconds"], 90);
    house.pass(DAY);
    let rotation = house.get(&path).await.json()["rotation"].clone();
    assert_eq!(rotation["older_used_lately"], false);
    // A list looks up no use.
    let list = house.get("/admin/v1/api_key").await.json();
    let rotation = &list["items"][0]["rotation"];
    assert_eq!(rotation["older"]["requests"], json!(null));
    assert_eq!(rotation["older_used_lately"], json!(null));
}

#[tokio::test]
async fn every_step_is_answered_and_audited() {
    let house = House::furnished().await;
    let (path, _) = create(&house).await;
    act(&house, &path, "rotate", json!({})).await;
    house.pass(DAY);
    let stage = |answer: &Value| answer["rotation"]["stage"].clone();
    let cut = act(&house, &path, "cut_over", json!({})).await;
    assert_eq!(stage(&cut), "cut_over");
    assert_eq!(cut["rotation"]["cut_over_at"], "2027-01-16T08:00:00Z");
    assert_eq!(cut["in_force"], json!(null));
    let back = act(&house, &path, "rollback", json!({})).await;
    assert_eq!(stage(&back), "overlap");
    act(&house, &path, "cut_over", json!({})).await;
    house.pass(6 * DAY);
    // Its end has come: nobody has written that down, and it is so all the same.
    let shown = house.get(&path).await.json();
    assert_eq!(shown["rotation"], json!(null));
    assert_eq!(shown["status"], "active");
    let reply = house
        .post_json(&format!("{path}/rollback"), &json!({}))
        .await;
    let problem = reply.problem(409, "wrong_stage");
    assert!(problem["fix"].as_str().unwrap().contains("key rotate"));
    act(&house, &path, "rotate", json!({})).await;
    act(&house, &path, "rollback", json!({})).await;
    let audit = house.audit().await;
    for (action, times) in [
        (Action::ApiKeyRotated, 2),
        (Action::ApiKeyCutOver, 2),
        (Action::ApiKeyRolledBack, 2),
        (Action::ApiKeyRotationEnded, 1),
    ] {
        let name = serde_json::to_string(&action).unwrap();
        let found = audit.matches(&format!("\"action\":{name}")).count();
        assert_eq!(found, times, "{name}");
    }
}

#[tokio::test]
async fn a_request_that_is_wrong_changes_nothing() {
    let house = House::furnished().await;
    let (path, _) = create(&house).await;
    let rotate = format!("{path}/rotate");
    let wrong = json!({"overlap": "31d", "expires_in": "91d"});
    let problem = house.post_json(&rotate, &wrong).await;
    let problem = problem.problem(400, "invalid_fields");
    let pointers: Vec<&Value> = problem["errors"].as_array().unwrap().iter().collect();
    assert_eq!(pointers.len(), 2);
    assert_eq!(pointers[0]["pointer"], "/overlap");
    assert_eq!(pointers[1]["pointer"], "/expires_in");
    for (act, body) in [
        ("rotate", json!({"overlp": "7d"})),
        ("cut_over", json!({"reason": "x"})),
        ("rollback", json!([])),
    ] {
        let reply = house.post_json(&format!("{path}/{act}"), &body).await;
        reply.problem(400, "invalid_json");
    }
    for act in ["cut_over", "rollback"] {
        let reply = house.post_json(&format!("{path}/{act}"), &json!({})).await;
        reply.problem(409, "wrong_stage");
        let nobody = format!("/admin/v1/api_key/k0123456789abcde/{act}");
        let reply = house.post_json(&nobody, &json!({})).await;
        reply.problem(404, "not_found");
    }
    let id = path.rsplit('/').next().unwrap();
    let held = house.store.api_key(id).await.unwrap().unwrap();
    assert_eq!((held.version, held.rotation.is_none()), (0, true));
}

#[tokio::test]
async fn of_two_who_rotate_at_once_one_does() {
    let house = House::furnished().await;
    let (path, _) = create(&house).await;
    let path = format!("{path}/rotate");
    let body = json!({});
    let replies = tokio::join!(
        house.post_json(&path, &body),
        house.post_json(&path, &body),
        house.post_json(&path, &body),
    );
    let statuses = [replies.0.status, replies.1.status, replies.2.status];
    let won = statuses.iter().filter(|status| **status == 200).count();
    assert_eq!(won, 1, "{statuses:?}");
}
