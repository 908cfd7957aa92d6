//! Why an API key is there, and where it was readable.

use serde_json::{Value, json};

use crate::house::{House, key_request};

async fn report(house: &House, id: &str, usage: Value) {
    let report = json!([{"credential": {"kind": "api_key", "id": id}, "usage": usage}]);
    let reply = house.post_json("/feed/v1/usage", &report).await;
    assert_eq!(reply.status, 204, "{reply:?}");
}

async fn created(house: &House, request: &Value) -> String {
    let reply = house.post_json("/admin/v1/api_key", request).await;
    assert_eq!(reply.status, 201, "{reply:?}");
    reply.json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_three_answers_and_what_is_odd() {
    let house = House::furnished().await;
    let id = created(&house, &key_request()).await;
    let path = format!("/admin/v1/api_key/{id}/why");
    let before = house.get(&path).await.json();
    assert_eq!(before["api_key"]["owner"], "team-weather");
    let opens: Vec<&Value> = before["opens"].as_array().unwrap().iter().collect();
    assert_eq!(
        opens,
        [&json!({"endpoint": "forecast.read", "api": "weather", "matches": "GET /v1/forecast"})]
    );
    assert_eq!(
        before["disable"],
        format!("doorward key revoke {id} --reason REASON")
    );
    assert_eq!(before["used"]["seen"], Value::Null);
    assert_eq!(before["findings"], json!([]));

    let at = 1_800_000_000_000_000_i64;
    let seen = json!({"first_at": at, "last_at": at + 5, "requests": 2});
    report(
        &house,
        &id,
        json!({
            "seen": seen, "generations": {"1": seen},
            "networks": {"192.0.2.0/24": seen, "198.51.100.0/24": seen, "2001:db8::/48": seen},
            "fingerprints": {"0123456789abcdef": seen},
            "endpoints": {"forecast.read": seen},
            "exposures": {"query": seen, "browser": seen},
        }),
    )
    .await;
    let after = house.get(&path).await.json();
    assert_eq!(after["used"]["seen"]["requests"], 2);
    assert_eq!(after["used"]["networks"].as_object().unwrap().len(), 3);
    let rules: Vec<&str> = after["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["several_networks", "used_from_browser", "exposed"]);
    assert_eq!(
        after["findings"][0]["sentence"],
        "It comes from 3 networks in the same time."
    );
}

#[tokio::test]
async fn every_place_where_it_was_readable_is_listed() {
    let house = House::furnished().await;
    let id = created(&house, &key_request()).await;
    let path = format!("/admin/v1/api_key/{id}/exposure");
    assert_eq!(
        house.get(&path).await.json(),
        json!({"id": id, "places": []})
    );
    let (first, second) = (1_800_000_000_000_000_i64, 1_800_000_001_000_000_i64);
    for at in [second, first] {
        let seen = json!({"first_at": at, "last_at": at, "requests": 1});
        let usage = json!({"exposures": {"cookie": seen, "plain_http": seen}});
        report(&house, &id, usage).await;
    }
    let listed = house.get(&path).await.json();
    let places = listed["places"].as_array().unwrap();
    let named: Vec<&str> = places
        .iter()
        .map(|place| place["place"].as_str().unwrap())
        .collect();
    assert_eq!(named, ["cookie", "plain_http"]);
    for place in places {
        assert_eq!(place["seen"]["requests"], 2);
        assert_eq!(place["seen"]["first_at"], "2027-01-15T08:00:00Z");
        assert_eq!(place["seen"]["last_at"], "2027-01-15T08:00:01Z");
    }
}

#[tokio::test]
async fn of_a_key_that_is_not_there_nothing_is_said() {
    let house = House::furnished().await;
    for path in ["k0123456789abcde/why", "x/why", "k0123456789abcde/exposure"] {
        let reply = house.get(&format!("/admin/v1/api_key/{path}")).await;
        reply.problem(404, "not_found");
    }
}
