//! The digest key is replaced without a day on which nothing works: what stands
//! under the old one goes on until it is rotated, and then the old one may go.

use std::process::Command;

use e2e::binary;
use e2e::weather::{Weather, text};
use serde_json::{Value, json};

/// What `digest-key status` says of a stopped installation, and its exit code.
fn status(weather: &Weather) -> (Vec<Value>, Option<i32>) {
    let output = Command::new(binary("doorward"))
        .args(["digest-key", "status", "--json", "--config"])
        .arg(&weather.installation.config)
        .output()
        .unwrap();
    let told: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error} {output:?}"));
    (
        told["items"].as_array().unwrap().clone(),
        output.status.code(),
    )
}

/// Status, API keys, clients and operator tokens of a row.
fn counts(row: &Value) -> (String, [u64; 3]) {
    let count = |field: &str| row[field].as_u64().unwrap();
    let all = ["api_keys", "clients", "operator_tokens"].map(count);
    (text(row, "status"), all)
}

/// Names a digest key in the configuration, and those before it.
fn configure(weather: &Weather, current: &str, previous: &[&str]) {
    let path = &weather.installation.config;
    let before = std::fs::read_to_string(path).unwrap();
    let mut lines: Vec<String> = before
        .lines()
        .filter(|line| !line.starts_with("previous_digest_keys"))
        .map(str::to_owned)
        .collect();
    let at = lines
        .iter()
        .position(|line| line.starts_with("digest_key "));
    let at = at.expect("the configuration names its digest key");
    let source = |name: &&str| format!("\"file:secrets/{name}.key\"");
    lines[at] = format!("digest_key = {}", source(&current));
    if !previous.is_empty() {
        let all: Vec<String> = previous.iter().map(source).collect();
        lines.insert(
            at + 1,
            format!("previous_digest_keys = [{}]", all.join(", ")),
        );
    }
    std::fs::write(path, lines.join("\n") + "\n").unwrap();
}

#[test]
fn a_digest_key_is_replaced_and_the_old_one_goes_when_nothing_stands_under_it() {
    let mut weather = Weather::start();
    let keys = [(); 3].map(|()| weather.key("team-weather"));
    let foreign = "sk_live_0123456789abcdef";
    let mut row = e2e::weather::request("team-weather");
    row["from"] = json!("old-gateway");
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, foreign.as_bytes());
    let hash: String = hash.as_ref().iter().map(|b| format!("{b:02x}")).collect();
    row["sha256"] = json!(hash);
    let file = weather.lines("foreign.jsonl", &[row]);
    weather.told(&["key", "import", file.to_str().unwrap()]);
    weather.stop();
    let (rows, code) = status(&weather);
    assert_eq!((rows.len(), code), (1, Some(0)));
    let old = text(&rows[0], "digest_key");
    assert_eq!(counts(&rows[0]), ("current".to_owned(), [4, 0, 1]));

    // The new one first, with the old one behind it.
    weather
        .installation
        .secret("secrets/newer.key", &"5a".repeat(32));
    configure(&weather, "newer", &["digest"]);
    weather.start_again();
    for secret in keys.iter().map(|key| key.secret.as_str()).chain([foreign]) {
        assert_eq!(weather.ask(secret), 200, "under the old one");
    }
    let made = weather.key("team-weather");
    assert_eq!(weather.ask(&made.secret), 200);
    let refused = weather.refused(&["key", "import", file.to_str().unwrap()]);
    assert!(refused.contains("imported already"), "{refused}");
    weather.stop();
    let (rows, _) = status(&weather);
    let all: Vec<_> = rows.iter().map(counts).collect();
    assert_eq!(
        all,
        [
            ("current".to_owned(), [1, 0, 0]),
            ("still needed".to_owned(), [4, 0, 1])
        ]
    );
    assert_eq!(text(&rows[1], "digest_key"), old);

    // What is rotated, revoked or ended leaves the old one.
    weather.start_again();
    let newer = text(&weather.json(&["key", "rotate", &keys[0].id]), "secret");
    weather.told(&["key", "cut-over", &keys[0].id]);
    weather.told(&["key", "revoke", &keys[1].id, "--reason", "left"]);
    assert_eq!(
        (weather.ask(&keys[0].secret), weather.ask(&newer)),
        (401, 200)
    );
    weather.stop();
    let left = counts(&status(&weather).0[1]).1;
    weather.start_again();
    // A cut-over can be taken back, so the older secret is still counted.
    assert_eq!(left, [3, 0, 1]);
    let mut gone: Vec<String> = vec![keys[0].id.clone(), keys[2].id.clone()];
    let listed = weather.json(&["key", "list"]);
    let imported = listed["items"].as_array().unwrap().iter();
    let imported = imported.filter(|item| !item["imported_from"].is_null());
    gone.extend(imported.map(|item| text(item, "id")));
    for id in &gone {
        weather.told(&["key", "revoke", id, "--reason", "replaced"]);
    }
    weather.stop();
    assert_eq!(counts(&status(&weather).0[1]).1, [0, 0, 1]);

    // Taken away too early, what stands under it is refused, and that is said.
    configure(&weather, "newer", &[]);
    let (rows, code) = status(&weather);
    assert_eq!(code, Some(2), "{rows:?}");
    assert_eq!(text(&rows[1], "digest_key"), old);
    let refused = "not configured: refused".to_owned();
    assert_eq!(counts(&rows[1]), (refused, [0, 0, 1]));
    weather.start_again();
    let told = weather.refused(&["key", "list"]);
    assert!(
        told.contains("operator token") || told.contains("401"),
        "{told}"
    );
    assert_eq!(
        weather.ask(&made.secret),
        200,
        "what stands under the new one"
    );
    weather.stop();

    // The last thing under it is the operator's own token.
    let before = weather.installation.operator_token.clone();
    weather.installation.operator_token = new_operator_token(&weather);
    let id = before.split('_').nth(2).unwrap();
    at_the_store(&weather, &["operator-token", "revoke", id]);
    let (rows, code) = status(&weather);
    assert_eq!((rows.len(), code), (1, Some(0)), "{rows:?}");
    assert_eq!(counts(&rows[0]), ("current".to_owned(), [1, 0, 1]));
    configure(&weather, "newer", &["digest"]);
    let (rows, _) = status(&weather);
    assert_eq!(counts(&rows[1]), ("may go".to_owned(), [0, 0, 0]));
    configure(&weather, "newer", &[]);
    std::fs::remove_file(weather.installation.home().join("secrets/digest.key")).unwrap();
    weather.start_again();
    assert_eq!((weather.ask(&made.secret), weather.ask(&newer)), (200, 401));
    weather.told(&["key", "list"]);
    let after = weather.key("team-weather");
    assert_eq!(weather.ask(&after.secret), 200);
}

/// Runs `doorward` on the stopped store.
fn at_the_store(weather: &Weather, arguments: &[&str]) -> String {
    let output = Command::new(binary("doorward"))
        .args(arguments)
        .arg("--config")
        .arg(&weather.installation.config)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn new_operator_token(weather: &Weather) -> String {
    let told = at_the_store(weather, &["operator-token", "create", "--owner=operators"]);
    let mut words = told.split_whitespace();
    words
        .find(|word| word.starts_with("dwa_"))
        .unwrap()
        .to_owned()
}

/// A secret under the old key is accepted exactly while that key is configured.
#[test]
fn what_stands_under_an_old_key_is_refused_without_it_and_back_with_it() {
    let mut weather = Weather::start();
    let key = weather.key("team-weather");
    weather.stop();
    for name in ["second", "third"] {
        let file = format!("secrets/{name}.key");
        let digit = if name == "second" { "1b" } else { "2c" };
        weather.installation.secret(&file, &digit.repeat(32));
    }
    for (current, previous, expected) in [
        ("digest", &[][..], 200),
        ("second", &["digest"], 200),
        ("second", &[], 401),
        ("third", &["second", "digest"], 200),
        ("third", &["second"], 401),
        ("third", &["digest"], 200),
        ("digest", &["third"], 200),
    ] {
        configure(&weather, current, previous);
        weather.start_again();
        let status = weather.ask(&key.secret);
        weather.stop();
        assert_eq!(status, expected, "{current} {previous:?}");
    }
    // A key is its own predecessor nowhere.
    configure(&weather, "digest", &["digest"]);
    let output = Command::new(binary("doorward"))
        .args(["digest-key", "status", "--config"])
        .arg(&weather.installation.config)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
}
