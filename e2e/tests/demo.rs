//! The promise of the demo: what a newcomer sees in the first minute.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    missing_docs,
    reason = "a test may fail loudly"
)]

use e2e::{Demo, http};
use reqwest::blocking::Response;
use serde_json::Value;

fn header(response: &Response, name: &str) -> String {
    let values = response.headers().get_all(name);
    values
        .iter()
        .map(|value| value.to_str().unwrap())
        .collect::<Vec<_>>()
        .join(", ")
}

fn with_key(demo: &Demo, endpoint: &str) -> Response {
    http()
        .get(demo.url(endpoint))
        .header("X-API-Key", demo.text("/api_key/secret"))
        .send()
        .unwrap()
}

fn with_token(demo: &Demo, endpoint: &str, token: &str) -> Response {
    http()
        .get(demo.url(endpoint))
        .bearer_auth(token)
        .send()
        .unwrap()
}

#[test]
fn each_credential_works_where_the_inventory_says_and_nowhere_else() {
    let demo = Demo::start();

    let answer = with_key(&demo, "weather.forecast");
    assert_eq!(answer.status(), 200);
    assert!(!header(&answer, "x-request-id").is_empty());
    let body: Value = answer.json().unwrap();
    assert_eq!(body["caller"]["credential_came_through"], false);

    let answer = http().get(demo.url("weather.forecast")).send().unwrap();
    assert_eq!(answer.status(), 401);
    assert!(
        header(&answer, "www-authenticate").contains("ApiKey"),
        "{:?}",
        answer.headers()
    );
    assert_eq!(header(&answer, "content-type"), "application/problem+json");

    let answer = with_key(&demo, "profile.read");
    assert_eq!(answer.status(), 401);
    assert!(header(&answer, "www-authenticate").contains("Bearer"));
    let body = answer.text().unwrap();
    assert!(
        body.contains("delegated_authority"),
        "the answer names the rule: {body}"
    );
    assert!(!body.contains(demo.text("/api_key/secret")));

    let token = demo.token("read:reports");
    assert_eq!(with_token(&demo, "reports.list", &token).status(), 200);
    assert_eq!(with_token(&demo, "profile.read", &token).status(), 401);

    let elsewhere = demo.token("write:payments");
    let answer = with_token(&demo, "reports.list", &elsewhere);
    assert_eq!(answer.status(), 401, "a token for another audience");
    assert!(header(&answer, "www-authenticate").contains("invalid_token"));

    let unlisted = format!("{}/v1/unlisted", demo.text("/gate"));
    let answer = http()
        .get(unlisted)
        .header("X-API-Key", demo.text("/api_key/secret"))
        .send()
        .unwrap();
    assert_eq!(answer.status(), 404);
}

#[test]
fn a_write_and_an_irreversible_act_pass_with_a_fresh_token() {
    let demo = Demo::start();
    for (endpoint, scope) in [
        ("payments.create", "write:payments"),
        ("payouts.create", "write:payouts"),
    ] {
        let token = demo.token(scope);
        let send = |token: &str| {
            http()
                .post(demo.url(endpoint))
                .bearer_auth(token)
                .json(&1)
                .send()
                .unwrap()
        };
        assert_eq!(send(&token).status(), 200, "{endpoint}");
        let mut forged = token.clone();
        let last = forged.pop().unwrap();
        forged.push(if last == 'A' { 'Q' } else { 'A' });
        assert_eq!(
            send(&forged).status(),
            401,
            "{endpoint}, one character changed"
        );
        assert_eq!(send(&token).status(), 200, "{endpoint}, control after");
    }
}

#[test]
fn a_revoked_key_is_dead_at_once_and_the_trace_says_why() {
    let demo = Demo::start();
    assert_eq!(with_key(&demo, "weather.forecast").status(), 200);

    let output = demo.doorward(&[
        "key",
        "revoke",
        demo.text("/api_key/id"),
        "--reason",
        "drill",
        "--json",
    ]);
    assert!(output.status.success(), "{output:?}");
    let answer = with_key(&demo, "weather.forecast");
    assert_eq!(answer.status(), 401, "the next request is refused");

    let request_id = header(&answer, "x-request-id");
    let output = demo.doorward(&["trace", &request_id]);
    let story = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{story} {}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        story.contains("revoked"),
        "the trace names the rule: {story}"
    );
    assert!(!story.contains(demo.text("/api_key/secret")));

    let output = demo.doorward(&["audit", "verify"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn a_create_with_nothing_given_lists_everything_that_is_missing() {
    let demo = Demo::start();
    for kind in ["key", "client"] {
        let output = demo.doorward(&[kind, "create", "--json"]);
        assert_eq!(output.status.code(), Some(1));
        let told = String::from_utf8(output.stdout).unwrap();
        for field in [
            "owner",
            "purpose",
            "organisation",
            "scope",
            "audience",
            "expires_in",
            "revoker",
        ] {
            assert!(told.contains(field), "{kind}: {field} in {told}");
        }
    }
}

#[test]
fn it_prints_one_line_and_stops_cleanly_on_either_signal() {
    for signal in ["INT", "TERM"] {
        let demo = Demo::start();
        let directory = std::path::Path::new(demo.text("/config"))
            .parent()
            .unwrap()
            .to_path_buf();
        assert!(directory.is_dir());
        let (status, rest) = demo.stop(signal);
        assert!(status.success(), "{signal}: {status}");
        assert!(rest.is_empty(), "{signal}: {rest:?}");
        assert!(!directory.exists(), "{signal}: nothing stays behind");
    }
}
