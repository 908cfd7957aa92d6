//! Nothing of an owner who is gone is accepted, from the next request on, and
//! everything that tells of their keys says so (F160).

use e2e::weather::{Weather, text};
use serde_json::{Value, json};

fn rows(weather: &Weather, arguments: &[&str]) -> Vec<Value> {
    let listed = weather.json(&[&["key", "list"], arguments].concat());
    listed["items"].as_array().unwrap().clone()
}

/// The rules that the register holds against that key.
fn gaps(weather: &Weather, id: &str) -> Vec<String> {
    let found = weather.json_with(&["register", "gaps"], 2);
    let items = found["items"].as_array().unwrap().iter();
    let of_key = items.filter(|gap| gap["id"] == id);
    of_key.map(|gap| text(gap, "rule")).collect()
}

#[test]
fn the_keys_of_an_owner_who_is_gone_are_refused_until_the_owner_is_back() {
    let mut weather = Weather::start();
    let (first, second) = (weather.key("ada"), weather.key("ada"));
    let other = weather.key("team-weather");
    let none = weather.told(&["owner", "list"]);
    assert!(none.contains("Nothing was decided"), "{none}");
    for round in 0..2 {
        for _ in 0..8 {
            assert_eq!(weather.ask(&first.secret), 200, "round {round}");
        }
        let told = weather.told(&["owner", "disable", "ada", "--reason", "left the house"]);
        assert!(told.contains("The gate refuses what they own, "), "{told}");
        for key in [&first, &second] {
            for _ in 0..4 {
                assert_eq!(weather.refusal(&key.secret), "api_key_owner_disabled");
            }
        }
        assert_eq!(weather.ask(&other.secret), 200, "nobody else is refused");

        let listed = weather.told(&["owner", "list"]);
        assert!(
            listed.contains("ada") && listed.contains("left the house"),
            "{listed}"
        );
        let marked = rows(&weather, &["--status", "owner_disabled"]);
        assert_eq!(marked.len(), 2);
        assert!(marked.iter().all(|row| row["owner"] == "ada"), "{marked:?}");
        let all = weather.told(&["key", "list"]);
        assert_eq!(all.matches("owner_disabled").count(), 2, "{all}");
        let shown = weather.told(&["key", "show", &first.id]);
        assert!(
            shown.contains("status        owner_disabled")
                && shown.contains("ada, disabled since")
                && shown.contains("left the house"),
            "{shown}"
        );
        let why = weather.told(&["key", "why", &first.id]);
        assert!(
            why.contains("(owner_disabled)") && why.contains("ada is disabled since"),
            "{why}"
        );
        assert!(gaps(&weather, &first.id).contains(&"owner_gone".to_owned()));
        assert!(!gaps(&weather, &other.id).contains(&"owner_gone".to_owned()));
        let again = weather.refused(&["owner", "disable", "ada", "--reason", "twice"]);
        assert!(again.contains("disabled already"), "{again}");

        // It is in the record, not in a process.
        if round == 0 {
            weather.stop();
            weather.start_again();
            assert_eq!(weather.refusal(&first.secret), "api_key_owner_disabled");
        }
        weather.told(&["owner", "enable", "ada"]);
        for key in [&first, &second, &other] {
            assert_eq!(weather.ask(&key.secret), 200);
        }
        assert!(rows(&weather, &["--status", "owner_disabled"]).is_empty());
        assert!(!gaps(&weather, &first.id).contains(&"owner_gone".to_owned()));
        let again = weather.refused(&["owner", "enable", "ada"]);
        assert!(again.contains("not disabled"), "{again}");
    }
    let actions: Vec<_> = weather
        .events("ada")
        .iter()
        .map(|event| (text(event, "action"), text(event, "detail")))
        .collect();
    assert_eq!(actions.len(), 4, "{actions:?}");
    assert_eq!(
        actions[0],
        ("owner_disabled".to_owned(), "left the house".to_owned())
    );
    assert_eq!(actions[3].0, "owner_enabled");
}

#[test]
fn a_key_that_is_transferred_goes_on_and_its_neighbours_do_not() {
    let weather = Weather::start();
    let (given, kept, ended) = (weather.key("ada"), weather.key("ada"), weather.key("ada"));
    weather.told(&["owner", "disable", "ada", "--reason", "left"]);
    // Nothing is made for who is gone, nor given to them.
    let mut body = e2e::weather::request("ada");
    let create = weather.lines("one.jsonl", &[body.clone()]);
    let out = weather.installation.home().join("out.jsonl");
    let bulk = weather.refused(&[
        "key",
        "create",
        "--bulk",
        create.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
        "--batch=partners",
    ]);
    body["sha256"] = json!("0".repeat(64));
    body["from"] = json!("old-gateway");
    let import = weather.lines("foreign.jsonl", &[body]);
    let import = weather.refused(&["key", "import", import.to_str().unwrap()]);
    let other = weather.key("team-weather");
    let transfer = weather.refused(&["key", "transfer", &other.id, "--owner=ada"]);
    for refusal in [bulk, import, transfer] {
        assert!(refusal.contains("that owner is disabled"), "{refusal}");
    }
    weather.told(&["key", "transfer", &given.id, "--owner=team-climate"]);
    assert_eq!(weather.ask(&given.secret), 200);
    assert_eq!(weather.refusal(&kept.secret), "api_key_owner_disabled");
    // A revocation meanwhile is not undone by an owner who comes back.
    weather.told(&["key", "revoke", &ended.id, "--reason", "leaked"]);
    weather.told(&["owner", "enable", "ada"]);
    assert_eq!(weather.ask(&kept.secret), 200);
    assert_eq!(weather.refusal(&ended.secret), "api_key_revoked");
}
