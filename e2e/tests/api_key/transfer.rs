//! A transferred key works on, and somebody else answers for it from the next
//! request on.

use e2e::weather::{Weather, text};
use serde_json::json;

#[test]
fn a_transferred_key_works_on_under_its_new_owner() {
    let weather = Weather::start();
    let key = weather.key("team-weather");
    let id = key.id.as_str();
    let owner_at_the_upstream = || {
        assert_eq!(weather.ask(&key.secret), 200);
        weather.upstream.last().all("x-doorward-owner")
    };
    assert_eq!(owner_at_the_upstream(), ["team-weather"]);
    for (arguments, why) in [
        (
            ["--owner=team-weather", "--owner-kind=service"],
            "theirs already",
        ),
        (["--owner=Team Climate", "--owner-kind=service"], "--owner"),
        (
            ["--owner=team-climate", "--owner-kind=robot"],
            "--owner-kind",
        ),
        (["--owner=", "--owner-kind=service"], "--owner"),
    ] {
        let all = [&["key", "transfer", id][..], &arguments].concat();
        let refused = weather.refused(&all);
        assert!(refused.contains(why), "{arguments:?}: {refused}");
    }
    let missing = weather.refused(&["key", "transfer", id]);
    assert!(missing.contains("--owner: it is missing"), "{missing}");
    assert_eq!(owner_at_the_upstream(), ["team-weather"]);

    weather.told(&["key", "transfer", id, "--owner=ada", "--owner-kind=person"]);
    assert_eq!(owner_at_the_upstream(), ["ada"]);
    let shown = weather.json(&["key", "show", id]);
    assert_eq!(
        (
            &shown["owner"],
            &shown["owner_kind"],
            &shown["organisation"]
        ),
        (&json!("ada"), &json!("person"), &json!("acme"))
    );
    let why = weather.told(&["key", "why", id]);
    assert!(why.contains("Who owns it\n  ada of acme"), "{why}");
    let mine = |owner: &str| {
        let listed = weather.json(&["key", "list", "--owner", owner]);
        listed["items"].as_array().unwrap().len()
    };
    assert_eq!((mine("team-weather"), mine("ada")), (0, 1));
    let told: Vec<_> = weather
        .events(id)
        .into_iter()
        .filter(|event| event["action"] == "api_key_transferred")
        .map(|event| text(&event, "detail"))
        .collect();
    assert_eq!(told, ["from team-weather to ada"]);
    // The same name as a team is another owner.
    weather.told(&["key", "transfer", id, "--owner=ada"]);
    assert_eq!(weather.json(&["key", "show", id])["owner_kind"], "service");
    // A revoked key is nobody's to give.
    weather.told(&["key", "revoke", id, "--reason=left"]);
    let refused = weather.refused(&["key", "transfer", id, "--owner=team-weather"]);
    assert!(refused.contains("revoked before"), "{refused}");
}
