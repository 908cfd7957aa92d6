use std::time::Duration;

use serde_json::{Value, json};

use crate::house::{House, key_request};

const PATH: &str = "/admin/v1/drill";

async fn create(house: &House) -> String {
    let created = house.post_json("/admin/v1/api_key", &key_request()).await;
    created.json()["id"].as_str().unwrap().to_owned()
}

fn rehearsed(id: &str) -> Value {
    json!({
        "api_key": id,
        "started_at": "2027-01-15T08:00:00Z",
        "outcome": "rehearsed",
        "steps": [
            {"step": "stage", "call_ms": 14, "in_force_ms": 3},
            {"step": "withdraw", "call_ms": 11, "in_force_ms": null}
        ],
        "notes": "nobody noticed"
    })
}

#[tokio::test]
async fn a_drill_is_kept_with_its_times_and_notes() {
    let house = House::furnished().await;
    let (one, other) = (create(&house).await, create(&house).await);
    house.pass(Duration::from_secs(60));
    let reply = house.post_json(PATH, &rehearsed(&one)).await;
    assert_eq!(reply.status, 201, "{reply:?}");
    let drill = reply.json();
    assert_eq!(drill["kind"], "api_key");
    assert_eq!(drill["credential"], one.as_str());
    assert_eq!(drill["recorded_at"], "2027-01-15T08:01:00Z");
    assert_eq!(drill["steps"], rehearsed(&one)["steps"]);
    assert_eq!(drill["notes"], "nobody noticed");
    assert!(drill["by"].as_str().unwrap().starts_with('o'), "{drill}");

    let list = |path: String| {
        let house = &house;
        async move { house.get(&path).await.json()["items"].clone() }
    };
    assert_eq!(list(PATH.to_owned()).await, json!([drill]));
    assert_eq!(list(format!("{PATH}?api_key={one}")).await, json!([drill]));
    assert_eq!(list(format!("{PATH}?api_key={other}")).await, json!([]));

    // The key's record says how long ago it was.
    house.pass(Duration::from_secs(5 * 86_400));
    let shown = house.get(&format!("/admin/v1/api_key/{one}")).await.json();
    let last = json!({
        "started_at": "2027-01-15T08:00:00Z", "age_days": 5, "outcome": "rehearsed"
    });
    assert_eq!(shown["last_drill"], last);
    assert!(house.audit().await.contains("api_key_drilled"));
}

#[tokio::test]
async fn a_drill_that_cannot_have_been_is_refused() {
    let house = House::furnished().await;
    let id = create(&house).await;
    for (field, value, pointer) in [
        ("started_at", json!("2027-01-15T08:00:01Z"), "/started_at"),
        ("started_at", json!("yesterday"), "/started_at"),
        ("outcome", json!("completed"), "/steps"),
        ("networks", json!(["everywhere"]), "/networks"),
        ("notes", json!("a\u{7}"), "/notes"),
    ] {
        let mut body = rehearsed(&id);
        body[field] = value;
        let problem = house.post_json(PATH, &body).await;
        let problem = problem.problem(400, "invalid_fields");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{field}");
    }
    for (field, value) in [("outcome", json!("grand")), ("by", json!("me"))] {
        let mut body = rehearsed(&id);
        body[field] = value;
        house
            .post_json(PATH, &body)
            .await
            .problem(400, "invalid_json");
    }
    let nobody = rehearsed("k0123456789abcde");
    house
        .post_json(PATH, &nobody)
        .await
        .problem(404, "not_found");
    for (query, reason) in [
        ("limit=0", "invalid_count"),
        ("limit=501", "invalid_count"),
        ("api_key=nonsense", "invalid_query"),
        ("key=x", "invalid_query"),
    ] {
        house
            .get(&format!("{PATH}?{query}"))
            .await
            .problem(400, reason);
    }
    assert_eq!(house.get(PATH).await.json()["items"], json!([]));
}
