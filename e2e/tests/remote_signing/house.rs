//! A sandbox with two APIs: reports are signed by the default lane, and the
//! ledger by the sealed key that was there first.

use std::path::Path;
use std::process::Output;

use e2e::forge::decode;
use e2e::http;
use e2e::installed::{Installation, Served};
use e2e::raw::{Client, Upstream};
use reqwest::StatusCode;
use serde_json::{Value, json};

const INVENTORY: &str = r#"
[api.reports]
audience = "https://api.example.com/reports"
upstream = "{upstream}"
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

[api.ledger]
audience = "https://api.example.com/ledger"
upstream = "{upstream}"
owner = "team-ledger"
surface = "reporting"
revoker = "ledger-oncall"
token_algorithm = "ES256"

[[api.ledger.endpoint]]
id = "ledger.list"
match = "GET /v1/ledger"
caller = "partner"
authority = "own"
data = "own"
exposure = "public"
consequence = "read"
scopes = ["read:ledger"]
"#;

/// The scope and the path of an API.
pub(crate) type Api = (&'static str, &'static str);

/// Signed by the default lane.
pub(crate) const REPORTS: Api = ("read:reports", "/v1/reports");
/// Signed by the lane ES256, whichever is the default.
pub(crate) const LEDGER: Api = ("read:ledger", "/v1/ledger");

pub(crate) struct House {
    pub(crate) installation: Installation,
    served: Served,
    client: (String, String),
    _upstream: Upstream,
}

impl House {
    /// Serves `installation`, with these variables.
    pub(crate) fn furnished(installation: Installation, variables: &[(&str, &Path)]) -> Self {
        let served = installation.serve_with(variables);
        let upstream = Upstream::start();
        let inventory = INVENTORY.replace("{upstream}", &upstream.url());
        let inventory = installation.file("applied.toml", &inventory);
        let output = served.doorward(&["inventory", "apply", inventory.to_str().unwrap()]);
        assert!(output.status.success(), "{output:?}");
        let asked = json!({
            "organisation": "acme", "owner": "acme-integrations", "purpose": "reports",
            "revoker": "partners-oncall", "scopes": [REPORTS.0, LEDGER.0],
            "audiences": ["https://api.example.com/reports", "https://api.example.com/ledger"],
            "expires_in": "30d",
        });
        let client = served.ask("POST", "/admin/v1/client", Some(&asked));
        let text = |name: &str| client[name].as_str().unwrap().to_owned();
        Self {
            client: (text("client_id"), text("client_secret")),
            _upstream: upstream,
            installation,
            served,
        }
    }

    /// Ends the process and starts it once more.
    pub(crate) fn restart(self, variables: &[(&str, &Path)]) -> Self {
        drop(self.served);
        let served = self.installation.serve_with(variables);
        Self { served, ..self }
    }

    fn signing_key(&self, arguments: &[&str]) -> Output {
        let arguments = [&["signing-key"], arguments, &["--json"]].concat();
        self.served.doorward(&arguments)
    }

    /// What the operator asks for is done; the keys after it.
    #[track_caller]
    pub(crate) fn keys(&self, arguments: &[&str]) -> Vec<Value> {
        let output = self.signing_key(arguments);
        assert!(output.status.success(), "{output:?}");
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        told["items"].as_array().unwrap().clone()
    }

    /// It is refused, for a reason that says all of `words`; nothing changes.
    #[track_caller]
    pub(crate) fn refuses(&self, arguments: &[&str], words: &[&str]) {
        let before = self.keys(&["list"]);
        let output = self.signing_key(arguments);
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        for word in words {
            assert!(said.contains(word), "{arguments:?}: {word}: {said}");
        }
        assert_eq!(self.keys(&["list"]), before, "{arguments:?}");
    }

    /// What the token endpoint answers to our client.
    pub(crate) fn ask(&self, api: Api) -> (StatusCode, Value) {
        let answer = http()
            .post(format!("{}/oauth2/token", self.served.issuer))
            .basic_auth(&self.client.0, Some(&self.client.1))
            .form(&[("grant_type", "client_credentials"), ("scope", api.0)])
            .send()
            .unwrap();
        (answer.status(), answer.json().unwrap())
    }

    /// A token, which the gate accepts.
    #[track_caller]
    pub(crate) fn token(&self, api: Api) -> String {
        let (status, answer) = self.ask(api);
        assert_eq!(status, 200, "{answer}");
        let token = answer["access_token"].as_str().unwrap().to_owned();
        self.accepts(api, &token);
        token
    }

    #[track_caller]
    pub(crate) fn accepts(&self, api: Api, token: &str) {
        let mut gate = Client::new(&self.served.gate);
        let reply = gate.send(format!(
            "GET {} HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer {token}\r\n\r\n",
            api.1
        ));
        assert_eq!(reply.status, 200, "{}", reply.text());
    }

    /// Asked for a token, the issuer says that it has none now, and records none.
    #[track_caller]
    pub(crate) fn issues_nothing(&self, api: Api) {
        let before = self.issued();
        let (status, answer) = self.ask(api);
        assert_eq!(status, 503, "{answer}");
        assert_eq!(answer["error"], "temporarily_unavailable", "{answer}");
        let said = answer["error_description"].as_str().unwrap();
        assert!(said.contains("could not be signed"), "{answer}");
        assert!(answer.get("access_token").is_none());
        assert_eq!(self.issued(), before, "the audit has no token");
    }

    /// How many tokens the audit says were issued.
    pub(crate) fn issued(&self) -> usize {
        let output = self.audit();
        output.matches("token_issued").count()
    }

    /// The audit, as `doorward audit tail` gives it.
    pub(crate) fn audit(&self) -> String {
        let arguments = ["audit", "tail", "-n", "1000", "--json"];
        let output = self.served.doorward(&arguments);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The published key of this id.
    pub(crate) fn published(&self, key_id: &str) -> Option<Value> {
        let url = format!("{}/.well-known/jwks.json", self.served.issuer);
        let set: Value = http().get(url).send().unwrap().json().unwrap();
        let keys = set["keys"].as_array().unwrap();
        keys.iter().find(|key| key["kid"] == key_id).cloned()
    }
}

/// The id of the one key of this lane in this stage.
#[track_caller]
pub(crate) fn id(keys: &[Value], lane: &str, stage: &str) -> String {
    let found = keys
        .iter()
        .filter(|key| key["algorithm"] == lane && key["stage"] == stage);
    let found: Vec<&Value> = found.collect();
    let [key] = found.as_slice() else {
        panic!("{lane} {stage}: {keys:?}");
    };
    key["key_id"].as_str().unwrap().to_owned()
}

/// The algorithm and the key id in a token's header.
pub(crate) fn signed_by(token: &str) -> (String, String) {
    let header: Value = serde_json::from_slice(&decode(token.split('.').next().unwrap())).unwrap();
    let text = |name: &str| header[name].as_str().unwrap().to_owned();
    (text("alg"), text("kid"))
}
