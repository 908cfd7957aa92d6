//! Signing keys in a whole process: rotated under load, replaced in an
//! emergency, rolled back, retired, and there again after a restart.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    missing_docs,
    reason = "a test may fail loudly"
)]

use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use e2e::forge::decode;
use e2e::installed::Installation;
use e2e::{Demo, http};
use serde_json::Value;

fn told(output: &Output) -> Value {
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn keys(demo: &Demo) -> Value {
    told(&demo.doorward(&["signing-key", "list", "--json"]))
}

fn id(keys: &Value, stage: &str) -> String {
    let items = keys["items"].as_array().unwrap();
    let found = items.iter().rfind(|key| key["stage"] == stage);
    let key = found.unwrap_or_else(|| panic!("no {stage} key in {keys}"));
    key["key_id"].as_str().unwrap().to_owned()
}

fn signed_by(token: &str) -> String {
    let header: Value = serde_json::from_slice(&decode(token.split('.').next().unwrap())).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

/// A client of the demo and a caller of its gate, for any thread.
#[derive(Clone)]
struct Caller {
    http: reqwest::blocking::Client,
    issuer: String,
    url: String,
    client: (String, String),
}

impl Caller {
    fn of(demo: &Demo) -> Self {
        let text = |pointer: &str| demo.text(pointer).to_owned();
        Self {
            http: http(),
            issuer: text("/issuer"),
            url: demo.url("reports.list").to_owned(),
            client: (text("/client/id"), text("/client/secret")),
        }
    }

    fn token(&self) -> String {
        let answer: Value = self
            .http
            .post(format!("{}/oauth2/token", self.issuer))
            .basic_auth(&self.client.0, Some(&self.client.1))
            .form(&[
                ("grant_type", "client_credentials"),
                ("scope", "read:reports"),
            ])
            .send()
            .and_then(reqwest::blocking::Response::json)
            .unwrap();
        let token = answer["access_token"].as_str();
        token.unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    fn key_set(&self) -> Vec<String> {
        let address = format!("{}/.well-known/jwks.json", self.issuer);
        let set: Value = self.http.get(address).send().unwrap().json().unwrap();
        let keys = set["keys"].as_array().unwrap().iter();
        keys.map(|key| key["kid"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The status of a request with that token, and its id.
    fn status(&self, token: &str) -> (u16, String) {
        let answer = self.http.get(&self.url).bearer_auth(token).send().unwrap();
        let request_id = answer.headers()["x-request-id"].to_str().unwrap();
        (answer.status().as_u16(), request_id.to_owned())
    }
}

fn key_set(demo: &Demo) -> Vec<String> {
    Caller::of(demo).key_set()
}

fn status(demo: &Demo, token: &str) -> (u16, String) {
    Caller::of(demo).status(token)
}

#[test]
fn no_request_fails_while_the_keys_rotate_and_no_key_signs_before_it_is_published() {
    const CALLERS: usize = 4;
    const ROTATIONS: usize = 6;
    let demo = Demo::start();
    let over = Arc::new(AtomicBool::new(false));
    let rounds: Arc<Vec<AtomicUsize>> =
        Arc::new((0..CALLERS).map(|_| AtomicUsize::new(0)).collect());
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let (demo, over, rounds) = (Caller::of(&demo), Arc::clone(&over), Arc::clone(&rounds));
            std::thread::spawn(move || {
                let mut held = vec![demo.token()];
                let mut signed = vec![signed_by(&held[0])];
                while !over.load(Ordering::SeqCst) {
                    let published = demo.key_set();
                    let token = demo.token();
                    let by = signed_by(&token);
                    assert!(published.contains(&by), "{by} is not in {published:?}");
                    if signed.last() != Some(&by) {
                        signed.push(by);
                        held.push(token.clone());
                    }
                    for token in held.iter().chain([&token]) {
                        assert_eq!(demo.status(token).0, 200, "signed by {}", signed_by(token));
                    }
                    rounds[caller].fetch_add(1, Ordering::SeqCst);
                }
                signed
            })
        })
        .collect();
    for _ in 0..ROTATIONS {
        told(&demo.doorward(&["signing-key", "rotate", "--json"]));
        // Everybody has had a whole round with the new key.
        let before: Vec<usize> = rounds.iter().map(|n| n.load(Ordering::SeqCst)).collect();
        while rounds
            .iter()
            .zip(&before)
            .any(|(now, before)| now.load(Ordering::SeqCst) < before + 2)
        {
            assert!(
                callers.iter().all(|caller| !caller.is_finished()),
                "a request failed"
            );
            std::thread::yield_now();
        }
    }
    over.store(true, Ordering::SeqCst);
    for caller in callers {
        let signed = caller.join().unwrap();
        assert_eq!(
            signed.len(),
            ROTATIONS + 1,
            "each key signed, in order: {signed:?}"
        );
    }
}

#[test]
fn after_an_emergency_the_next_request_with_an_old_token_is_refused_and_the_trace_says_why() {
    let demo = Demo::start();
    let token = demo.token("read:reports");
    told(&demo.doorward(&["signing-key", "rotate", "--json"]));
    let second = demo.token("read:reports");
    for token in [&token, &second] {
        assert_eq!(status(&demo, token).0, 200, "control before");
    }
    let arguments = ["signing-key", "rotate", "--emergency", "--json"];
    let output = demo.doorward(&arguments);
    assert_eq!(output.status.code(), Some(1), "an emergency has a reason");
    assert_eq!(status(&demo, &token).0, 200, "nothing was changed");

    let reason = ["--reason", "a backup was stolen"];
    let replaced = told(&demo.doorward(&[&arguments[..], &reason].concat()));
    assert!(replaced["in_force"]["after_ms"].is_u64(), "{replaced}");
    for old in [&token, &second] {
        let (status, request_id) = status(&demo, old);
        assert_eq!(status, 401);
        let output = demo.doorward(&["trace", &request_id]);
        let story = String::from_utf8(output.stdout).unwrap();
        assert!(
            story.contains("token_key_unknown"),
            "the trace names the rule: {story}"
        );
        assert!(!story.contains(old.as_str()));
    }
    let fresh = demo.token("read:reports");
    assert_eq!(status(&demo, &fresh).0, 200);
    assert_eq!(signed_by(&fresh), id(&replaced, "active"));
    let published = key_set(&demo);
    for old in [&token, &second] {
        assert!(!published.contains(&signed_by(old)), "{published:?}");
    }
    let output = demo.doorward(&["signing-key", "rollback"]);
    assert_eq!(
        output.status.code(),
        Some(1),
        "there is no way back: {output:?}"
    );
    let audit = demo.doorward(&["audit", "tail", "--json"]);
    let audit = String::from_utf8(audit.stdout).unwrap();
    assert!(audit.contains("emergency: a backup was stolen"), "{audit}");
}

#[test]
fn a_rollback_and_a_retirement_are_in_force_when_they_are_answered() {
    let demo = Demo::start();
    let first = demo.token("read:reports");
    told(&demo.doorward(&["signing-key", "rotate", "--json"]));
    let second = demo.token("read:reports");
    let back = told(&demo.doorward(&["signing-key", "rollback", "--json"]));
    assert_eq!(id(&back, "active"), signed_by(&first));
    assert_eq!(signed_by(&demo.token("read:reports")), signed_by(&first));
    assert_eq!(
        status(&demo, &second).0,
        200,
        "its tokens are still accepted"
    );

    let key_id = signed_by(&second);
    let retire = [
        "signing-key",
        "retire",
        &key_id,
        "--reason",
        "it was copied",
    ];
    let output = demo.doorward(&retire);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success() && said.contains("refuses"),
        "{said}"
    );
    assert_eq!(status(&demo, &second).0, 401);
    assert_eq!(status(&demo, &first).0, 200);
    let active = signed_by(&first);
    let output = demo.doorward(&["signing-key", "retire", &active, "--reason", "x"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("rotate"), "it says what to do: {said}");
    assert_eq!(status(&demo, &first).0, 200);
}

#[test]
fn another_lane_signs_beside_the_first_and_then_in_its_place() {
    let demo = Demo::start();
    let first = demo.token("read:reports");
    told(&demo.doorward(&["signing-key", "add", "--algorithm", "EdDSA", "--json"]));
    assert_eq!(signed_by(&demo.token("read:reports")), signed_by(&first));
    let changed =
        told(&demo.doorward(&["signing-key", "default", "--algorithm", "EdDSA", "--json"]));
    let second = demo.token("read:reports");
    let items = changed["items"].as_array().unwrap();
    let by = items
        .iter()
        .find(|key| key["key_id"] == signed_by(&second).as_str());
    assert_eq!(by.unwrap()["algorithm"], "EdDSA");
    for token in [&first, &second] {
        assert_eq!(status(&demo, token).0, 200);
    }
    assert_eq!(
        key_set(&demo).len(),
        4,
        "an active and a next key in each lane"
    );
    let listed = keys(&demo);
    assert_eq!(listed["items"], changed["items"]);
}

#[test]
fn in_production_a_rotation_waits_until_the_next_key_is_known_and_a_restart_changes_nothing() {
    let installation = Installation::new();
    let served = installation.serve();
    let output = served.doorward(&["signing-key", "rotate"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("works from 20"), "{said}");
    assert!(said.contains("--emergency"), "{said}");
    let before = told(&served.doorward(&["signing-key", "list", "--json"]));
    let reason = ["--emergency", "--reason", "drill", "--json"];
    let replaced = told(&served.doorward(&[&["signing-key", "rotate"][..], &reason].concat()));
    assert_ne!(id(&replaced, "active"), id(&before, "active"));
    drop(served);

    let served = installation.serve();
    let after = told(&served.doorward(&["signing-key", "list", "--json"]));
    assert_eq!(after["items"], replaced["items"]);
    let table = served.doorward(&["signing-key", "list"]);
    let table = String::from_utf8(table.stdout).unwrap();
    assert!(table.contains("emergency: drill"), "{table}");
}
