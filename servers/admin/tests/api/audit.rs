use base::Timestamp;
use serde_json::{Value, json};

use crate::house::{House, key_request};

#[tokio::test]
async fn the_audit_is_read_from_a_place_on_or_from_its_end() {
    let house = House::furnished().await;
    house.post_json("/admin/v1/api_key", &key_request()).await;
    let all = house.get("/admin/v1/audit").await.json();
    let entries = all["entries"].as_array().unwrap();
    let sequences: Vec<u64> = entries
        .iter()
        .map(|e| e["sequence"].as_u64().unwrap())
        .collect();
    assert_eq!(sequences, (1..=sequences.len() as u64).collect::<Vec<_>>());
    let last = entries.last().unwrap();
    assert_eq!(last["kind"], "event");
    assert_eq!(last["record"]["action"], "api_key_created");
    assert_eq!(last["at"], "2027-01-15T08:00:00Z");

    let one = house.get("/admin/v1/audit?after=1&limit=1").await.json();
    assert_eq!(one["entries"], json!([entries[1]]));
    assert_eq!(one["next_after"], 2);
    let tail = house.get("/admin/v1/audit/tail?limit=1").await.json();
    assert_eq!(tail["entries"], json!([last]));
    let beyond = house.get("/admin/v1/audit?after=1000").await.json();
    assert_eq!(beyond, json!({"entries": [], "next_after": null}));
    for wrong in ["audit?limit=0", "audit?limit=1001", "audit/tail?limit=0"] {
        house
            .get(&format!("/admin/v1/{wrong}"))
            .await
            .problem(400, "invalid_count");
    }
}

#[tokio::test]
async fn a_whole_chain_is_clean() {
    let house = House::furnished().await;
    let entries = house.store.audit_after(0, 1000).await.unwrap();
    let verdict = house.get("/admin/v1/audit/verify").await.json();
    let expected = json!({
        "clean": true,
        "entries": entries.len(),
        "head": entries.last().unwrap().digest.to_string(),
        "finding": null
    });
    assert_eq!(verdict, expected);
}

#[tokio::test]
async fn a_request_is_traced_from_its_decision_to_its_end() {
    let house = House::furnished().await;
    let at = Timestamp::from_unix_seconds(1_800_000_100)
        .unwrap()
        .unix_micros();
    let decision = json!({"kind": "decision", "record": {
        "request_id": "r0123456789abcde", "at": at, "environment": "sandbox", "method": "GET",
        "endpoint": "forecast.read", "verdict": "permit", "rule": "permitted",
        "reason": "permitted", "detail": "everything demanded is met", "principal": null,
        "genuine": true, "still_accepted": true, "peer": "127.0.0.1", "trace_id": null,
        "inventory_version": 1, "revision": 1
    }});
    let outcome = json!({"kind": "outcome", "record": {
        "request_id": "r0123456789abcde", "at": at + 2000, "upstream": {"status": 200},
        "latency_us": 2000
    }});
    let reply = house
        .post_json("/feed/v1/decisions", &json!([decision, outcome]))
        .await;
    assert_eq!(
        (reply.status.as_u16(), reply.body.as_str()),
        (204, ""),
        "{reply:?}"
    );

    let trace = house.get("/admin/v1/trace/r0123456789abcde").await.json();
    assert_eq!(trace["request_id"], "r0123456789abcde");
    let kinds: Vec<&Value> = trace["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| &e["kind"])
        .collect();
    assert_eq!(kinds, ["decision", "outcome"]);
    assert_eq!(trace["entries"][0]["record"]["rule"], "permitted");
    assert_eq!(trace["derivation"]["endpoint"], "forecast.read");
    assert_eq!(trace["derivation"]["matches"], "GET /v1/forecast");
    assert_eq!(trace["derivation"]["inventory_version"], 1);
    let shown = house.get("/admin/v1/inventory").await.json();
    let reasons = &shown["apis"][0]["endpoints"][0]["demand"]["reasons"];
    assert_eq!(trace["derivation"]["reasons"], *reasons);
}

#[tokio::test]
async fn an_operator_request_is_traced_by_its_own_id() {
    let house = House::furnished().await;
    let created = house.post_json("/admin/v1/api_key", &key_request()).await;
    let id = created.headers["x-request-id"].to_str().unwrap();
    let trace = house.get(&format!("/admin/v1/trace/{id}")).await.json();
    assert_eq!(
        trace["entries"][0]["record"]["target"],
        created.json()["id"]
    );
    assert_eq!(trace["derivation"], json!(null));
    for unknown in ["r000000000000000", "R", "..."] {
        house
            .get(&format!("/admin/v1/trace/{unknown}"))
            .await
            .problem(404, "not_found");
    }
}
