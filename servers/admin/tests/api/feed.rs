use std::time::Duration;

use credential::CredentialKind;
use serde_json::{Value, json};
use snapshot::{CredentialRef, Seen, Snapshot};

use crate::house::{House, INVENTORY, key_request};

#[tokio::test]
async fn a_gate_that_folds_the_feed_knows_what_the_snapshot_says() {
    let house = House::new().await;
    let first = house.get("/feed/v1/snapshot").await;
    let mut gate: Snapshot = serde_json::from_str(&first.body).unwrap();
    assert_eq!(
        house
            .post_toml("/admin/v1/inventory/apply", INVENTORY)
            .await
            .status,
        200
    );
    assert_eq!(
        house
            .post_json("/admin/v1/api_key", &key_request())
            .await
            .status,
        201
    );

    let after = gate.revision().number();
    let changes = house
        .get(&format!("/feed/v1/changes?after={after}"))
        .await
        .json();
    let steps: Vec<snapshot::NumberedChange> =
        serde_json::from_value(changes["changes"].clone()).unwrap();
    assert_eq!(steps.len(), 2);
    assert_eq!(changes["head"], steps[1].revision.number());
    for step in steps {
        gate.apply(step).unwrap();
    }
    let whole = house.get("/feed/v1/snapshot").await;
    let whole: Snapshot = serde_json::from_str(&whole.body).unwrap();
    assert_eq!(
        serde_json::to_string(&gate).unwrap(),
        serde_json::to_string(&whole).unwrap()
    );
}

#[tokio::test]
async fn a_gate_with_a_bound_gets_some_of_the_keys_and_asks_for_the_others() {
    let house = House::furnished().await;
    for days in [10, 30, 20] {
        let mut request = key_request();
        request["expires_in"] = json!(format!("{days}d"));
        let reply = house.post_json("/admin/v1/api_key", &request).await;
        assert_eq!(reply.status, 201, "{reply:?}");
    }
    let snapshot = |query: &'static str| {
        let house = &house;
        async move {
            let reply = house.get(&format!("/feed/v1/snapshot{query}")).await;
            serde_json::from_str::<Snapshot>(&reply.body).unwrap()
        }
    };
    let whole = snapshot("").await;
    let count = whole.api_key_count();
    assert!(count >= 3 && !whole.api_keys_are_partial());
    for (query, loaded) in [
        ("?api_keys=0", 0),
        ("?api_keys=1", 1),
        ("?api_keys=4294967295", count),
    ] {
        let some = snapshot(query).await;
        assert_eq!(some.api_key_count(), loaded, "{query}");
        assert_eq!(some.api_keys_are_partial(), loaded < count, "{query}");
        assert_eq!(some.revision(), whole.revision());
    }
    let list = house.get("/feed/v1/snapshot").await.json();
    for entry in list["api_keys"].as_array().unwrap() {
        let id = entry["id"].as_str().unwrap();
        let reply = house.get(&format!("/feed/v1/api_key/{id}")).await;
        assert_eq!(
            reply.json(),
            json!({"revision": list["revision"], "api_key": entry})
        );
    }
    for absent in ["k0123456789abcde", "x", "k0123456789abcdE", "%00"] {
        let reply = house.get(&format!("/feed/v1/api_key/{absent}")).await;
        assert_eq!(reply.json()["api_key"], json!(null), "{absent}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_change_the_answer_comes_when_the_wait_is_over() {
    let house = House::furnished().await;
    let head = house.store.head().borrow().number();
    for (wait, least) in [
        ("", 0),
        ("&wait=0", 0),
        ("&wait=700", 700),
        ("&wait=99999999", 30_000),
    ] {
        let begun = tokio::time::Instant::now();
        let reply = house
            .get(&format!("/feed/v1/changes?after={head}{wait}"))
            .await;
        assert_eq!(reply.json(), json!({"head": head, "changes": []}));
        let took = begun.elapsed();
        assert!(took >= Duration::from_millis(least), "{wait}: {took:?}");
        assert!(
            took < Duration::from_millis(least + 100),
            "{wait}: {took:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_ends_the_wait() {
    let house = House::furnished().await;
    let head = house.store.head().borrow().number();
    let path = format!("/feed/v1/changes?after={head}&wait=30000");
    let begun = tokio::time::Instant::now();
    let request = key_request();
    let (changes, created) = tokio::join!(house.get(&path), async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        house.post_json("/admin/v1/api_key", &request).await
    });
    assert_eq!(created.status, 201);
    assert_eq!(changes.json()["head"], head + 1);
    assert_eq!(
        changes.json()["changes"][0]["change"]["change"],
        "api_key_put"
    );
    assert!(begun.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn a_gap_is_gone_and_says_to_fetch_a_snapshot() {
    let house = House::furnished().await;
    house.post_json("/admin/v1/api_key", &key_request()).await;
    house.store.trim_changes(1).await.unwrap();
    let problem = house
        .get("/feed/v1/changes?after=0")
        .await
        .problem(410, "gap");
    assert!(
        problem["fix"]
            .as_str()
            .unwrap()
            .contains("/feed/v1/snapshot")
    );
    house
        .get("/feed/v1/changes?after=999")
        .await
        .problem(410, "gap");
}

fn decision(environment: &str) -> Value {
    json!({"kind": "decision", "record": {
        "request_id": "r1", "at": 1, "environment": environment, "method": "GET",
        "verdict": "denial", "rule": "credential_missing", "reason": "credential_missing",
        "detail": "no credential", "genuine": null, "still_accepted": null, "peer": "127.0.0.1",
        "inventory_version": 1, "revision": 1, "added_by_a_newer_gate": true
    }})
}

#[tokio::test]
async fn a_gate_reports_for_its_own_environment_and_nothing_else() {
    let house = House::furnished().await;
    let before = house.audit().await;
    let other = json!([decision("sandbox"), decision("production")]);
    let reply = house.post_json("/feed/v1/decisions", &other).await;
    reply.problem(422, "wrong_environment");
    let event = json!([{"kind": "event", "record": {"request_id": "r1", "at": 1,
        "environment": "sandbox", "actor": {"kind": "doorward"}, "action": "api_key_created",
        "detail": "forged"}}]);
    let reply = house.post_json("/feed/v1/decisions", &event).await;
    reply.problem(400, "invalid_json");
    assert_eq!(house.audit().await, before, "a refused report left a trace");

    let reply = house
        .post_json("/feed/v1/decisions", &json!([decision("sandbox")]))
        .await;
    assert_eq!(reply.status, 204, "{reply:?}");
    assert_ne!(house.audit().await, before);
    assert_eq!(
        house
            .post_json("/feed/v1/decisions", &json!([]))
            .await
            .status,
        204
    );
}

#[tokio::test]
async fn a_full_batch_of_long_records_is_not_refused_for_its_size() {
    let house = House::furnished().await;
    let mut long = decision("sandbox");
    long["record"]["detail"] = json!("d".repeat(4096));
    let batch = serde_json::Value::Array(vec![long; 512]);
    let reply = house.post_json("/feed/v1/decisions", &batch).await;
    assert_eq!(reply.status, 204, "{reply:?}");
    let endless = "[".to_owned() + &" ".repeat(4 * 1024 * 1024);
    let reply = house
        .post("/feed/v1/decisions", "application/json", endless)
        .await;
    reply.problem(413, "too_large");
}

fn use_report() -> Value {
    let seen = json!({"first_at": 1, "last_at": 2, "requests": 3});
    json!({
        "credential": {"kind": "api_key", "id": "k0123456789abcde"},
        "usage": {
            "seen": seen, "generations": {"1": seen}, "networks": {"192.0.2.0/24": seen},
            "fingerprints": {"0123456789abcdef": seen}, "endpoints": {"reports.read": seen},
            "exposures": {"query": seen}, "untold": 1,
        },
    })
}

#[tokio::test]
async fn what_a_gate_saw_of_credentials_adds_up() {
    let house = House::furnished().await;
    for _ in 0..2 {
        let reply = house
            .post_json("/feed/v1/usage", &json!([use_report()]))
            .await;
        assert_eq!(reply.status, 204, "{reply:?}");
    }
    let credential = CredentialRef {
        kind: CredentialKind::ApiKey,
        id: "k0123456789abcde".to_owned(),
    };
    let usage = house.store.usage(&credential).await.unwrap().unwrap();
    let requests = |seen: &Seen| seen.requests;
    assert_eq!(usage.seen.as_ref().map(requests), Some(6));
    assert_eq!(usage.generations.values().map(requests).sum::<u64>(), 6);
    assert_eq!(usage.networks.values().map(requests).sum::<u64>(), 6);
    assert_eq!(usage.fingerprints.values().map(requests).sum::<u64>(), 6);
    assert_eq!(usage.endpoints.values().map(requests).sum::<u64>(), 6);
    assert_eq!(usage.exposures.values().map(requests).sum::<u64>(), 6);
    assert_eq!(usage.untold, 2);
}

#[tokio::test]
async fn a_use_report_that_is_not_understood_whole_is_refused_whole() {
    let house = House::furnished().await;
    let seen = json!({"first_at": 1, "last_at": 2, "requests": 3});
    let many = |thing: fn(usize) -> String| -> Value {
        (0..65)
            .map(|n| (thing(n), seen.clone()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let wrong = [
        ("/usage/added_by_somebody", json!(1)),
        ("/credential/secret", json!("canary")),
        ("/usage/seen/canary", json!(1)),
        ("/credential/kind", json!("canary")),
        ("/credential/id", json!("")),
        ("/credential/id", json!("canary\n")),
        ("/credential/id", json!("canary".repeat(400))),
        (
            "/usage/seen",
            json!({"first_at": 2, "last_at": 1, "requests": 1}),
        ),
        (
            "/usage/seen",
            json!({"first_at": 1, "last_at": 1, "requests": 0}),
        ),
        ("/usage/networks", json!({"192.0.2.1/32": seen})),
        ("/usage/networks", json!({"192.0.2.1/24": seen})),
        ("/usage/networks", json!({"2001:db8::/64": seen})),
        ("/usage/fingerprints", json!({"canary": seen})),
        ("/usage/fingerprints", json!({"0123456789ABCDEF": seen})),
        ("/usage/fingerprints", many(|n| format!("{n:016x}"))),
        ("/usage/endpoints", json!({"No Name": seen})),
        ("/usage/endpoints", many(|n| format!("e{n}"))),
        ("/usage/exposures", json!({"report": seen})),
        ("/usage/exposures", json!({"canary": seen})),
    ];
    for (place, value) in wrong {
        let mut report = use_report();
        let (object, field) = place.rsplit_once('/').unwrap();
        report.pointer_mut(object).unwrap()[field] = value;
        let reply = house
            .post_json("/feed/v1/usage", &json!([use_report(), report]))
            .await;
        let problem = reply.problem(400, "invalid_json");
        let words = problem["detail"].as_str().unwrap();
        assert!(
            field == "canary" || !words.contains("canary"),
            "{place}: {words}"
        );
    }
    let reply = house.post_json("/feed/v1/usage", &use_report()).await;
    reply.problem(400, "invalid_json");
    assert!(house.store.usages(None, 10).await.unwrap().is_empty());
    assert_eq!(
        house.post_json("/feed/v1/usage", &json!([])).await.status,
        204
    );
}
