//! What is told of the keys of an owner who is gone: wherever a key is told of,
//! and whatever else is to be said of it.

use serde_json::{Value, json};

use crate::house::{House, key_request};

/// What may have been done with a key, and its status with its owner here and
/// with its owner gone: what an operator did to it comes first, as at the gate.
const DONE: &[(&str, &str, &str, &str)] = &[
    ("nothing", "{}", "active", "owner_disabled"),
    ("rotate", "{}", "active", "owner_disabled"),
    ("review", r#"{"note":"needed"}"#, "active", "owner_disabled"),
    (
        "suspend",
        r#"{"reason":"odd use"}"#,
        "suspended",
        "suspended",
    ),
    ("revoke", r#"{"reason":"left"}"#, "revoked", "revoked"),
];

async fn created(house: &House, owner: &str) -> String {
    let mut request = key_request();
    request["owner"] = json!(owner);
    let reply = house.post_json("/admin/v1/api_key", &request).await;
    reply.json()["id"].as_str().unwrap().to_owned()
}

/// What the list, the record and the explanation have of it.
async fn told(house: &House, id: &str) -> [Value; 3] {
    let path = format!("/admin/v1/api_key/{id}");
    let list = house.get("/admin/v1/api_key?page_size=500").await.json();
    let listed = list["items"].as_array().unwrap().iter();
    let [listed] = listed
        .filter(|item| item["id"] == id)
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    let shown = house.get(&path).await.json();
    let why = house.get(&format!("{path}/why")).await.json();
    [listed.clone(), shown, why["api_key"].clone()]
}

#[tokio::test]
async fn every_key_of_an_owner_who_is_gone_says_so_and_no_other_does() {
    let house = House::furnished().await;
    let mut keys = Vec::new();
    for (act, body, here, gone) in DONE {
        for owner in ["team-weather", "team-weathers", "team-climate"] {
            let id = created(&house, owner).await;
            if *act != "nothing" {
                let path = format!("/admin/v1/api_key/{id}/{act}");
                let body: Value = serde_json::from_str(body).unwrap();
                let reply = house.post_json(&path, &body).await;
                assert_eq!(reply.status, 200, "{reply:?}");
            }
            keys.push((id, owner, *here, *gone));
        }
    }
    let path = "/admin/v1/owner/team-weather";
    for (act, body, is_gone) in [
        ("disable", json!({"reason": "left"}), true),
        ("enable", json!({}), false),
        ("disable", json!({"reason": "left again"}), true),
    ] {
        let reply = house.post_json(&format!("{path}/{act}"), &body).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        let mut refused = 0;
        for (id, owner, here, gone) in &keys {
            let is_theirs = is_gone && *owner == "team-weather";
            let status = if is_theirs { *gone } else { *here };
            refused += usize::from(status == "owner_disabled");
            for answer in told(&house, id).await {
                assert_eq!(answer["status"], status, "{act}: {answer}");
                let disabled = &answer["owner_disabled"];
                match is_theirs {
                    true => assert_eq!(disabled["reason"], body["reason"], "{answer}"),
                    false => assert_eq!(disabled, &json!(null), "{answer}"),
                }
                let warning = answer["warning"].as_str().unwrap_or_default();
                let is_warned = warning.contains("its owner is disabled");
                assert_eq!(is_warned, is_theirs && *gone != "revoked", "{answer}");
            }
        }
        let filtered = house.get("/admin/v1/api_key?status=owner_disabled").await;
        let filtered = filtered.json()["items"].as_array().unwrap().len();
        assert_eq!(filtered, refused);
        assert_eq!(refused, if is_gone { 3 } else { 0 });
    }
    // An act on such a key answers what holds after it.
    let (id, ..) = &keys[0];
    let path = format!("/admin/v1/api_key/{id}");
    for (act, body, status) in [
        ("review", json!({"note": "needed"}), "owner_disabled"),
        ("rotate", json!({}), "owner_disabled"),
        ("suspend", json!({"reason": "odd use"}), "suspended"),
        ("resume", json!({}), "owner_disabled"),
        ("transfer", json!({"owner": "team-climate"}), "active"),
    ] {
        let reply = house.post_json(&format!("{path}/{act}"), &body).await;
        assert_eq!(reply.json()["status"], status, "{act}: {reply:?}");
    }
}
