//! Whoever holds a key ends it with nothing but the key, and nobody else's.

use e2e::http;
use e2e::weather::{ApiKey, Weather, printed, text};
use serde_json::Value;

const SAID: &str = "If this was an API key of theirs, it is refused everywhere from now on.\n";

/// Hands a text in; nothing that is said tells whether it was a key.
fn hand_in(weather: &Weather, secret: &str) {
    let output = weather.self_revoke(secret);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(printed(&output), SAID);
}

#[test]
fn its_holder_ends_a_key_and_the_audit_names_the_holder() {
    let weather = Weather::start();
    let (key, other) = (weather.key("team-weather"), weather.key("team-weather"));
    for _ in 0..8 {
        assert_eq!(weather.ask(&key.secret), 200);
    }
    hand_in(&weather, &format!("{}\n", key.secret));
    for _ in 0..8 {
        assert_eq!(weather.refusal(&key.secret), "api_key_revoked");
    }
    assert_eq!(weather.ask(&other.secret), 200);
    let shown = weather.json(&["key", "show", &key.id]);
    assert_eq!(shown["status"], "revoked");
    assert_eq!(shown["revocation"]["reason"], "revoked by its holder");
    let revoked: Vec<Value> = weather
        .events(&key.id)
        .into_iter()
        .filter(|event| event["action"] == "api_key_revoked")
        .collect();
    assert_eq!(revoked.len(), 1);
    assert_eq!(
        revoked[0]["actor"],
        serde_json::json!({"kind": "holder", "id": key.id})
    );
    let tail = weather.told(&["audit", "tail", "-n", "100"]);
    assert!(!tail.contains(&key.secret), "the audit has the key");
    // Once more is the same, and is told the same.
    hand_in(&weather, &key.secret);
    let events = weather.events(&key.id);
    let actions: Vec<String> = events.iter().map(|event| text(event, "action")).collect();
    assert_eq!(actions, ["api_key_created", "api_key_revoked"]);
}

#[test]
fn both_secrets_of_a_rotation_end_with_either() {
    let weather = Weather::start();
    let key = weather.key("team-weather");
    let newer = text(&weather.json(&["key", "rotate", &key.id]), "secret");
    assert_eq!((weather.ask(&key.secret), weather.ask(&newer)), (200, 200));
    hand_in(&weather, &newer);
    for secret in [&key.secret, &newer] {
        assert_eq!(weather.refusal(secret), "api_key_revoked");
    }
}

/// Everything that somebody without the key could make of what is known of it.
fn forgeries(mine: &ApiKey, theirs: &ApiKey) -> Vec<String> {
    let (id, secret) = (&theirs.id, &theirs.secret);
    let swapped = mine.secret.replace(&mine.id, id);
    let mut changed = secret.clone().into_bytes();
    let last = changed.len() - 1;
    changed[last] = if changed[last] == b'0' { b'1' } else { b'0' };
    let other_class = match secret.strip_prefix("dw_live_") {
        Some(rest) => format!("dw_test_{rest}"),
        None => secret.replacen("dw_test_", "dw_live_", 1),
    };
    vec![
        id.clone(),
        swapped,
        String::from_utf8(changed).unwrap(),
        other_class,
        secret[..secret.len() - 1].to_owned(),
        format!("{secret}0"),
        format!("{}{secret}", mine.secret),
        format!("{} {secret}", mine.secret),
        format!("ApiKey {secret}"),
        secret.to_uppercase(),
        secret.replace('_', "-"),
        "dwa_live_k0123456789abcde_x".to_owned(),
        "x".to_owned(),
    ]
}

#[test]
fn nobody_elses_key_ends_whatever_is_handed_in() {
    let weather = Weather::start();
    let (mine, theirs) = (weather.key("team-weather"), weather.key("team-climate"));
    for forgery in forgeries(&mine, &theirs) {
        hand_in(&weather, &forgery);
        assert_eq!(weather.ask(&theirs.secret), 200, "{forgery} ended it");
    }
    assert_eq!(weather.ask(&mine.secret), 200);
    let actions = weather.events(&theirs.id);
    assert_eq!(actions.len(), 1, "created, and nothing else: {actions:?}");
    // Nothing, and what no header carries, is a fault before anything is sent.
    for nothing in ["", " \n", "two\nlines", "caf\u{7f}"] {
        let output = weather.self_revoke(nothing);
        assert_eq!(output.status.code(), Some(1), "{nothing:?} {output:?}");
    }
    // In an address, and twice at once, it is not even read.
    let address = format!("{}/api_key/self_revoke", weather.served.issuer);
    let in_the_address = http().post(format!("{address}?x-api-key={}", theirs.secret));
    let twice = http()
        .post(&address)
        .header("x-api-key", &theirs.secret)
        .header("x-api-key", &mine.secret);
    let both = http()
        .post(&address)
        .header("x-api-key", &theirs.secret)
        .header("authorization", format!("ApiKey {}", mine.secret));
    let empty = http().post(&address);
    for request in [in_the_address, twice, both, empty] {
        let reply = request.send().unwrap();
        assert_eq!(reply.status().as_u16(), 400);
        assert_eq!(reply.headers()["cache-control"], "no-store");
        assert!(!reply.text().unwrap().contains(&theirs.secret));
    }
    let got = http().get(&address).header("x-api-key", &theirs.secret);
    assert_eq!(got.send().unwrap().status().as_u16(), 405);
    for key in [&mine, &theirs] {
        assert_eq!(weather.ask(&key.secret), 200);
    }
}
