//! A process that is killed at any instant forgets nothing that it
//! acknowledged (STO-003, STO-005, STO-006, STO-012), and an audit row that is
//! altered on disk is named (STO-011).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::allow_attributes,
    missing_docs,
    reason = "a test may fail loudly"
)]

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use e2e::binary;
use e2e::installed::{Installation, Served};
use e2e::raw::{Client, Upstream};
use serde_json::{Value, json};

/// How often it is killed; more through `DOORWARD_CRASH_ROUNDS`.
const ROUNDS: usize = 15;
const WRITERS: usize = 4;

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

/// What the process said about a key before it was killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// It was created.
    Created,
    /// Its revocation was asked for, and no answer came.
    RevocationUnknown,
    /// It was revoked.
    Revoked,
}

/// Everything acknowledged so far: secret and state, by id.
type Acknowledged = BTreeMap<String, (String, Said)>;

fn installation(upstream: &Upstream) -> Installation {
    let installation = Installation::new();
    let served = installation.serve();
    let file = installation.file(
        "applied.toml",
        &INVENTORY.replace("{upstream}", &upstream.url()),
    );
    let output = served.doorward(&["inventory", "apply", file.to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
    installation
}

fn post(served: &Served, installation: &Installation, path: &str, body: &Value) -> String {
    let body = body.to_string();
    format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        served.admin.trim_start_matches("http://"),
        installation.operator_token,
        body.len()
    )
}

/// Creates keys and revokes every other one until the process is gone.
fn write(
    served: &Served,
    installation: &Installation,
    acknowledged: &Mutex<Acknowledged>,
    begun: &AtomicBool,
) {
    let mut admin = Client::new(&served.admin);
    let request = json!({
        "organisation": "acme", "owner": "team-weather", "purpose": "crash drill", "revoker": "weather-oncall",
        "scopes": ["read:forecast"], "audiences": ["https://api.example.com/weather"], "expires_in": "1d",
    });
    loop {
        let mut ids = Vec::new();
        for _ in 0..2 {
            let Some(reply) =
                admin.try_send(post(served, installation, "/admin/v1/api_key", &request))
            else {
                return;
            };
            assert_eq!(reply.status, 201, "{}", reply.text());
            let created = reply.json();
            let text = |name: &str| created[name].as_str().unwrap().to_owned();
            acknowledged
                .lock()
                .unwrap()
                .insert(text("id"), (text("secret"), Said::Created));
            ids.push(text("id"));
        }
        begun.store(true, Ordering::SeqCst);
        let say = |said| acknowledged.lock().unwrap().get_mut(&ids[0]).unwrap().1 = said;
        say(Said::RevocationUnknown);
        let path = format!("/admin/v1/api_key/{}/revoke", ids[0]);
        let Some(reply) = admin.try_send(post(
            served,
            installation,
            &path,
            &json!({"reason": "drill"}),
        )) else {
            return;
        };
        assert_eq!(reply.status, 200, "{}", reply.text());
        say(Said::Revoked);
    }
}

/// The status of every key that the process knows, by id.
fn listed(served: &Served) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut path = "/admin/v1/api_key?page_size=200".to_owned();
    loop {
        let page = served.ask("GET", &path, None);
        for item in page["items"].as_array().unwrap() {
            let text = |name: &str| item[name].as_str().unwrap().to_owned();
            assert!(
                all.insert(text("id"), text("status")).is_none(),
                "twice: {item}"
            );
        }
        match page["next_page_token"].as_str() {
            Some(token) => path = format!("/admin/v1/api_key?page_size=200&page_token={token}"),
            None => return all,
        }
    }
}

/// Everything acknowledged is there, in the listing and at the gate.
fn check(served: &Served, acknowledged: &mut Acknowledged, fresh: &[String]) {
    let listed = listed(served);
    for (id, (_, said)) in acknowledged.iter_mut() {
        let status = listed
            .get(id)
            .unwrap_or_else(|| panic!("{id} was acknowledged and is gone"));
        match said {
            Said::Created => assert_eq!(status, "active", "{id}"),
            Said::Revoked => assert_eq!(status, "revoked", "{id}"),
            // Lawful either way; from now on it is known.
            Said::RevocationUnknown if status == "revoked" => *said = Said::Revoked,
            Said::RevocationUnknown => *said = Said::Created,
        }
    }
    let mut gate = Client::new(&served.gate);
    for id in fresh {
        let (secret, said) = &acknowledged[id];
        let reply = gate.send(format!(
            "GET /v1/forecast HTTP/1.1\r\nHost: gw.test\r\nX-API-Key: {secret}\r\n\r\n"
        ));
        let expected = if *said == Said::Revoked { 401 } else { 200 };
        assert_eq!(reply.status, expected, "{id} {said:?}: {}", reply.text());
    }
    let output = served.doorward(&["audit", "verify"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

/// Every entry of the audit.
fn audit(served: &Served) -> Vec<Value> {
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let page = served.ask("GET", &format!("/admin/v1/audit?after={after}"), None);
        all.extend(page["entries"].as_array().unwrap().iter().cloned());
        match page["next_after"].as_u64() {
            Some(next) if next > after => after = next,
            _ => return all,
        }
    }
}

fn milliseconds(below: u64) -> Duration {
    // Each `RandomState` has keys of its own.
    Duration::from_micros(RandomState::new().build_hasher().finish() % (below * 1000))
}

#[test]
fn what_was_acknowledged_survives_a_kill_at_any_instant() {
    let rounds =
        std::env::var("DOORWARD_CRASH_ROUNDS").map_or(ROUNDS, |text| text.parse().unwrap());
    let upstream = Upstream::start();
    let installation = installation(&upstream);
    let mut known = Acknowledged::new();
    let mut fresh: Vec<String> = Vec::new();
    for round in 0..rounds {
        let mut served = installation.serve();
        check(&served, &mut known, &fresh);
        let acknowledged = Mutex::new(known.clone());
        let begun = AtomicBool::new(false);
        let wait = milliseconds(120);
        std::thread::scope(|scope| {
            for _ in 0..WRITERS {
                scope.spawn(|| write(&served, &installation, &acknowledged, &begun));
            }
            while !begun.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(wait);
            served.process.signal("KILL");
        });
        served.process.ended();
        let now = acknowledged.into_inner().unwrap();
        fresh = now
            .keys()
            .filter(|id| !known.contains_key(*id))
            .cloned()
            .collect();
        assert!(!fresh.is_empty(), "round {round} wrote nothing");
        known = now;
    }
    let served = installation.serve();
    check(&served, &mut known, &fresh);
    let extra = listed(&served).len() - known.len();
    assert!(
        extra <= rounds * WRITERS,
        "{extra} keys that nobody asked for"
    );
    // One event for each acknowledged act, and none twice.
    let mut events: BTreeMap<(String, String), usize> = BTreeMap::new();
    for entry in audit(&served) {
        if entry["kind"] == "event" {
            let text = |name: &str| {
                entry["record"][name]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned()
            };
            *events.entry((text("target"), text("action"))).or_default() += 1;
        }
    }
    let count = |id: &str, action: &str| events.get(&(id.to_owned(), action.to_owned())).copied();
    for (id, (_, said)) in &known {
        assert_eq!(count(id, "api_key_created"), Some(1), "{id}");
        let revoked = (*said == Said::Revoked).then_some(1);
        assert_eq!(count(id, "api_key_revoked"), revoked, "{id} {said:?}");
    }
}

/// STO-012, also after a kill.
#[test]
fn a_second_process_never_opens_the_store_and_a_killed_one_keeps_nobody_out() {
    let upstream = Upstream::start();
    let installation = installation(&upstream);
    let mut served = installation.serve();
    let output = Command::new(binary("doorward"))
        .args(["serve", "--config"])
        .arg(&installation.config)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("doorward.db") && told.contains("fix:"),
        "{told}"
    );
    check(&served, &mut Acknowledged::new(), &[]);
    served.process.signal("KILL");
    served.process.ended();
    check(&installation.serve(), &mut Acknowledged::new(), &[]);
}

#[test]
fn one_altered_byte_of_an_audit_row_is_named() {
    let upstream = Upstream::start();
    let installation = installation(&upstream);
    let mut served = installation.serve();
    for purpose in ["first", "second", "third"] {
        let body = json!({
            "organisation": "acme", "owner": "team-weather", "purpose": purpose, "revoker": "weather-oncall",
            "scopes": ["read:forecast"], "audiences": ["https://api.example.com/weather"], "expires_in": "1d",
        });
        served.ask("POST", "/admin/v1/api_key", Some(&body));
    }
    let all = audit(&served);
    // The first three share the request that installed them.
    let alone = |entry: &&Value| {
        all.iter()
            .filter(|other| other["request_id"] == entry["request_id"])
            .count()
            == 1
    };
    let entries: Vec<&Value> = all.iter().filter(alone).collect();
    served.process.signal("TERM");
    assert!(served.process.ended().success());
    let good = std::fs::read(installation.store()).unwrap();
    for entry in [
        entries[0],
        entries[entries.len() / 2],
        entries[entries.len() - 1],
    ] {
        let sequence = entry["sequence"].as_u64().unwrap();
        // The id of its request stands in the body of this row alone.
        let marker = format!(
            "\"request_id\":\"{}\"",
            entry["request_id"].as_str().unwrap()
        );
        let places: Vec<usize> = good
            .windows(marker.len())
            .enumerate()
            .filter(|(_, bytes)| *bytes == marker.as_bytes())
            .map(|(at, _)| at)
            .collect();
        let at = *places
            .first()
            .unwrap_or_else(|| panic!("no {marker} in the store"));
        let mut altered = good.clone();
        let last = at + marker.len() - 2;
        altered[last] = if altered[last] == b'a' { b'b' } else { b'a' };
        std::fs::write(installation.store(), &altered).unwrap();
        let mut served = installation.serve();
        let output = served.doorward(&["audit", "verify", "--json"]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let verdict: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            (&verdict["clean"], &verdict["finding"]["sequence"]),
            (&json!(false), &json!(sequence)),
            "{verdict}"
        );
        let output = served.doorward(&["audit", "verify"]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(
            told.contains(&sequence.to_string()),
            "it names the row: {told}"
        );
        served.process.signal("TERM");
        served.process.ended();
        std::fs::write(installation.store(), &good).unwrap();
    }
    let served = installation.serve();
    let output = served.doorward(&["audit", "verify"]);
    assert_eq!(output.status.code(), Some(0), "restored: {output:?}");
}
