//! The register has every credential of the demo, and each row's command cuts
//! its credential off.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    missing_docs,
    reason = "a test may fail loudly"
)]

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use e2e::forge::Signer;
use e2e::{Demo, http};
use serde_json::{Value, json};

const PAYMENTS: &str = "https://api.example.com/payments";

fn document(output: &std::process::Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn rows(demo: &Demo, arguments: &[&str]) -> Vec<Value> {
    let output = demo.doorward(&[&["register", "--json"], arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    document(&output)["items"].as_array().unwrap().clone()
}

/// The one row that works of a kind.
fn row(demo: &Demo, kind: &str) -> Value {
    rows(demo, &["--kind", kind]).into_iter().next().unwrap()
}

/// The row of one credential.
fn row_of(demo: &Demo, id: &str) -> Value {
    let rows = rows(demo, &[]);
    rows.into_iter().find(|row| row["id"] == id).unwrap()
}

/// Runs a command of the register as it is printed.
fn run(demo: &Demo, command: &Value) -> std::process::Output {
    let words: Vec<&str> = command.as_str().unwrap().split(' ').collect();
    assert_eq!(words[0], "doorward");
    demo.doorward(&words[1..])
}

fn preview(demo: &Demo, kind: &str, id: &str) -> Value {
    let output = demo.doorward(&["revoke", kind, id, "--preview", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    document(&output)
}

fn texts(list: &Value) -> BTreeSet<String> {
    let texts = list.as_array().unwrap().iter();
    texts
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

fn with_key(demo: &Demo) -> u16 {
    let request = http().get(demo.url("weather.forecast"));
    let request = request.header("X-API-Key", demo.text("/api_key/secret"));
    request.send().unwrap().status().as_u16()
}

/// The endpoints that these tokens open, each with its own.
fn opened(demo: &Demo, tokens: &[(&str, String)]) -> BTreeSet<String> {
    let passes = |endpoint: &str, token: &str| {
        let url = demo.url(endpoint);
        let request = match endpoint {
            "reports.list" => http().get(url),
            _ => http().post(url).body("{}"),
        };
        request
            .bearer_auth(token)
            .send()
            .unwrap()
            .status()
            .is_success()
    };
    let open = tokens
        .iter()
        .filter(|(endpoint, token)| passes(endpoint, token));
    open.map(|(endpoint, _)| (*endpoint).to_owned()).collect()
}

fn tokens(demo: &Demo) -> Vec<(&'static str, String)> {
    [
        ("reports.list", "read:reports"),
        ("payments.create", "write:payments"),
        ("payouts.create", "write:payouts"),
    ]
    .map(|(endpoint, scope)| (endpoint, demo.token(scope)))
    .into()
}

#[test]
fn every_credential_of_the_demo_has_a_row_with_a_command_that_runs() {
    let demo = Demo::start();
    let rows = rows(&demo, &[]);
    let ids: BTreeSet<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    for id in [
        demo.text("/api_key/id"),
        demo.text("/client/id"),
        "sealing_key",
    ] {
        assert!(ids.contains(id), "{id} has no row: {ids:?}");
    }
    let kinds: BTreeSet<&str> = rows
        .iter()
        .map(|row| row["kind"].as_str().unwrap())
        .collect();
    let expected = [
        "api_key",
        "client",
        "digest_key",
        "operator_token",
        "own_secret",
        "signing_key",
    ];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), expected);
    for row in &rows {
        for field in ["type", "actor", "owner"] {
            assert!(row[field].is_string(), "{field}: {row}");
        }
        assert!(!row["scopes"].as_array().unwrap().is_empty(), "{row}");
        assert!(!row["audiences"].as_array().unwrap().is_empty(), "{row}");
    }
    let all = serde_json::to_string(&rows).unwrap();
    for secret in ["/api_key/secret", "/client/secret", "/operator_token"] {
        assert!(!all.contains(demo.text(secret)), "{secret} is told");
    }

    // Each command runs as it is printed; the operator's own token goes last.
    let (own, others): (Vec<&Value>, Vec<&Value>) =
        rows.iter().partition(|row| row["kind"] == "operator_token");
    // The digest key has a test of its own: the operator's token goes with it.
    for row in others
        .iter()
        .filter(|row| row["kind"] != "digest_key")
        .chain(&own)
        .filter(|row| row["revoke_path"].is_string())
    {
        // An emergency has replaced the signing keys of before.
        let gone = row["kind"] == "signing_key"
            && !self::rows(&demo, &["--kind", "signing_key"])
                .iter()
                .any(|live| live["id"] == row["id"]);
        let output = run(&demo, &row["revoke_path"]);
        let done = output.status.code() == Some(0);
        assert_eq!(done, !gone, "{row}: {output:?}");
    }
    let after = demo.doorward(&["register"]);
    assert_eq!(after.status.code(), Some(1), "no operator token is left");
}

#[test]
fn a_digest_key_takes_everything_under_it_along() {
    let demo = Demo::start();
    let row = row(&demo, "digest_key");
    let told = preview(&demo, "digest_key", row["id"].as_str().unwrap());
    let stopped = told["credentials"].as_array().unwrap();
    let stopped: BTreeSet<&str> = stopped
        .iter()
        .filter_map(|one| one["id"].as_str())
        .collect();
    for id in ["/api_key/id", "/client/id"] {
        assert!(stopped.contains(demo.text(id)), "{told}");
    }
    assert!(
        texts(&told["endpoints"]).contains("weather.forecast"),
        "{told}"
    );
    let tokens = tokens(&demo);
    assert_eq!(with_key(&demo), 200, "a preview changes nothing");
    assert_eq!(opened(&demo, &tokens).len(), 3);
    let output = run(&demo, &row["revoke_path"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(with_key(&demo), 401, "the next request is refused");
    assert_eq!(opened(&demo, &tokens).len(), 0, "tokens end too");
    let after = demo.doorward(&["register"]);
    assert_eq!(
        after.status.code(),
        Some(1),
        "the operator token went along"
    );
}

#[test]
fn a_gap_is_a_finding_and_is_named_with_its_credential() {
    let demo = Demo::start();
    let output = demo.doorward(&["register", "gaps", "--json"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let gaps = document(&output);
    let gaps = gaps["items"].as_array().unwrap();
    let of_key = |gap: &&Value| gap["id"] == demo.text("/api_key/id");
    let gap = gaps.iter().find(of_key).unwrap();
    assert_eq!(gap["rule"], "secret_path_missing");
    let told = String::from_utf8(demo.doorward(&["register", "gaps"]).stdout).unwrap();
    assert!(told.contains("secret_path_missing"), "{told}");

    // What its fix says closes it.
    let id = demo.text("/api_key/id");
    let told = demo.doorward(&[
        "key",
        "secret-path",
        id,
        "--level=secrets_manager",
        "--place=vault:secret/ci/weather",
        "--transport=written by the pipeline",
        "--reader=ci-weather",
    ]);
    assert_eq!(told.status.code(), Some(0), "{told:?}");
    let gaps = document(&demo.doorward(&["register", "gaps", "--json"]));
    let gaps = gaps["items"].as_array().unwrap();
    assert!(gaps.iter().all(|gap| gap["id"] != id), "{gaps:?}");
}

#[test]
fn a_revoked_api_key_stops_where_the_preview_said() {
    let demo = Demo::start();
    let row = row(&demo, "api_key");
    let told = preview(&demo, "api_key", row["id"].as_str().unwrap());
    assert_eq!(
        texts(&told["endpoints"]),
        ["weather.forecast".to_owned()].into()
    );
    assert_eq!(texts(&told["owners"]), ["team-weather".to_owned()].into());
    assert_eq!(with_key(&demo), 200, "a preview changes nothing");
    let output = run(&demo, &row["revoke_path"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(with_key(&demo), 401, "the next request is refused");
    assert_eq!(
        opened(&demo, &tokens(&demo)).len(),
        3,
        "nobody else loses anything"
    );
}

#[test]
fn a_revoked_client_stops_where_the_preview_said() {
    let demo = Demo::start();
    let row = row_of(&demo, demo.text("/client/id"));
    let tokens = tokens(&demo);
    let before = opened(&demo, &tokens);
    let told = preview(&demo, "client", row["id"].as_str().unwrap());
    assert_eq!(texts(&told["endpoints"]), before);
    let output = run(&demo, &row["revoke_path"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(opened(&demo, &tokens), BTreeSet::new());
    assert_eq!(with_key(&demo), 200);
}

#[test]
fn a_revoked_signing_key_stops_every_token_and_no_client() {
    let demo = Demo::start();
    let keys = rows(&demo, &["--kind", "signing_key"]);
    let is_active = |row: &&Value| row["actor"].as_str().unwrap().contains("(active)");
    let active = keys.iter().find(is_active).unwrap();
    let before_tokens = tokens(&demo);
    let before = opened(&demo, &before_tokens);
    let told = preview(&demo, "signing_key", active["id"].as_str().unwrap());
    // Also where people send tokens that this test has not got.
    let mut stopped = before.clone();
    stopped.insert("profile.read".to_owned());
    assert_eq!(texts(&told["endpoints"]), stopped);
    let ids: BTreeSet<&str> = told["credentials"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stopped| stopped["id"].as_str().unwrap())
        .collect();
    let expected = [
        active["id"].as_str().unwrap(),
        demo.text("/client/id"),
        demo.text("/public_client/id"),
        demo.text("/mobile_client/id"),
    ];
    assert_eq!(ids, BTreeSet::from(expected));
    let output = run(&demo, &active["revoke_path"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(opened(&demo, &before_tokens), BTreeSet::new());
    assert_eq!(
        opened(&demo, &tokens(&demo)),
        before,
        "new tokens of the new key"
    );
    assert_eq!(with_key(&demo), 200);
}

#[test]
fn a_revoked_operator_token_administers_nothing_any_more() {
    let demo = Demo::start();
    let row = row(&demo, "operator_token");
    let output = run(&demo, &row["revoke_path"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("doorward operator-token create"), "{told}");
    let output = demo.doorward(&["key", "list"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(with_key(&demo), 200, "callers notice nothing");
}

#[expect(
    clippy::disallowed_methods,
    reason = "a token that is not issued by anyone needs a clock"
)]
fn foreign_token(signer: &Signer, ahead: u64) -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
        + ahead;
    let claims = json!({
        "iss": "https://login.partner.example", "sub": "robot", "client_id": "robot",
        "aud": PAYMENTS, "iat": now, "exp": now + 300, "jti": format!("t{now}"),
        "scope": "write:payments write:payouts",
    });
    let header = json!({"alg": "ES256", "typ": "at+jwt", "kid": "a"});
    signer.token(header.to_string(), claims.to_string())
}

#[test]
fn a_revoked_trusted_issuer_is_refused_whenever_it_signed() {
    let demo = Demo::start();
    let signer = Signer::p256();
    let mut jwk = signer.jwk();
    jwk["kid"] = json!("a");
    jwk["alg"] = json!("ES256");
    let shown = document(&demo.doorward(&["inventory", "show", "--json"]));
    let inventory = format!(
        "{}\n[[trusted_issuer]]\nname = \"partner-sso\"\nissuer = \"https://login.partner.example\"\n\
         algorithms = [\"ES256\"]\napis = {{ payments = [\"{PAYMENTS}\"] }}\n\
         organisation = \"acme\"\nowner = \"team-partners\"\n\
         keys = {{ inline = '''{}''' }}\n",
        shown["document"].as_str().unwrap(),
        json!({ "keys": [jwk] })
    );
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("inventory.toml");
    std::fs::write(&path, inventory).unwrap();
    let output = demo.doorward(&["inventory", "apply", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");

    let of_before = ["payments.create", "payouts.create"].map(|id| (id, foreign_token(&signer, 0)));
    let before = opened(&demo, &of_before);
    assert_eq!(before.len(), 2);
    let row = row(&demo, "trusted_issuer");
    assert_eq!(row["id"], "partner-sso");
    let told = preview(&demo, "trusted_issuer", "partner-sso");
    assert_eq!(texts(&told["endpoints"]), before);
    let output = run(&demo, &row["revoke_path"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(opened(&demo, &of_before), BTreeSet::new());
    // Whoever stole its key signs with the time of now.
    let of_after = [("payments.create", foreign_token(&signer, 1))];
    assert_eq!(opened(&demo, &of_after), BTreeSet::new());
    assert_eq!(opened(&demo, &tokens(&demo)).len(), 3, "ours go on");
}
