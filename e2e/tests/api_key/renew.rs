//! A renewed key lives on where another one ends, and never beyond what its
//! rotation allows a secret of its age.

use std::time::{Duration, Instant};

use e2e::weather::{Weather, request, text};
use serde_json::json;

const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn a_renewed_key_works_when_its_neighbour_has_ended() {
    let weather = Weather::start();
    let mut body = request("team-weather");
    body["expires_in"] = json!("8s");
    let created = [(); 2].map(|()| weather.served.ask("POST", "/admin/v1/api_key", Some(&body)));
    let [kept, left] = created.map(|key| (text(&key, "id"), text(&key, "secret")));
    weather.told(&["key", "renew", &kept.0, "--expires-in", "1d"]);
    let deadline = Instant::now() + PATIENCE;
    while weather.ask(&left.1) != 401 {
        assert!(Instant::now() < deadline, "it never ends");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(weather.refusal(&left.1), "api_key_expired");
    assert_eq!(weather.ask(&kept.1), 200);
    assert_eq!(weather.json(&["key", "show", &left.0])["status"], "expired");
    // What has ended is not renewed.
    let refused = weather.refused(&["key", "renew", &left.0]);
    assert!(refused.contains("doorward key create"), "{refused}");
    assert_eq!(weather.ask(&left.1), 401);
}

#[test]
fn a_renewal_goes_as_far_as_the_rotation_allows_and_is_told() {
    let weather = Weather::start();
    let key = weather.key("team-weather");
    let id = key.id.as_str();
    let before = text(&weather.json(&["key", "show", id]), "expires_at");
    for (wrong, why) in [
        ("91d", "goes beyond"),
        ("1d", "lives until"),
        ("soon", "not a number"),
        ("-1d", "not a number"),
        ("99999999999999999999d", "not a number"),
    ] {
        let argument = format!("--expires-in={wrong}");
        let refused = weather.refused(&["key", "renew", id, &argument]);
        assert!(refused.contains(why), "{wrong}: {refused}");
    }
    assert_eq!(
        text(&weather.json(&["key", "show", id]), "expires_at"),
        before
    );
    weather.told(&["key", "renew", id, "--expires-in=60d"]);
    let middle = text(&weather.json(&["key", "show", id]), "expires_at");
    weather.told(&["key", "renew", id]);
    let shown = weather.json(&["key", "show", id]);
    let last = text(&shown, "expires_at");
    assert!(before < middle && middle < last, "{before} {middle} {last}");
    assert!(weather.told(&["key", "show", id]).contains(&last));
    let refused = weather.refused(&["key", "renew", id]);
    assert!(refused.contains("doorward key rotate"), "{refused}");
    let renewed: Vec<_> = weather
        .events(id)
        .into_iter()
        .filter(|event| event["action"] == "api_key_renewed")
        .map(|event| text(&event, "detail"))
        .collect();
    let expected = [
        format!("from {before} to {middle}"),
        format!("from {middle} to {last}"),
    ];
    assert_eq!(renewed, expected);
    assert_eq!(weather.ask(&key.secret), 200);
    // While two secrets are accepted there is nothing to renew.
    weather.json(&["key", "rotate", id]);
    let refused = weather.refused(&["key", "renew", id]);
    assert!(refused.contains("being rotated"), "{refused}");
}
