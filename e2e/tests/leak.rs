//! `doorward leak report` and the partner's path, against a whole process.
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

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use credential::CredentialKind;
use e2e::installed::Installation;
use e2e::{Process, binary, http};
use serde_json::{Value, json};
use snapshot::{CredentialRef, Seen, Usage, UsageReport};
use store::Store as _;
use store_sqlite::{Options, SqliteStore};

const INVENTORY: &str = r#"
[api.reports]
audience = "https://api.example.com/reports"
upstream = "http://127.0.0.1:9"
owner = "team-reports"
surface = "reporting"
revoker = "reports-oncall"

[[api.reports.endpoint]]
id = "reports.list"
match = "GET /v1/reports"
caller = "service"
authority = "own"
data = "own"
exposure = "internal"
consequence = "read"
scopes = ["read:reports"]
"#;

/// A server whose whole log is kept, in a file.
struct House {
    installation: Installation,
    log: PathBuf,
    process: Option<Process>,
    gate: String,
    admin: String,
}

impl House {
    fn new(section: &str) -> Self {
        let installation = Installation::new();
        installation.configure(section);
        std::fs::write(installation.home().join("github.json"), GITHUB_KEYS).unwrap();
        Self::over(installation)
    }

    /// Its gate believes a proxy on this machine about who calls.
    fn behind_a_proxy() -> Self {
        let installation = Installation::new();
        let text = std::fs::read_to_string(&installation.config).unwrap();
        let proxies = "[gate]\ntrusted_proxies = [\"127.0.0.1/32\"]\n";
        let text = text.replacen("[gate]\n", proxies, 1);
        assert!(text.contains(proxies));
        std::fs::write(&installation.config, text).unwrap();
        Self::over(installation)
    }

    fn over(installation: Installation) -> Self {
        let log = installation.file("log", "");
        let mut house = Self {
            installation,
            log,
            process: None,
            gate: String::new(),
            admin: String::new(),
        };
        house.serve();
        house
    }

    fn serve(&mut self) {
        let begun = self.log_text().len();
        let log = std::fs::OpenOptions::new().append(true).open(&self.log);
        self.process = Some(Process::start(
            Command::new(binary("doorward"))
                .args(["serve", "--config"])
                .arg(&self.installation.config)
                .env("DOORWARD_LOG", "debug")
                .stderr(Stdio::from(log.unwrap())),
        ));
        let deadline = Instant::now() + Duration::from_secs(60);
        let address = |text: &str, role: &str| {
            let lines = text
                .lines()
                .filter_map(|line| serde_json::from_str(line).ok());
            let mut lines = lines.filter(|line: &Value| line["fields"]["role"] == role);
            lines.find_map(|line| Some(format!("http://{}", line["fields"]["address"].as_str()?)))
        };
        while Instant::now() < deadline {
            let text = self.log_text();
            let text = &text[begun..];
            if let (Some(gate), Some(admin)) = (address(text, "gate"), address(text, "admin")) {
                (self.gate, self.admin) = (gate, admin);
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the roles do not listen: {}", self.log_text());
    }

    fn stop(&mut self) {
        let mut process = self.process.take().unwrap();
        process.signal("TERM");
        assert!(process.ended().success());
    }

    fn log_text(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    fn doorward(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = Command::new(binary("doorward"))
            .args(arguments)
            .env("DOORWARD_ADMIN", &self.admin)
            .env("DOORWARD_OPERATOR_TOKEN", &self.installation.operator_token)
            .env("NO_COLOR", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that does not read its input may have ended already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// A new API key: its id and its text.
    fn api_key(&self) -> (String, String) {
        let inventory = self.installation.file("applied.toml", INVENTORY);
        self.doorward(&["inventory", "apply", inventory.to_str().unwrap()], "");
        let arguments = "key create --json --organisation acme --owner team-reports \
            --purpose nightly --revoker reports-oncall --scope read:reports \
            --audience https://api.example.com/reports --expires-in 30d";
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        let created = told(&self.doorward(&arguments, ""));
        let text = |name: &str| created[name].as_str().unwrap().to_owned();
        (text("id"), text("secret"))
    }

    /// Whether the gate lets the key through; nobody listens upstream.
    fn passes(&self, secret: &str) -> bool {
        let request = http().get(format!("{}/v1/reports", self.gate));
        let status = request.header("x-api-key", secret).send().unwrap().status();
        assert!([401, 502, 503].contains(&status.as_u16()), "{status}");
        status != 401
    }

    fn status(&self, id: &str) -> Value {
        told(&self.doorward(&["key", "show", id, "--json"], ""))["status"].clone()
    }

    /// Whether a text stands anywhere in what the server keeps.
    fn keeps(&self, text: &str) -> bool {
        fn holds(path: &Path, text: &[u8]) -> bool {
            if path.is_dir() {
                let mut entries = std::fs::read_dir(path).unwrap();
                return entries.any(|entry| holds(&entry.unwrap().path(), text));
            }
            let bytes = std::fs::read(path).unwrap();
            bytes.windows(text.len()).any(|window| window == text)
        }
        holds(self.installation.home(), text.as_bytes()) || self.log_text().contains(text)
    }
}

fn told(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// The secret part alone: what must never stand anywhere.
fn tail(secret: &str) -> &str {
    secret.rsplit('_').next().unwrap()
}

fn says_nothing_of(output: &Output, secret: &str) {
    for stream in [&output.stdout, &output.stderr] {
        let text = String::from_utf8_lossy(stream);
        assert!(!text.contains(tail(secret)), "{text}");
    }
}

/// What gates would have reported: three networks, the last one odd.
async fn use_from_three_networks(path: &Path, id: &str) {
    let store = SqliteStore::open(path, &Options::default()).unwrap();
    let begin = base::Timestamp::from_unix_seconds(1_790_000_000).unwrap();
    let report = |network: &str, day: u64, requests| {
        let seen = Seen {
            first_at: begin.after(Duration::from_secs(day * 86_400)),
            last_at: begin.after(Duration::from_secs((day + 1) * 86_400)),
            requests,
        };
        let mut usage = Usage {
            seen: Some(seen),
            ..Usage::default()
        };
        usage.networks.insert(network.parse().unwrap(), seen);
        UsageReport {
            credential: CredentialRef {
                kind: CredentialKind::ApiKey,
                id: id.to_owned(),
            },
            usage,
        }
    };
    let reports = vec![
        report("192.0.2.0/24", 0, 900),
        report("198.51.100.0/24", 2, 50),
        report("203.0.113.0/24", 20, 7),
    ];
    store.record_usage(reports).await.unwrap();
}

#[test]
fn a_dry_run_names_key_and_networks_and_a_report_cuts_it_off() {
    let mut house = House::new("");
    let (id, secret) = house.api_key();
    house.stop();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(use_from_three_networks(&house.installation.store(), &id));
    house.serve();
    assert!(house.passes(&secret));

    let line = format!("2027-01-01 curl -H 'X-API-Key: {secret}'\n");
    let dry = ["leak", "report", "-", "--dry-run", "--json"];
    let output = house.doorward(&dry, &line);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    says_nothing_of(&output, &secret);
    let found = &told(&output)["found"][0];
    assert_eq!(found["id"], *id);
    assert_eq!(found["done"], "revoked");
    let networks = found["use"]["networks"].as_array().unwrap();
    let names: Vec<_> = networks
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"]);
    assert_eq!(found["use"]["first_odd"]["name"], "203.0.113.0/24");
    assert!(house.passes(&secret), "a dry run leaves everything");
    assert_eq!(house.status(&id), "active");

    // The argument, and in words.
    let place = ["--where", "https://git.example/acme/app"];
    let output = house.doorward(&[&["leak", "report", &secret][..], &place].concat(), "");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    says_nothing_of(&output, &secret);
    let text = String::from_utf8_lossy(&output.stdout);
    for part in [
        id.as_str(),
        "It was revoked.",
        "The gate refuses it",
        "192.0.2.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "1 endpoint: 1 read",
        "team-reports",
        "reports-oncall",
        "doorward key create --organisation acme",
        "https://git.example/acme/app",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!house.passes(&secret), "the next request is refused");
    assert_eq!(house.status(&id), "revoked");

    // The command that makes another one runs as it stands.
    let command = text
        .lines()
        .map(str::trim)
        .find(|line| line.starts_with("doorward key create"));
    let command = command.unwrap().replacen("doorward", "\"$0\"", 1);
    let created = Command::new("sh")
        .args(["-c", &command])
        .arg(binary("doorward"))
        .env("DOORWARD_ADMIN", &house.admin)
        .env(
            "DOORWARD_OPERATOR_TOKEN",
            &house.installation.operator_token,
        )
        .output()
        .unwrap();
    assert!(created.status.success(), "{created:?}");

    house.stop();
    assert!(!house.keeps(tail(&secret)), "the text stands nowhere");
    assert!(house.keeps(&id));
}

#[test]
fn what_is_none_of_ours_goes_nowhere_and_no_fault_repeats_the_string() {
    let house = House::new("");
    let (id, secret) = house.api_key();
    // No address is needed for it: nothing is sent.
    let output = Command::new(binary("doorward"))
        .args(["leak", "report", "ghp_0123456789", "--json"])
        .env_remove("DOORWARD_ADMIN")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(told(&output)["found"], json!([]));
    assert!(!String::from_utf8_lossy(&output.stdout).contains("ghp_"));

    let nowhere = Command::new(binary("doorward"))
        .args(["leak", "report", &secret])
        .env("DOORWARD_ADMIN", "http://127.0.0.1:1")
        .env("DOORWARD_OPERATOR_TOKEN", "dwa_test_none")
        .output()
        .unwrap();
    let mut outputs = vec![nowhere];
    for arguments in [
        &["leak", "report", "--text", &secret][..],
        &["leak", "report", &format!("--{secret}")],
        &["leak", &secret],
        &["leak", "reprt", &secret],
        &[
            "leak",
            "report",
            &secret,
            "--dry-run",
            &format!("--json={secret}"),
        ],
        &["leak", "report", &secret, "--dry-run", "--where", &secret],
        &["leak", "report", &secret, "--dry-run", "--where", ""],
    ] {
        outputs.push(house.doorward(arguments, ""));
    }
    for output in outputs {
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        says_nothing_of(&output, &secret);
    }
    assert_eq!(house.status(&id), "active");
    assert!(house.passes(&secret));
}

#[test]
fn the_networks_that_the_gate_saw_are_named() {
    let house = House::behind_a_proxy();
    let (id, secret) = house.api_key();
    for caller in ["192.0.2.7", "198.51.100.9", "2001:db8::1"] {
        let request = http().get(format!("{}/v1/reports", house.gate));
        let request = request.header("x-api-key", &secret);
        let request = request.header("x-forwarded-for", caller);
        let request = request.header("x-forwarded-proto", "https");
        assert_ne!(request.send().unwrap().status(), 401);
    }
    let expected = ["192.0.2.0/24", "198.51.100.0/24", "2001:db8::/48"];
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let output = house.doorward(&["leak", "report", "-", "--dry-run", "--json"], &secret);
        let found = told(&output)["found"][0].clone();
        assert_eq!(found["id"], *id);
        let networks = found["use"]["networks"].as_array().unwrap();
        let mut names: Vec<_> = networks
            .iter()
            .filter_map(|one| one["name"].as_str())
            .collect();
        names.sort_unstable();
        if names == expected {
            assert_eq!(found["use"]["first_odd"]["kind"], "too_young");
            assert_eq!(found["use"]["first_odd"]["requests_at_least"], 3);
            return;
        }
        // The gate reports in batches.
        assert!(Instant::now() < deadline, "{found}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// The keys of GitHub and a message that it signed, as they stand in the tests
/// of public implementations.
const GITHUB_KEYS: &str = r#"{"public_keys":[{"key_identifier":"90a421169f0a406205f1563a953312f0be898d3c7b6c06b681aa86a874555f4a","key":"-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE9MJJHnMfn2+H4xL4YaPDA4RpJqUq\nkCmRCBnYERxZanmcpzQSXs1X/AljlKkbJ8qpVIW4clayyef9gWhFbNHWAA==\n-----END PUBLIC KEY-----\n","is_current":true}]}"#;
const GITHUB_KEY_ID: &str = "90a421169f0a406205f1563a953312f0be898d3c7b6c06b681aa86a874555f4a";
const GITHUB_MESSAGE: &str = "[{\"type\":\"github_oauth_token\",\"token\":\"cb4985f91f740272c0234202299f43808034d7f5\",\"url\":\" https://github.com/github/faketestrepo/blob/b0dd59c0b500650cacd4551ca5989a6194001b10/production.env\"}]";
const GITHUB_SIGNATURE: &str = "MEQCIAfgjgz6Ou/3DXMYZBervz1TKCHFsvwMcbuJhNZse622AiAG86/cku2XdcmFWNHl2WSJi2fkE8t+auvB24eURaOd2A==";

#[test]
fn a_message_that_github_signed_is_answered_and_any_other_is_not() {
    let mut house = House::new("\n[leak.github]\nkeys = \"file:github.json\"\n");
    let post = |house: &House, body: &'static str, signature: &str| {
        http()
            .post(format!("{}/leak/v1/github", house.admin))
            .header("content-type", "application/json")
            .header("Github-Public-Key-Identifier", GITHUB_KEY_ID)
            .header("Github-Public-Key-Signature", signature)
            .body(body)
            .send()
            .unwrap()
    };
    let reply = post(&house, GITHUB_MESSAGE, GITHUB_SIGNATURE);
    assert_eq!(reply.status(), 200);
    let answer: Value = reply.json().unwrap();
    assert_eq!(answer[0]["label"], "false_positive");
    assert_eq!(answer[0]["token_type"], "github_oauth_token");
    assert_eq!(answer[0]["token_hash"].as_str().unwrap().len(), 64);
    assert_eq!(answer[0].get("token_raw"), None);
    assert_eq!(post(&house, "[]", GITHUB_SIGNATURE).status(), 403);
    assert_eq!(post(&house, GITHUB_MESSAGE, "").status(), 403);
    house.stop();
    assert!(!house.keeps("cb4985f91f740272c0234202299f43808034d7f5"));
}
