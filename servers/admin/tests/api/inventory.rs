use serde_json::json;

use crate::house::{House, INVENTORY};

const APPLY: &str = "/admin/v1/inventory/apply";
const PLAN: &str = "/admin/v1/inventory/plan";

#[tokio::test]
async fn before_the_first_one_there_is_version_0() {
    let house = House::new().await;
    let shown = house.get("/admin/v1/inventory").await;
    let expected = json!({
        "version": 0, "applied_at": null, "applied_by": null, "document": "", "apis": [],
        "trusted_issuers": []
    });
    assert_eq!((shown.status.as_u16(), shown.json()), (200, expected));
}

#[tokio::test]
async fn an_applied_inventory_is_shown_with_its_facts_demands_and_reasons() {
    let house = House::furnished().await;
    let shown = house.get("/admin/v1/inventory").await.json();
    assert_eq!(shown["version"], 1);
    assert_eq!(shown["document"], INVENTORY);
    let endpoint = &shown["apis"][0]["endpoints"][0];
    assert_eq!(endpoint["id"], "forecast.read");
    assert_eq!(endpoint["matches"], "GET /v1/forecast");
    assert_eq!(
        endpoint["facts"],
        json!({"caller": "service", "authority": "own", "data": "own",
            "exposure": "internal", "consequence": "read"})
    );
    assert_eq!(
        endpoint["demand"]["accepts"],
        json!(["api_key", "client_credentials"])
    );
    assert_eq!(endpoint["demand"]["max_token_age_seconds"], 1800);
    let reasons = endpoint["demand"]["reasons"].as_array().unwrap();
    assert!(!reasons.is_empty());
    for reason in reasons {
        assert!(!reason["rule"].as_str().unwrap().is_empty());
        assert!(!reason["sentence"].as_str().unwrap().is_empty());
    }
    assert_eq!(house.get("/admin/v1/inventory/1").await.json(), shown);
    for none in ["0", "2", "one", "-1"] {
        let reply = house.get(&format!("/admin/v1/inventory/{none}")).await;
        reply.problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_plan_says_what_would_change_and_changes_nothing() {
    let house = House::furnished().await;
    let looser = INVENTORY.replace("consequence = \"sensitive\"", "consequence = \"read\"");
    let planned = house.post_toml(PLAN, &looser).await.json();
    assert_eq!(planned["in_force_version"], 1);
    assert_eq!(planned["applicable"], true);
    let difference = &planned["differences"][0];
    assert_eq!(difference["endpoint"], "payouts.create");
    assert_eq!(difference["change"], "changed");
    assert_eq!(difference["loosens"], true);
    let age = difference["fields"]
        .as_array()
        .unwrap()
        .iter()
        .find(|field| field["field"] == "max_token_age")
        .unwrap();
    assert_eq!(
        *age,
        json!({"field": "max_token_age", "from": "5m", "to": "30m", "direction": "loosened"})
    );
    assert_eq!(house.get("/admin/v1/inventory").await.json()["version"], 1);
}

#[tokio::test]
async fn a_contradiction_changes_nothing_and_is_named_with_its_place() {
    let house = House::furnished().await;
    let wrong = INVENTORY.replace(
        "scopes = [\"write:payouts\"]",
        "accepts = [\"api_key\"]\nscopes = [\"write:payouts\"]",
    );
    let planned = house.post_toml(PLAN, &wrong).await;
    assert_eq!(planned.status, 200);
    assert_eq!(planned.json()["applicable"], false);
    assert_eq!(planned.json()["differences"], json!([]));

    let problem = house
        .post_toml(APPLY, &wrong)
        .await
        .problem(422, "inventory_refused");
    let finding = &problem["findings"][0];
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["endpoint"], "payouts.create");
    assert!(finding["line"].as_u64().unwrap() > 1);
    assert!(!finding["fix"].as_str().unwrap().is_empty());
    let span = &finding["span"];
    let start = usize::try_from(span["start"].as_u64().unwrap()).unwrap();
    let end = usize::try_from(span["end"].as_u64().unwrap()).unwrap();
    assert!(start < end && end <= wrong.len());
    assert_eq!(house.get("/admin/v1/inventory").await.json()["version"], 1);
}

#[tokio::test]
async fn an_apply_on_another_version_than_was_seen_is_refused() {
    let house = House::furnished().await;
    let path = format!("{APPLY}?expected_version=0");
    house
        .post_toml(&path, INVENTORY)
        .await
        .problem(409, "out_of_date");
    let applied = house
        .post_toml(&format!("{APPLY}?expected_version=1"), INVENTORY)
        .await;
    let applied = applied.json();
    assert_eq!(applied["version"], 2);
    assert_eq!(applied["differences"], json!([]));
}

#[tokio::test]
async fn a_document_may_be_plain_text_and_must_be_utf_8() {
    let house = House::new().await;
    let reply = house
        .post(PLAN, "text/plain; charset=utf-8", INVENTORY)
        .await;
    assert_eq!(reply.status, 200);
    house
        .post(PLAN, "application/json", INVENTORY)
        .await
        .problem(415, "media_type");
    house
        .post(PLAN, "text/plain", vec![0xff, 0xfe])
        .await
        .problem(400, "not_text");
    let large = "#".repeat(1024 * 1024 + 1);
    house
        .post(PLAN, "text/plain", large)
        .await
        .problem(413, "too_large");
}

#[tokio::test]
async fn two_versions_are_compared() {
    let house = House::furnished().await;
    let looser = INVENTORY.replace("consequence = \"sensitive\"", "consequence = \"read\"");
    let planned = house.post_toml(PLAN, &looser).await.json();
    assert_eq!(house.post_toml(APPLY, &looser).await.status, 200);
    let path = "/admin/v1/inventory/diff?from=1";
    let expected = json!({"from": 1, "to": 2, "differences": planned["differences"]});
    assert_eq!(house.get(path).await.json(), expected);
    assert_eq!(house.get(&format!("{path}&to=2")).await.json(), expected);
    let same = house.get(&format!("{path}&to=1")).await.json();
    assert_eq!(same["differences"], json!([]));
    house
        .get(&format!("{path}&to=3"))
        .await
        .problem(404, "not_found");
}
