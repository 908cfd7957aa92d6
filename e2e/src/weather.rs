//! An installation with one API behind its gate, and API keys that open it.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::installed::{Installation, Served};
use super::raw::Upstream;
use super::{PATIENCE, binary, http};

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

# As the forecast, and refused sooner when the gate hears of nothing.
[[api.weather.endpoint]]
id = "weather.alarm"
match = "GET /v1/alarm"
caller = "service"
authority = "own"
data = "own"
exposure = "public"
consequence = "read"
scopes = ["read:forecast"]
max_feed_lag = "2s"
"#;

/// The installation, running.
pub struct Weather {
    /// Its processes; see [`Weather::stop`].
    pub served: Served,
    /// Its files.
    pub installation: Installation,
    /// What its gate forwards to.
    pub upstream: Upstream,
}

/// An API key, as its creation told it.
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// Its public id.
    pub id: String,
    /// Its text.
    pub secret: String,
}

/// The fields of a key of the forecast with this owner.
pub fn request(owner: &str) -> Value {
    json!({
        "organisation": "acme", "owner": owner, "purpose": "nightly forecast import",
        "revoker": "weather-oncall", "scopes": ["read:forecast"],
        "audiences": ["https://api.example.com/weather"], "expires_in": "30d",
    })
}

impl Weather {
    /// Makes one and starts it.
    pub fn start() -> Self {
        let (installation, upstream) = (Installation::new(), Upstream::start());
        let served = installation.serve();
        let document = INVENTORY.replace("{upstream}", &upstream.url());
        let path = installation.file("applied.toml", &document);
        let output = served.doorward(&["inventory", "apply", path.to_str().expect("a path")]);
        assert!(output.status.success(), "{output:?}");
        Self {
            served,
            installation,
            upstream,
        }
    }

    /// Ends its processes and waits until they have.
    pub fn stop(&mut self) {
        self.served.process.signal("TERM");
        let status = self.served.process.ended();
        assert!(status.success(), "{status}");
    }

    /// Starts it again after it was stopped or killed.
    pub fn start_again(&mut self) {
        self.served = self.installation.serve();
    }

    /// A new key of the forecast.
    pub fn key(&self, owner: &str) -> ApiKey {
        let created = self.json(&[
            "key",
            "create",
            "--organisation=acme",
            &format!("--owner={owner}"),
            "--purpose=nightly forecast import",
            "--revoker=weather-oncall",
            "--scope=read:forecast",
            "--audience=https://api.example.com/weather",
            "--expires-in=30d",
        ]);
        ApiKey {
            id: text(&created, "id"),
            secret: text(&created, "secret"),
        }
    }

    /// The status of the next request with that text.
    pub fn ask(&self, secret: &str) -> u16 {
        ask(&self.served.gate, secret).0
    }

    /// The rule by which the next request with that text is refused, as its
    /// trace has it; its answer does not tell.
    pub fn refusal(&self, secret: &str) -> String {
        self.refusal_at(&self.served.gate, secret)
    }

    /// The same at another gate.
    pub fn refusal_at(&self, gate: &str, secret: &str) -> String {
        let (status, request_id) = ask(gate, secret);
        assert_eq!(status, 401);
        let deadline = Instant::now() + PATIENCE;
        loop {
            let output = self.served.doorward(&["trace", &request_id, "--json"]);
            if output.status.success() {
                let trace: Value = serde_json::from_slice(&output.stdout).expect("a trace");
                return text(&trace["entries"][0]["record"], "rule");
            }
            assert!(Instant::now() < deadline, "no trace: {output:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Runs `doorward ... --json`, which has to succeed.
    pub fn json(&self, arguments: &[&str]) -> Value {
        self.json_with(arguments, 0)
    }

    /// The same with another exit code.
    pub fn json_with(&self, arguments: &[&str], code: i32) -> Value {
        let output = self.served.doorward(&[arguments, &["--json"]].concat());
        assert_eq!(output.status.code(), Some(code), "{arguments:?} {output:?}");
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error} {output:?}"))
    }

    /// Runs `doorward ...` for people, which has to succeed.
    pub fn told(&self, arguments: &[&str]) -> String {
        let output = self.served.doorward(arguments);
        assert!(output.status.success(), "{arguments:?} {output:?}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// Runs `doorward ...`, which has to be refused; gives all that it printed.
    pub fn refused(&self, arguments: &[&str]) -> String {
        let output = self.served.doorward(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?} {output:?}");
        printed(&output)
    }

    /// `doorward key self-revoke` with that text on standard input.
    pub fn self_revoke(&self, secret: &str) -> Output {
        let mut child = Command::new(binary("doorward"))
            .args(["key", "self-revoke", "--issuer", &self.served.issuer])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("doorward runs");
        let mut input = child.stdin.take().expect("its input is piped");
        input.write_all(secret.as_bytes()).expect("it reads");
        drop(input);
        child.wait_with_output().expect("doorward ends")
    }

    /// A file with one JSON object a line.
    pub fn lines(&self, name: &str, items: &[Value]) -> PathBuf {
        let text: String = items.iter().map(|item| format!("{item}\n")).collect();
        self.installation.file(name, &text)
    }

    /// What the audit has about an id, the oldest first.
    pub fn events(&self, target: &str) -> Vec<Value> {
        let tail = self
            .served
            .ask("GET", "/admin/v1/audit/tail?limit=1000", None);
        let entries = tail["entries"].as_array().expect("entries").iter();
        let events = entries.filter(|entry| entry["kind"] == "event");
        let records = events.map(|entry| entry["record"].clone());
        let mut records: Vec<Value> = records
            .filter(|record| record["target"] == target)
            .collect();
        let at = |record: &Value| record["at"].as_str().map(str::to_owned);
        records.sort_by_key(at);
        records
    }
}

/// The status of a request for the forecast at that gate, and its id.
pub fn ask(gate: &str, secret: &str) -> (u16, String) {
    ask_for(&format!("{gate}/v1/forecast"), secret)
}

/// The same at any address.
pub fn ask_for(url: &str, secret: &str) -> (u16, String) {
    let request = http().get(url);
    let reply = request.header("X-API-Key", secret).send();
    let reply = reply.expect("the gate answers");
    let status = reply.status().as_u16();
    let request_id = reply.headers()["x-request-id"].to_str().expect("text");
    let request_id = request_id.to_owned();
    let body = reply.text().expect("text");
    assert!(!body.contains(secret), "the answer repeats the key");
    if status == 401 {
        // One reason for whatever is wrong with a key.
        let problem: Value = serde_json::from_str(&body).expect("a problem");
        assert_eq!(problem["reason"], "api_key_invalid", "{body}");
    }
    (status, request_id)
}

/// A field that is a text.
pub fn text(value: &Value, field: &str) -> String {
    let text = value[field].as_str();
    text.unwrap_or_else(|| panic!("{field} in {value}"))
        .to_owned()
}

/// All that a command printed.
pub fn printed(output: &Output) -> String {
    let of = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}", of(&output.stdout), of(&output.stderr))
}
