//! What is left of the compatibility windows.

use base::Timestamp;
use credential::CredentialKind;
use serde_json::{Value, json};
use snapshot::{CredentialRef, Seen, Usage, UsageReport};

use crate::house::{House, INVENTORY, key_request};

const PATH: &str = "/admin/v1/inventory/compatibility";

/// A partner's endpoint whose window ends thirty days from the house's now.
const WINDOW: &str = r#"
[[api.weather.endpoint]]
id = "forecast.partner"
match = "GET /v1/partner/forecast"
caller = "partner"
authority = "own"
data = "own"
exposure = "public"
consequence = "read"
revoker = "weather-oncall"
scopes = ["read:forecast"]
raw_api_key_until = "2027-02-14T08:00:00Z"
"#;

async fn house() -> House {
    let house = House::new().await;
    let document = format!("{INVENTORY}{WINDOW}");
    let reply = house
        .post_toml("/admin/v1/inventory/apply", &document)
        .await;
    assert_eq!(reply.status, 200, "{reply:?}");
    house
}

async fn key(house: &House) -> String {
    let reply = house.post_json("/admin/v1/api_key", &key_request()).await;
    assert!(reply.status.is_success(), "{reply:?}");
    reply.json()["id"].as_str().unwrap().to_owned()
}

async fn seen(house: &House, kind: CredentialKind, id: &str, endpoint: &str) {
    let at = Timestamp::from_unix_seconds(1_800_000_000).unwrap();
    let mut usage = Usage::default();
    let seen = Seen {
        requests: 12,
        ..Seen::once(at)
    };
    usage.endpoints.insert(endpoint.parse().unwrap(), seen);
    let credential = CredentialRef {
        kind,
        id: id.to_owned(),
    };
    let report = UsageReport { credential, usage };
    house.store.record_usage(vec![report]).await.unwrap();
}

#[tokio::test]
async fn without_a_window_nothing_is_left() {
    let house = House::furnished().await;
    let id = key(&house).await;
    seen(&house, CredentialKind::ApiKey, &id, "forecast.read").await;
    let expected = json!({"version": 1, "keys_left": 0, "windows": []});
    assert_eq!(house.get(PATH).await.json(), expected);
}

#[tokio::test]
async fn each_key_that_is_still_used_raw_is_named_until_it_is_gone() {
    let house = house().await;
    let none = house.get(PATH).await.json();
    assert_eq!(
        (&none["keys_left"], &none["windows"][0]["keys"]),
        (&json!(0), &json!([]))
    );
    let (raw, other, exchanged) = (key(&house).await, key(&house).await, key(&house).await);
    seen(&house, CredentialKind::ApiKey, &raw, "forecast.partner").await;
    seen(&house, CredentialKind::ApiKey, &other, "forecast.read").await;
    let kind = CredentialKind::ClientCredentials;
    seen(&house, kind, &exchanged, "forecast.partner").await;
    let told = house.get(PATH).await.json();
    let window = &told["windows"][0];
    assert_eq!(told["keys_left"], 1);
    assert_eq!(
        (
            &window["endpoint"],
            &window["days_left"],
            &window["is_open"]
        ),
        (&json!("forecast.partner"), &json!(30), &json!(true))
    );
    let expected = json!([{"id": raw, "owner": "team-weather", "status": "active",
        "last_raw_use_at": "2027-01-15T08:00:00Z", "requests": 12}]);
    assert_eq!(window["keys"], expected);
    // A key that is gone is not left, and still shown.
    let path = format!("/admin/v1/api_key/{raw}/revoke");
    let revoked = house.post_json(&path, &json!({"reason": "moved"})).await;
    assert_eq!(revoked.status, 200, "{revoked:?}");
    let told = house.get(PATH).await.json();
    let status: &Value = &told["windows"][0]["keys"][0]["status"];
    assert_eq!((&told["keys_left"], status), (&json!(0), &json!("revoked")));
}

#[tokio::test]
async fn more_keys_than_are_read_at_a_time_are_all_counted() {
    let house = house().await;
    let at = Timestamp::from_unix_seconds(1_800_000_000).unwrap();
    let report = |number: u32| {
        let mut usage = Usage::default();
        usage
            .endpoints
            .insert("forecast.partner".parse().unwrap(), Seen::once(at));
        let credential = CredentialRef {
            kind: CredentialKind::ApiKey,
            id: format!("k{number:015}"),
        };
        UsageReport { credential, usage }
    };
    let reports: Vec<_> = (0..2001).map(report).collect();
    house.store.record_usage(reports).await.unwrap();
    let told = house.get(PATH).await.json();
    let keys = told["windows"][0]["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2001);
    // Nobody knows them any more, so none of them works.
    assert_eq!(told["keys_left"], 0);
    assert_eq!(keys[0]["status"], Value::Null);
}
