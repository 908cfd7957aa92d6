//! Other people's OAuth clients exchange an API key for a token, with its id and
//! its text where they take a client's id and secret (F184, RFC 6749 section
//! 2.3.1 and section 4.4), and call through the gate with it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    missing_docs,
    reason = "a test may fail loudly"
)]

use std::io::Write as _;
use std::process::{Command, Stdio};

use e2e::http;
use e2e::weather::{ApiKey, Weather, text};
use serde_json::{Value, json};

const SCOPE: &str = "read:forecast";

/// What the program answers to what it is asked, a line for each.
fn answers(mut program: Command, asked: &Value) -> Vec<Value> {
    let mut child = program
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(asked.to_string().as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let told = String::from_utf8(output.stdout).unwrap();
    let lines = told.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// What the program's libraries come to, a line for each way of each.
fn ask(program: Command, weather: &Weather, key: &ApiKey) -> Vec<Value> {
    let asked = json!({
        "issuer": weather.served.issuer,
        "token_endpoint": format!("{}/oauth2/token", weather.served.issuer),
        "client_id": key.id,
        "client_secret": key.secret,
        "scope": SCOPE,
    });
    answers(program, &asked)
}

fn call(weather: &Weather, token: &str) -> u16 {
    let url = format!("{}/v1/forecast", weather.served.gate);
    let reply = http().get(url).bearer_auth(token).send().unwrap();
    reply.status().as_u16()
}

/// Each way of each library gets a token that opens the gate; a wrong secret and
/// a revoked key get none, and the tokens of a revoked key end with it.
fn check(program: impl Fn() -> Option<Command>, libraries: &[&str]) {
    let Some(first) = program() else {
        return;
    };
    let weather = Weather::start();
    let (key, other) = (weather.key("team-weather"), weather.key("team-climate"));
    let told = ask(first, &weather, &key);
    let ways: Vec<_> = told
        .iter()
        .map(|line| (text(line, "library"), text(line, "method")))
        .collect();
    let methods = ["client_secret_basic", "client_secret_post"];
    let expected: Vec<_> = libraries
        .iter()
        .flat_map(|library| methods.map(|method| ((*library).to_owned(), method.to_owned())))
        .collect();
    assert_eq!(ways, expected);
    let mut tokens = Vec::new();
    for line in &told {
        assert_eq!(line["expires_in"], 300, "{line}");
        assert_eq!(line["scope"], SCOPE, "{line}");
        let kind = text(line, "token_type");
        assert!(kind.eq_ignore_ascii_case("bearer"), "{line}");
        let token = text(line, "access_token");
        assert_eq!(call(&weather, &token), 200, "{line}");
        let seen = weather.upstream.last();
        assert_eq!(seen.all("x-doorward-client"), [key.id.as_str()]);
        assert_eq!(seen.all("x-doorward-owner"), ["team-weather"]);
        assert!(!seen.head.contains(&key.secret) && !seen.head.contains(&token));
        tokens.push(token);
    }
    let refused = |key: &ApiKey| {
        for line in ask(program().unwrap(), &weather, key) {
            assert!(line["access_token"].is_null(), "{line}");
            // RFC 6749 section 5.2, over a 401 with its challenge (RFC 9110 section
            // 15.5.2), which is what oauth4webapi tells of first.
            let challenge = "OAUTH_WWW_AUTHENTICATE_CHALLENGE";
            let is_refused = line["error"] == "invalid_client"
                || (line["error"] == challenge && line["status"] == 401);
            assert!(is_refused, "{line}");
        }
    };
    // The id of one with the text of another.
    refused(&ApiKey {
        id: key.id.clone(),
        secret: other.secret.clone(),
    });
    let reason = ["key", "revoke", &key.id, "--reason", "leaked"];
    weather.told(&reason);
    refused(&key);
    for token in &tokens {
        assert_eq!(call(&weather, token), 401);
    }
    for line in ask(program().unwrap(), &weather, &other) {
        assert_eq!(call(&weather, &text(&line, "access_token")), 200);
    }
}

#[test]
fn oauth4webapi_and_openid_client_exchange_a_key() {
    check(
        || e2e::other_languages::node("exchange.mjs"),
        &["oauth4webapi", "openid-client"],
    );
}

#[test]
fn authlib_exchanges_a_key() {
    check(|| e2e::other_languages::python("exchange.py"), &["authlib"]);
}

/// The `fetch` of Node sends `Sec-Fetch-Mode` alone, and is no browser.
#[test]
fn a_service_in_node_calls_with_its_key() {
    let Some(program) = e2e::other_languages::node("fetch.mjs") else {
        return;
    };
    let weather = Weather::start();
    let key = weather.key("team-weather");
    let url = format!("{}/v1/forecast", weather.served.gate);
    let asked = json!({"url": url, "key": key.secret});
    assert_eq!(answers(program, &asked), [json!({"status": 200})]);
    let seen = weather.upstream.last();
    assert_eq!(seen.all("sec-fetch-mode"), ["cors"], "it sends it");
    assert_eq!(seen.all("sec-fetch-site"), [""; 0], "and it alone");
    assert_eq!(seen.all("x-doorward-owner"), ["team-weather"]);
    assert!(!seen.head.contains(&key.secret));
}
