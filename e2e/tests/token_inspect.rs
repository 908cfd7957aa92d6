//! `doorward token inspect`, against the demo.
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
use std::process::{Command, Output, Stdio};

use e2e::forge::{Signer, encode};
use e2e::installed::{Installation, Served};
use e2e::{binary, http};
use serde_json::{Value, json};

const AUDIENCE: &str = "https://api.example.com/reports";

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
caller = "partner"
authority = "own"
data = "own"
exposure = "public"
consequence = "read"
scopes = ["read:reports"]
"#;

struct House {
    installation: Installation,
    served: Served,
    client_id: String,
    token: String,
}

impl House {
    fn new() -> Self {
        let installation = Installation::new();
        let served = installation.serve();
        let inventory = installation.file("applied.toml", INVENTORY);
        let output = served.doorward(&["inventory", "apply", inventory.to_str().unwrap()]);
        assert!(output.status.success(), "{output:?}");
        let client = served.ask(
            "POST",
            "/admin/v1/client",
            Some(&json!({
                "organisation": "acme", "owner": "acme-integrations", "purpose": "reports",
                "revoker": "partners-oncall", "scopes": ["read:reports"],
                "audiences": [AUDIENCE], "expires_in": "30d",
            })),
        );
        let client_id = client["client_id"].as_str().unwrap().to_owned();
        let answer: Value = http()
            .post(format!("{}/oauth2/token", served.issuer))
            .basic_auth(&client_id, client["client_secret"].as_str())
            .form(&[
                ("grant_type", "client_credentials"),
                ("scope", "read:reports"),
            ])
            .send()
            .unwrap()
            .json()
            .unwrap();
        let token = answer["access_token"].as_str().unwrap().to_owned();
        Self {
            installation,
            served,
            client_id,
            token,
        }
    }

    /// Runs it with the token on standard input; the admin API is known.
    fn inspect(&self, token: &str, arguments: &[&str]) -> Output {
        let admin = [
            ("DOORWARD_ADMIN", self.served.admin.as_str()),
            (
                "DOORWARD_OPERATOR_TOKEN",
                self.installation.operator_token.as_str(),
            ),
        ];
        inspect(token, arguments, &admin)
    }
}

fn inspect(token: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let home = tempfile::tempdir().unwrap();
    let mut child = Command::new(binary("doorward"))
        .args(["token", "inspect"])
        .args(arguments)
        .env_remove("DOORWARD_ADMIN")
        .env_remove("DOORWARD_OPERATOR_TOKEN")
        .env_remove("DOORWARD_CONTEXT")
        .env("HOME", home.path())
        .env("XDG_CONFIG_HOME", home.path())
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may have refused before it read.
    let _ = child.stdin.take().unwrap().write_all(token.as_bytes());
    let output = child.wait_with_output().unwrap();
    let told = told(&output);
    if let Some((_, signature)) = token.trim().rsplit_once('.')
        && signature.len() > 16
    {
        assert!(!told.contains(signature), "the signature is shown: {told}");
    }
    assert!(
        token.len() < 40 || !told.contains(token.trim()),
        "echoed: {told}"
    );
    assert!(!told.contains('\u{1b}'), "colour in a pipe: {told}");
    output
}

fn told(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[track_caller]
fn says(output: &Output, code: i32, words: &[&str]) {
    let told = told(output);
    assert_eq!(output.status.code(), Some(code), "{told}");
    for word in words {
        assert!(told.contains(word), "{word:?} in {told}");
    }
}

#[test]
fn a_running_doorward_judges_a_token_as_its_gate_does() {
    let house = House::new();
    let good = house.inspect(&house.token, &["-"]);
    says(
        &good,
        0,
        &[
            "ACCEPTED, judged by http://127.0.0.1:",
            "signature       good\nstill accepted  yes",
            "revocation     passed",
            "aud        https://api.example.com/reports",
        ],
    );
    let padded = house.inspect(&format!("\n {}\n", house.token), &["--audience", AUDIENCE]);
    says(&padded, 0, &["audience       passed"]);
    let other = ["--audience", "https://other.example.com"];
    let elsewhere = house.inspect(&house.token, &other);
    says(
        &elsewhere,
        2,
        &[
            "REFUSED (token_audience)",
            "signature       good",
            "still accepted  no",
        ],
    );
    // Somebody else's signature, and claims that nobody would sign.
    let segments: Vec<&str> = house.token.split('.').collect();
    let forged = Signer::p256().literal(&format!("{}.{}", segments[0], segments[1]));
    says(
        &house.inspect(&forged, &[]),
        2,
        &[
            "REFUSED (token_signature)",
            "signature       not good",
            "still accepted  no",
        ],
    );
    let output = house
        .served
        .doorward(&["client", "revoke", &house.client_id, "--reason", "x"]);
    assert!(output.status.success(), "{output:?}");
    let revoked = house.inspect(&house.token, &[]);
    says(
        &revoked,
        2,
        &[
            "REFUSED (client_revoked)",
            "signature       good\nstill accepted  no: ",
            "client_status  FAILED",
            "revocation     not reached",
        ],
    );
    let document: Value =
        serde_json::from_slice(&house.inspect(&house.token, &["--json"]).stdout).unwrap();
    assert_eq!(document["verified"], true);
    assert_eq!(document["signature"], "good");
    assert_eq!(document["still_accepted"], false);
    assert_eq!(document["inspection"]["rule"], "client_revoked");
    assert_eq!(document["says"]["claims"]["client_id"], *house.client_id);
}

#[test]
fn a_key_set_judges_what_keys_can_say() {
    let house = House::new();
    let address = format!("{}/.well-known/jwks.json", house.served.issuer);
    let text = http().get(&address).send().unwrap().text().unwrap();
    let file = house.installation.file("jwks.json", &text);
    let file = file.to_str().unwrap();
    for place in [file, &address] {
        let output = inspect(&house.token, &["--key-set", place], &[]);
        says(
            &output,
            0,
            &["ACCEPTED, judged by the keys of", "whether it was revoked"],
        );
    }
    for (arguments, rule) in [
        (&["--issuer", "https://other.test"][..], "token_issuer"),
        (&["--audience", "https://other.test"], "token_audience"),
        (&["--type", "JWT"], "token_type"),
        (&["--algorithm", "RS256"], "token_algorithm"),
    ] {
        let arguments = [&["--key-set", file], arguments].concat();
        let output = inspect(&house.token, &arguments, &[]);
        says(&output, 2, &[&format!("REFUSED ({rule})")]);
    }
    let strange = Signer::p256().jwk();
    let strange = house
        .installation
        .file("strange.json", &json!({"keys": [strange]}).to_string());
    let output = inspect(&house.token, &["--key-set", strange.to_str().unwrap()], &[]);
    says(&output, 2, &["REFUSED (token_", "signature       not good"]);
    // What cannot judge is a fault, not a verdict.
    let private = house
        .installation
        .file("private.json", r#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#);
    for place in [
        "nowhere.json",
        "http://keys.example.com/jwks",
        private.to_str().unwrap(),
        house.installation.config.to_str().unwrap(),
    ] {
        says(
            &inspect(&house.token, &["--key-set", place], &[]),
            1,
            &["fix:"],
        );
    }
}

#[test]
fn what_nobody_verified_says_so_first() {
    let escape = r#"{"iss":"https://evil.test","sub":"a\u001b]0;x\u0007b","x":"\u202e"}"#;
    let token = format!(
        "{}.{}.{}",
        encode(r#"{"alg":"none"}"#),
        encode(escape),
        "A".repeat(86)
    );
    let output = inspect(&token, &["-"], &[]);
    says(
        &output,
        3,
        &[
            "signature       not checked",
            "still accepted  not checked",
            "https://evil.test",
        ],
    );
    let first = told(&output).lines().next().unwrap().to_owned();
    assert!(first.starts_with("UNVERIFIED"), "{first}");
    assert!(!told(&output).contains(['\u{7}', '\u{202e}']));
    let json = inspect(&token, &["--json"], &[]);
    let document: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(document["verified"], false);
    assert_eq!(document["signature"], Value::Null);
    for rubbish in [
        "",
        "x",
        "a.b.c",
        "\u{0}\u{1}",
        &".".repeat(9000),
        &"x".repeat(200_000),
    ] {
        says(
            &inspect(rubbish, &[], &[]),
            3,
            &["UNVERIFIED", "cannot be read"],
        );
    }
}

#[test]
fn another_secret_is_named_and_goes_nowhere() {
    let house = House::new();
    let operator = house.installation.operator_token.clone();
    says(
        &house.inspect(&operator, &[]),
        2,
        &["operator token", "sent nowhere"],
    );
    let key = "dw_live_k0123456789abcde_0123456789abcdefghijklmnopqrstuv";
    let output = house.inspect(key, &["--json"]);
    says(&output, 2, &["API key"]);
    assert!(!told(&output).contains("0123456789abcdefghij"));
}
