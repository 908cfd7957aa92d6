//! Keys of another system are taken over by the SHA-256 of their texts: all of
//! a file or nothing of it, and never a text.

use aws_lc_rs::digest::{SHA256, digest};
use e2e::weather::{Weather, printed, request, text};
use serde_json::{Value, json};

fn sha256(text: &str) -> String {
    let digest = digest(&SHA256, text.as_bytes());
    digest.as_ref().iter().map(|b| format!("{b:02x}")).collect()
}

/// A row of the file about that text.
fn row(text: &str) -> Value {
    let mut row = request("team-weather");
    row["sha256"] = json!(sha256(text));
    row["from"] = json!("old-gateway");
    row
}

/// Texts as other systems make them.
fn foreign(count: usize) -> Vec<String> {
    let shapes = [
        "sk_live_",
        "AIza",
        "ghp_",
        "Bearer-",
        "00000000-0000-",
        "{[(~",
    ];
    let each = shapes.iter().cycle().zip(0..count);
    each.map(|(shape, number)| format!("{shape}{number:032x}"))
        .collect()
}

fn ids(weather: &Weather) -> Vec<String> {
    let listed = weather.json(&["key", "list"]);
    let items = listed["items"].as_array().unwrap().iter();
    items.map(|item| text(item, "id")).collect()
}

#[test]
fn imported_keys_work_by_their_old_texts_which_stand_nowhere() {
    let mut weather = Weather::start();
    let texts = foreign(60);
    let rows: Vec<Value> = texts.iter().map(|text| row(text)).collect();
    let path = weather.lines("foreign.jsonl", &rows);
    let path = path.to_str().unwrap();
    assert_eq!(weather.ask(&texts[0]), 401, "before the import");
    let output = weather.served.doorward(&["key", "import", path]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let mut told = printed(&output);
    assert_eq!(told.matches("old-gateway").count(), 60, "{told}");
    assert_eq!(ids(&weather).len(), 60);
    for secret in &texts {
        assert_eq!(weather.ask(secret), 200, "{secret}");
    }
    let other = foreign(61).pop().unwrap();
    let longer = format!("{}0", texts[0]);
    let hash = sha256(&texts[0]);
    let upper = texts[0].to_uppercase();
    for wrong in [&other, &longer, &hash, &upper] {
        assert_eq!(weather.refusal(wrong), "api_key_unknown", "{wrong}");
    }
    // Each is a key like any other: it is found, suspended, rotated and revoked.
    let mine = ids(&weather);
    let shown = weather.json(&["key", "show", &mine[0]]);
    assert_eq!(shown["imported_from"], "old-gateway");
    weather.told(&["key", "suspend", &mine[0], "--reason", "odd use"]);
    let refused: Vec<_> = texts
        .iter()
        .filter(|text| weather.ask(text) != 200)
        .collect();
    assert_eq!(refused.len(), 1, "one key, and no other");
    assert_eq!(weather.refusal(refused[0]), "api_key_suspended");
    weather.told(&["key", "resume", &mine[0]]);
    let newer = text(&weather.json(&["key", "rotate", &mine[0]]), "secret");
    assert_eq!((weather.ask(refused[0]), weather.ask(&newer)), (200, 200));
    weather.told(&["key", "cut-over", &mine[0]]);
    assert_eq!((weather.ask(refused[0]), weather.ask(&newer)), (401, 200));
    // Another import of one of them is refused, with all that came along.
    let again = weather.lines("again.jsonl", &[row("another-text-0001"), row(&texts[7])]);
    let refusal = weather.refused(&["key", "import", again.to_str().unwrap()]);
    assert!(refusal.contains("line 2, sha256: "), "{refusal}");
    assert!(!refusal.contains("line 1"), "{refusal}");
    assert_eq!(ids(&weather).len(), 60);
    told += &refusal;
    told += &weather.told(&["audit", "tail", "-n", "1000"]);
    told += &weather.told(&["key", "list"]);
    weather.stop();
    told += &String::from_utf8_lossy(&std::fs::read(weather.installation.store()).unwrap());
    for secret in texts.iter().chain([&newer]) {
        assert!(!told.contains(secret.as_str()), "{secret} stands somewhere");
        let hash = sha256(secret);
        assert!(
            !told.contains(&hash),
            "the hash of {secret} stands somewhere"
        );
    }
    weather.start_again();
    assert_eq!(
        (weather.ask(&texts[9]), weather.ask(refused[0])),
        (200, 401)
    );
}

/// One bad row after another among good ones: each is named, by its line and
/// what is wrong with it, in one refusal, and nothing is imported.
#[test]
fn whatever_is_wrong_with_rows_is_told_at_once_and_nothing_is_imported() {
    let weather = Weather::start();
    let secret = "sk_live_canary_0123456789";
    let edits: &[(&str, Value, &str)] = &[
        ("sha256", json!(null), ", sha256: "),
        ("sha256", json!(secret), ", sha256: "),
        ("sha256", json!(sha256(secret).to_uppercase()), ", sha256: "),
        ("sha256", json!(&sha256(secret)[1..]), ", sha256: "),
        ("sha256", json!(17), ", sha256: "),
        ("from", json!(null), ", from: "),
        ("from", json!("Old Gateway"), ", from: "),
        ("from", json!(["old-gateway"]), ", from: "),
        ("owner", json!(null), ", owner: "),
        ("owner", json!("A B"), ", owner: "),
        ("scopes", json!([]), ", scopes: "),
        ("scopes", json!(["read:*"]), ", scopes: "),
        ("scopes", json!("read:forecast"), ": "),
        (
            "audiences",
            json!(["https://nowhere.example"]),
            ", audiences: ",
        ),
        ("expires_in", json!("91d"), ", expires_in: "),
        ("networks", json!(["nowhere"]), ", networks: "),
        ("secret", json!(secret), ": there is no field \"secret\""),
    ];
    let mut rows = Vec::new();
    for (number, (field, value, _)) in edits.iter().enumerate() {
        rows.push(row(&format!("good-{number:016}")));
        let mut bad = row(&format!("bad-{number:016}"));
        bad[*field] = value.clone();
        rows.push(bad);
    }
    // The same text twice: the second one is wrong.
    rows.push(row("good-0000000000000000"));
    let lines: Vec<String> = rows.iter().map(ToString::to_string).collect();
    let mut file = lines.join("\n\n");
    // And what is no row at all.
    file += "\n[]\n{\"owner\":\n{\"owner\":\"a\",\"owner\":\"b\"}\n7\n";
    let path = weather.installation.file("foreign.jsonl", &file);
    let path = path.to_str().unwrap();
    let broken = weather.refused(&["key", "import", path]);
    // Between two rows is an empty line: row n stands in line 2n + 1.
    let after = 2 * rows.len();
    for line in after..after + 4 {
        assert!(broken.contains(&format!("line {line}")), "{line}: {broken}");
    }
    let file = lines.join("\n\n");
    let path = weather.installation.file("foreign.jsonl", &file);
    let path = path.to_str().unwrap();
    let refusal = weather.refused(&["key", "import", path]);
    for (number, (_, _, named)) in edits.iter().enumerate() {
        let (good, bad) = (4 * number + 1, 4 * number + 3);
        assert!(
            refusal.contains(&format!("line {bad}{named}")),
            "{bad} {named}: {refusal}"
        );
        assert!(
            !refusal.contains(&format!("line {good},")),
            "{good}: {refusal}"
        );
    }
    let twice = 2 * (rows.len() - 1) + 1;
    assert!(
        refusal.contains(&format!("line {twice}, sha256")),
        "{refusal}"
    );
    for told in [&broken, &refusal] {
        assert!(!told.contains("canary"), "{told}");
        assert!(!told.contains(&sha256(secret)), "{told}");
    }
    assert_eq!(ids(&weather), [""; 0]);
    let tail = weather.told(&["audit", "tail", "-n", "1000"]);
    assert!(
        !tail.contains("canary") && !tail.contains("imported"),
        "{tail}"
    );
    // The good ones alone are imported, so it was the bad ones.
    let good: Vec<Value> = rows.iter().step_by(2).take(edits.len()).cloned().collect();
    let path = weather.lines("good.jsonl", &good);
    weather.told(&["key", "import", path.to_str().unwrap()]);
    assert_eq!(ids(&weather).len(), edits.len());
}

/// A file that does not fit one commit is refused before anything is sent.
#[test]
fn a_file_is_imported_whole_or_not_at_all_whatever_its_length() {
    let weather = Weather::start();
    let texts = foreign(1_001);
    let rows: Vec<Value> = texts.iter().map(|text| row(text)).collect();
    let path = weather.lines("foreign.jsonl", &rows);
    let refusal = weather.refused(&["key", "import", path.to_str().unwrap()]);
    assert!(
        refusal.contains("1001") && refusal.contains("split"),
        "{refusal}"
    );
    assert_eq!(ids(&weather), [""; 0]);
    let path = weather.lines("foreign.jsonl", &[]);
    let refusal = weather.refused(&["key", "import", path.to_str().unwrap()]);
    assert!(refusal.contains("no key"), "{refusal}");
    let path = weather.lines("foreign.jsonl", &rows[..1_000]);
    weather.told(&["key", "import", path.to_str().unwrap()]);
    assert_eq!(ids(&weather).len(), 1_000);
    for index in [0, 1, 500, 998, 999] {
        assert_eq!(weather.ask(&texts[index]), 200, "{index}");
    }
    assert_eq!(weather.ask(&texts[1_000]), 401);
}
