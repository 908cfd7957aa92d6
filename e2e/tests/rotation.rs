//! An API key is rotated, cut over, rolled back and drilled under load, in the
//! real program with its real gate: nobody fails, and what was acknowledged is
//! what counts, also after a kill.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    missing_docs,
    reason = "a test may fail loudly"
)]

use std::collections::BTreeMap;
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use e2e::installed::{Installation, Served};
use e2e::raw::{Client, Upstream};
use serde_json::{Value, json};

const INVENTORY: &str = r#"
[api.weather]
audience = "https://api.example.com/weather"
upstream = "{upstream}"
owner = "team-weather"
surface = "reporting"
revoker = "weather-oncall"

[[api.weather.endpoint]]
id = "weather.forecast"
match = "GET /v1/forecast"
caller = "service"
authority = "own"
data = "own"
exposure = "public"
consequence = "read"
scopes = ["read:forecast"]
"#;

/// How long a thing may take to come about on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn house() -> (Installation, Upstream, Served) {
    let upstream = Upstream::start();
    let installation = Installation::new();
    let served = installation.serve();
    let inventory = INVENTORY.replace("{upstream}", &upstream.url());
    let file = installation.file("applied.toml", &inventory);
    told(&served.doorward(&["inventory", "apply", file.to_str().unwrap(), "--json"]));
    (installation, upstream, served)
}

fn told(output: &Output) -> Value {
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn text(answer: &Value, pointer: &str) -> String {
    let found = answer.pointer(pointer).and_then(Value::as_str);
    found
        .unwrap_or_else(|| panic!("{pointer} in {answer}"))
        .to_owned()
}

/// A key's id and its first secret.
fn create(served: &Served) -> (String, String) {
    let request = json!({
        "organisation": "acme", "owner": "team-weather", "purpose": "rotation",
        "revoker": "weather-oncall", "scopes": ["read:forecast"],
        "audiences": ["https://api.example.com/weather"], "expires_in": "1d",
    });
    let created = served.ask("POST", "/admin/v1/api_key", Some(&request));
    (text(&created, "/id"), text(&created, "/secret"))
}

fn request(secret: &str) -> String {
    format!("GET /v1/forecast HTTP/1.1\r\nHost: gw.test\r\nX-API-Key: {secret}\r\n\r\n")
}

fn status(served: &Served, secret: &str) -> u16 {
    Client::new(&served.gate).send(request(secret)).status
}

/// A caller that keeps its connection and asks all the time.
struct Load {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<BTreeMap<u16, usize>>,
}

impl Load {
    /// Asks with each of the secrets in turn; under way when this returns.
    fn start(served: &Served, secrets: Vec<String>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (told, gate) = (Arc::clone(&stop), served.gate.clone());
        let (begun, waiting) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let (mut client, mut statuses) = (Client::new(&gate), BTreeMap::new());
            for secret in secrets.iter().cycle() {
                let status = client.send(request(secret)).status;
                *statuses.entry(status).or_insert(0) += 1;
                let _ = begun.send(());
                if told.load(Ordering::SeqCst) {
                    break;
                }
                std::thread::sleep(Duration::from_millis(3));
            }
            statuses
        });
        waiting.recv_timeout(PATIENCE).expect("a first answer");
        Self { stop, thread }
    }

    /// How many requests there were; each was permitted.
    fn stop(self) -> usize {
        self.stop.store(true, Ordering::SeqCst);
        let statuses = self.thread.join().expect("every request is answered");
        assert_eq!(statuses.keys().collect::<Vec<_>>(), [&200], "{statuses:?}");
        statuses[&200]
    }
}

#[test]
fn nobody_fails_through_a_whole_rotation() {
    let (_installation, _upstream, served) = house();
    let (id, older) = create(&served);
    let older_load = Load::start(&served, vec![older.clone()]);
    let rotated = told(&served.doorward(&["key", "rotate", &id, "--overlap", "40s", "--json"]));
    let newer = text(&rotated, "/secret");
    assert!(rotated["in_force"].is_object(), "{rotated}");
    let newer_load = Load::start(&served, vec![newer.clone()]);
    std::thread::sleep(Duration::from_millis(300));
    assert!(older_load.stop() > 0);

    // Each answer comes once the gate judges by it: the next request shows it.
    let stages = [("cut-over", 401), ("rollback", 200), ("cut-over", 401)];
    for (act, expected) in stages {
        let changed = told(&served.doorward(&["key", act, &id, "--json"]));
        assert!(changed["in_force"].is_object(), "{changed}");
        assert_eq!(status(&served, &older), expected, "after {act}");
    }
    let begun = Instant::now();
    loop {
        let shown = served.ask("GET", &format!("/admin/v1/api_key/{id}"), None);
        if shown["rotation"].is_null() {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "it does not end: {shown}");
        std::thread::sleep(Duration::from_millis(200));
    }
    let begun = Instant::now();
    loop {
        let audit = served.ask("GET", "/admin/v1/audit/tail?limit=20", None);
        if audit.to_string().contains("api_key_rotation_ended") {
            break;
        }
        assert!(
            begun.elapsed() < PATIENCE,
            "nobody wrote that down: {audit}"
        );
        std::thread::sleep(Duration::from_millis(200));
    }
    let refused = served.doorward(&["key", "rollback", &id]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert_eq!(status(&served, &older), 401);
    assert!(newer_load.stop() > 0);
}

#[test]
fn one_of_a_hundred_is_revoked_and_the_others_lose_nothing() {
    let (_installation, _upstream, served) = house();
    let mut keys: Vec<(String, String)> = (0..100).map(|_| create(&served)).collect();
    let (id, secret) = keys.swap_remove(42);
    assert_eq!(status(&served, &secret), 200);
    let secrets: Vec<String> = keys.into_iter().map(|(_, secret)| secret).collect();
    let loads: Vec<Load> = secrets
        .chunks(33)
        .map(|some| Load::start(&served, some.to_vec()))
        .collect();
    let revoked = told(&served.doorward(&["key", "revoke", &id, "--reason", "leaked", "--json"]));
    assert_eq!(status(&served, &secret), 401, "{revoked}");
    for secret in &secrets {
        assert_eq!(status(&served, secret), 200);
    }
    for load in loads {
        assert!(load.stop() > 0);
    }
}

#[test]
fn a_kill_between_two_steps_leaves_what_was_acknowledged() {
    let (installation, _upstream, mut served) = house();
    let (id, older) = create(&served);
    let mut newer = String::new();
    for (act, older_is, newer_is, stage) in [
        ("rotate", 200, 200, json!("overlap")),
        ("cut-over", 401, 200, json!("cut_over")),
        ("rollback", 200, 200, json!("overlap")),
        ("cut-over", 401, 200, json!("cut_over")),
        ("rollback", 200, 200, json!("overlap")),
        // Withdrawn.
        ("rollback", 200, 401, json!(null)),
    ] {
        let answer = told(&served.doorward(&["key", act, &id, "--json"]));
        if act == "rotate" {
            newer = text(&answer, "/secret");
        }
        served.process.signal("KILL");
        served.process.ended();
        served = installation.serve();
        assert_eq!(status(&served, &older), older_is, "older after {act}");
        assert_eq!(status(&served, &newer), newer_is, "newer after {act}");
        let shown = served.ask("GET", &format!("/admin/v1/api_key/{id}"), None);
        let found = shown.pointer("/rotation/stage").unwrap_or(&Value::Null);
        assert_eq!(found, &stage, "after {act}");
    }
    told(&served.doorward(&["audit", "verify", "--json"]));
}

#[test]
fn a_drill_refuses_the_older_secret_only_when_nobody_uses_it() {
    let (installation, _upstream, served) = house();
    let (id, older) = create(&served);
    let older_load = Load::start(&served, vec![older.clone()]);

    let drill = ["drill", "rotate", &id, "--json"];
    let rehearsed = served.doorward(&[&drill[..], &["--rehearse", "--notes", "dry run"]].concat());
    let rehearsed = told(&rehearsed);
    assert_eq!(rehearsed["outcome"], "rehearsed");
    let steps = rehearsed["steps"].as_array().unwrap();
    assert!(
        steps.iter().all(|step| step["in_force_ms"].is_u64()),
        "{rehearsed}"
    );

    // Its holder does not move: the older secret stays.
    let file = installation.home().join("kept");
    let waits = ["--quiet", "8s", "--wait", "16s", "--secret-file"];
    let waits = [&drill[..], &waits, &[file.to_str().unwrap()]].concat();
    let output = served.doorward(&waits);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let in_use: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(in_use["outcome"], "older_in_use");
    assert_eq!(in_use["networks"], json!(["127.0.0.0/24"]));
    let withdrawn = std::fs::read_to_string(&file).unwrap();
    assert_eq!(status(&served, withdrawn.trim()), 401);

    // Its holder takes the newer one up from the file.
    std::fs::remove_file(&file).unwrap();
    let output = std::thread::scope(|scope| {
        let drilling = scope.spawn(|| served.doorward(&waits));
        let begun = Instant::now();
        let newer = loop {
            match std::fs::read_to_string(&file) {
                Ok(secret) if secret.ends_with('\n') => break secret.trim().to_owned(),
                _ => assert!(begun.elapsed() < PATIENCE, "no secret came"),
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        let newer_load = Load::start(&served, vec![newer]);
        assert!(older_load.stop() > 0);
        let output = drilling.join().unwrap();
        assert!(newer_load.stop() > 0);
        output
    });
    let completed = told(&output);
    assert_eq!(completed["outcome"], "completed");
    let steps: Vec<&Value> = completed["steps"].as_array().unwrap().iter().collect();
    let names: Vec<&str> = steps
        .iter()
        .map(|step| step["step"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["stage", "cut_over", "roll_back", "roll_forward"]);
    assert_eq!(status(&served, &older), 401);

    let listed = told(&served.doorward(&["drill", "list", "--key", &id, "--json"]));
    let outcomes = listed["items"].as_array().unwrap().iter();
    let outcomes: Vec<&str> = outcomes
        .map(|drill| drill["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(outcomes, ["completed", "older_in_use", "rehearsed"]);
    let shown = served.ask("GET", &format!("/admin/v1/api_key/{id}"), None);
    assert_eq!(shown["last_drill"]["outcome"], "completed");
    assert_eq!(shown["last_drill"]["age_days"], 0);
}
