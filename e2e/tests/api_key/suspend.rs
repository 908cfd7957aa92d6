//! A suspended key is refused from the next request on, and goes on when it is
//! resumed.

use e2e::weather::{Weather, text};
use serde_json::json;

#[test]
fn a_suspended_key_is_refused_on_the_next_request_until_it_is_resumed() {
    let weather = Weather::start();
    let (key, other) = (weather.key("team-weather"), weather.key("team-weather"));
    let id = key.id.as_str();
    let refused = "api_key_suspended";
    for round in 1..=3 {
        // Often enough that every worker of the gate has seen it.
        for _ in 0..8 {
            assert_eq!(weather.ask(&key.secret), 200, "round {round}");
        }
        let reason = format!("odd use {round}");
        let told = weather.told(&["key", "suspend", id, "--reason", &reason]);
        assert!(told.contains("The gate refuses it, "), "{told}");
        for _ in 0..8 {
            assert_eq!(weather.refusal(&key.secret), refused, "round {round}");
        }
        assert_eq!(weather.ask(&other.secret), 200, "nobody else is");

        let shown = weather.json(&["key", "show", id]);
        assert_eq!(
            (&shown["status"], &shown["suspension"]["reason"]),
            (&json!("suspended"), &json!(reason))
        );
        let shown = weather.told(&["key", "show", id]);
        assert!(shown.contains(&reason), "{shown}");
        let why = weather.told(&["key", "why", id]);
        assert!(why.contains("(suspended)"), "{why}");
        let listed = weather.json(&["key", "list", "--status", "suspended"]);
        let listed = listed["items"].as_array().unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0]["id"], id);
        let again = weather.refused(&["key", "suspend", id, "--reason", "again"]);
        assert!(again.contains("suspended already"), "{again}");

        let told = weather.told(&["key", "resume", id]);
        assert!(told.contains("The gate "), "{told}");
        assert_eq!(weather.ask(&key.secret), 200, "round {round}");
        let shown = weather.json(&["key", "show", id]);
        assert_eq!(
            (&shown["status"], &shown["suspension"]),
            (&json!("active"), &json!(null))
        );
        let again = weather.refused(&["key", "resume", id]);
        assert!(again.contains("not suspended"), "{again}");
    }
    let events = weather.events(id);
    let actions: Vec<String> = events.iter().map(|event| text(event, "action")).collect();
    let round = ["api_key_suspended", "api_key_resumed"];
    let rounds = [["api_key_created"].as_slice(), &round, &round, &round].concat();
    assert_eq!(actions, rounds);
    let details: Vec<String> = events.iter().map(|event| text(event, "detail")).collect();
    for round in 1..=3 {
        assert!(details.contains(&format!("odd use {round}")), "{details:?}");
    }
    let verdict = weather.told(&["audit", "verify"]);
    assert!(verdict.starts_with("The audit is whole"), "{verdict}");
}

/// It holds after a restart, and the end is an end for good.
#[test]
fn a_suspension_outlives_a_restart_and_a_revocation_outlives_it() {
    let mut weather = Weather::start();
    let key = weather.key("team-weather");
    let id = key.id.as_str();
    weather.told(&["key", "suspend", id, "--reason", "odd use"]);
    weather.stop();
    weather.start_again();
    assert_eq!(weather.refusal(&key.secret), "api_key_suspended");
    weather.told(&["key", "revoke", id, "--reason", "it was a thief"]);
    assert_eq!(weather.refusal(&key.secret), "api_key_revoked");
    let refused = weather.refused(&["key", "resume", id]);
    assert!(refused.contains("was revoked before"), "{refused}");
    assert_eq!(weather.refusal(&key.secret), "api_key_revoked");
}
