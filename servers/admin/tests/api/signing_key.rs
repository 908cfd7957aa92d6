use std::sync::Arc;
use std::time::Duration;

use base::Revision;
use credential::{Environment, EnvironmentClass};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::house::{House, Reply, environment};

const PATH: &str = "/admin/v1/signing_key";
const ROTATE: &str = "/admin/v1/signing_key/rotate";
const ROLLBACK: &str = "/admin/v1/signing_key/rollback";
const DEFAULT: &str = "/admin/v1/signing_key/default";

async fn house() -> House {
    House::signing(&environment()).await
}

async fn production() -> House {
    let environment = Environment {
        class: EnvironmentClass::Production,
        ..environment()
    };
    House::signing(&environment).await
}

fn of<'a>(answer: &'a Value, stage: &'a str) -> impl Iterator<Item = &'a Value> {
    let items = answer["items"].as_array().unwrap().iter();
    items.filter(move |key| key["stage"] == stage)
}

fn id(answer: &Value, stage: &str) -> String {
    let key = of(answer, stage)
        .next()
        .unwrap_or_else(|| panic!("{answer}"));
    key["key_id"].as_str().unwrap().to_owned()
}

fn done(reply: &Reply) -> Value {
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json()
}

#[tokio::test]
async fn the_list_says_where_each_key_stands_and_nothing_that_helps_to_sign() {
    let house = house().await;
    let reply = house.get(PATH).await;
    let listed = done(&reply);
    let active = of(&listed, "active").next().unwrap();
    let expected = json!({
        "key_id": id(&listed, "active"), "algorithm": "ES256", "stage": "active",
        "default": true, "custody": "sealed",
        "created_at": "2027-01-15T08:00:00Z", "published_at": "2027-01-15T08:00:00Z",
        "usable_from": null, "active_since": "2027-01-15T08:00:00Z", "retiring_since": null,
        "ends_at": "2027-04-15T08:00:00Z", "retired_at": null, "retired_because": null
    });
    assert_eq!(*active, expected);
    let next = of(&listed, "next").next().unwrap();
    assert_eq!(next["usable_from"], "2027-01-15T08:00:00Z");
    for ring in house.store.key_ring().await.unwrap().keys {
        let record = serde_json::to_value(&ring).unwrap();
        let sealed = record["sealed"].to_string();
        assert!(!reply.body.contains(&sealed), "{reply:?}");
    }
}

#[tokio::test]
async fn a_rotation_is_answered_with_every_key_and_a_rollback_undoes_it() {
    let house = house().await;
    let before = house.get(PATH).await.json();
    let rotated = done(&house.post_json(ROTATE, &json!({})).await);
    assert_eq!(id(&rotated, "active"), id(&before, "next"));
    assert_eq!(id(&rotated, "retiring"), id(&before, "active"));
    assert_eq!(of(&rotated, "next").count(), 1);
    assert_eq!(rotated["in_force"], json!(null));
    let back = done(&house.post_json(ROLLBACK, &json!({})).await);
    assert_eq!(id(&back, "active"), id(&before, "active"));
    let audit = house.audit().await;
    for action in ["signing_key_rotated", "signing_key_rolled_back"] {
        assert!(audit.contains(action), "{action}");
    }
}

#[tokio::test]
async fn a_rotation_that_comes_too_early_says_from_when_it_works_and_what_does_now() {
    let house = production().await;
    let problem = house
        .post_json(ROTATE, &json!({}))
        .await
        .problem(409, "not_yet");
    let (detail, fix) = (problem["detail"].to_string(), problem["fix"].to_string());
    assert!(detail.contains("2027-01-15T08:10:00Z"), "{detail}");
    assert!(fix.contains("--emergency"), "{fix}");
    let before = house.get(PATH).await.json();
    house.pass(Duration::from_secs(600));
    let rotated = done(&house.post_json(ROTATE, &json!({})).await);
    assert_eq!(id(&rotated, "active"), id(&before, "next"));
}

#[tokio::test]
async fn an_emergency_retires_every_key_for_a_reason_and_once_the_gate_knows() {
    let mut house = production().await;
    let (gate, watching) = watch::channel(Revision::ZERO);
    let mut head = house.store.head();
    house.in_force = Some(watching);
    let follower = tokio::spawn(async move {
        while head.changed().await.is_ok() {
            gate.send_replace(*head.borrow_and_update());
        }
    });
    let before = house.get(PATH).await.json();
    for wrong in [
        json!({"emergency": true}),
        json!({"emergency": true, "reason": " "}),
        json!({"emergency": true, "reason": "leaked", "key": "aws-kms:k"}),
        json!({"reason": "leaked"}),
        json!({"emergency": true, "reason": "leaked", "algorithm": "EdDSA"}),
        json!({"emergency": true, "reason": "leaked", "algorithm": "none"}),
    ] {
        house
            .post_json(ROTATE, &wrong)
            .await
            .problem(400, "invalid_fields");
    }
    assert_eq!(house.get(PATH).await.json(), before);

    let body = json!({"emergency": true, "reason": "a backup was stolen"});
    let replaced = done(&house.post_json(ROTATE, &body).await);
    let newest = house.store.head().borrow().number();
    assert_eq!(replaced["in_force"]["revision"], newest);
    assert_eq!(of(&replaced, "retired").count(), 2);
    for key in of(&replaced, "retired") {
        assert_eq!(key["retired_because"], "emergency: a backup was stolen");
        assert_eq!(key["custody"], "erased");
    }
    assert_eq!(of(&replaced, "active").count(), 1);
    let back = house.post_json(ROLLBACK, &json!({})).await;
    back.problem(409, "wrong_stage");
    assert!(
        house
            .audit()
            .await
            .contains("emergency: a backup was stolen")
    );
    follower.abort();
}

#[tokio::test]
async fn two_rotations_at_once_are_one() {
    let house = Arc::new(house().await);
    let before = house.get(PATH).await.json();
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let house = Arc::clone(&house);
        racers.spawn(async move { house.post_json(ROTATE, &json!({})).await });
    }
    let replies = racers.join_all().await;
    let won = replies.iter().filter(|reply| reply.status == 200).count();
    // Those that asked after the first was done saw its ring, and rotated that.
    let after = house.get(PATH).await.json();
    assert!(won >= 1);
    assert_eq!(of(&after, "retiring").count(), won);
    assert_eq!(of(&after, "active").count(), 1);
    for reply in replies.iter().filter(|reply| reply.status != 200) {
        let problem = reply.problem(409, "wrong_stage").to_string();
        assert!(problem.contains("came first"), "{problem}");
    }
    assert_ne!(id(&before, "active"), id(&after, "active"));
}

#[tokio::test]
async fn a_lane_is_added_and_made_the_default() {
    let house = house().await;
    for (path, wrong) in [
        (PATH, json!({})),
        (PATH, json!({"algorithm": "es256"})),
        (DEFAULT, json!({})),
        (DEFAULT, json!({"algorithm": "EdDSA"})),
    ] {
        let problem = house.post_json(path, &wrong).await;
        let problem = problem.problem(400, "invalid_fields");
        assert_eq!(problem["errors"][0]["pointer"], "/algorithm");
    }
    let lane = json!({"algorithm": "EdDSA"});
    let added = done(&house.post_json(PATH, &lane).await);
    assert_eq!(of(&added, "active").count(), 2);
    house
        .post_json(PATH, &lane)
        .await
        .problem(409, "wrong_stage");
    let changed = done(&house.post_json(DEFAULT, &lane).await);
    for key in changed["items"].as_array().unwrap() {
        assert_eq!(key["default"], key["algorithm"] == "EdDSA");
    }
}

#[tokio::test]
async fn one_key_is_retired_and_the_active_one_never() {
    let house = house().await;
    let before = house.get(PATH).await.json();
    let path = |id: &str| format!("{PATH}/{id}/retire");
    let reason = json!({"reason": "it was copied"});
    house
        .post_json(&path(&id(&before, "active")), &reason)
        .await
        .problem(409, "wrong_stage");
    for unknown in ["s0123456789abcde", "%20"] {
        let reply = house.post_json(&path(unknown), &reason).await;
        reply.problem(404, "not_found");
    }
    let next = id(&before, "next");
    house
        .post_json(&path(&next), &json!({}))
        .await
        .problem(400, "invalid_fields");
    let retired = done(&house.post_json(&path(&next), &reason).await);
    assert_eq!(id(&retired, "retired"), next);
    house
        .post_json(&path(&next), &reason)
        .await
        .problem(409, "wrong_stage");
    house
        .post_json(ROTATE, &json!({}))
        .await
        .problem(409, "wrong_stage");
}

#[tokio::test]
async fn an_address_is_judged_before_any_place_is_asked_and_never_repeated() {
    let house = house().await;
    for wrong in [
        "canary",
        "file:/canary",
        "pkcs11:object=k?pin-value=canary",
        "aws-kms:canary",
    ] {
        let reply = house.post_json(ROTATE, &json!({"key": wrong})).await;
        let problem = reply.problem(400, "invalid_fields");
        assert_eq!(problem["errors"][0]["pointer"], "/key");
        assert!(!problem.to_string().contains("canary"), "{problem}");
    }
    assert!(!house.audit().await.contains("canary"));
}
