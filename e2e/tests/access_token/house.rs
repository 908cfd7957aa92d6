//! An installation whose signing key the test has too, so that it can sign
//! what no issuer would.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use authority::signing_key::{Custody, SealingKey, SigningKeyRecord};
use e2e::forge::{Signer, encode};
use e2e::http;
use e2e::installed::{Installation, Served};
use e2e::raw::{Client, Reply, Upstream};
use serde_json::{Value, json};
use store::Read as _;
use store_sqlite::{Options, SqliteStore};

const ISSUER: &str = "http://127.0.0.1:7001";
pub const AUDIENCE: &str = "https://api.example.com/reports";

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

pub struct House {
    pub algorithm: String,
    pub signer: Signer,
    /// The same key as a PKCS#8 document.
    pub pkcs8: Vec<u8>,
    pub key_id: String,
    /// The published key.
    pub jwk: Value,
    /// Another installation's key, and its id.
    pub foreign: (Signer, String),
    pub client_id: String,
    pub client_secret: String,
    pub served: Served,
    pub installation: Installation,
    pub upstream: Upstream,
    /// Where a token may point to: nobody ever connects.
    pub collector: TcpListener,
    gate: RefCell<Client>,
    token_endpoint: reqwest::blocking::Client,
    /// A request id of each reason that was seen.
    denials: RefCell<BTreeMap<String, String>>,
    count: Cell<usize>,
    issued_before: std::cell::OnceCell<String>,
}

impl House {
    pub fn furnished(algorithm: &str) -> Self {
        let installation = installed(algorithm);
        let (signer, record, pkcs8) = signing_key(&installation);
        let (foreign, foreign_record, _) = signing_key(&installed(algorithm));
        let served = installation.serve();
        let upstream = Upstream::start();
        let inventory = installation.file(
            "applied.toml",
            &INVENTORY.replace("{upstream}", &upstream.url()),
        );
        let output = served.doorward(&["inventory", "apply", inventory.to_str().unwrap()]);
        assert!(output.status.success(), "{output:?}");
        let client = served.ask(
            "POST",
            "/admin/v1/client",
            Some(&json!({
                "organisation": "acme", "owner": "acme-integrations", "purpose": "reports",
                "revoker": "partners-oncall", "scopes": ["read:reports"], "audiences": [AUDIENCE],
                "expires_in": "30d",
            })),
        );
        let collector = TcpListener::bind("127.0.0.1:0").unwrap();
        collector.set_nonblocking(true).unwrap();
        let house = Self {
            algorithm: algorithm.to_owned(),
            signer,
            pkcs8,
            key_id: record.key_id.to_string(),
            jwk: serde_json::to_value(&record.public).unwrap(),
            foreign: (foreign, foreign_record.key_id.to_string()),
            client_id: client["client_id"].as_str().unwrap().to_owned(),
            client_secret: client["client_secret"].as_str().unwrap().to_owned(),
            gate: RefCell::new(Client::new(&served.gate)),
            token_endpoint: http(),
            served,
            installation,
            upstream,
            collector,
            denials: RefCell::default(),
            count: Cell::new(0),
            issued_before: std::cell::OnceCell::new(),
        };
        house.control();
        house
    }

    /// A good header.
    pub fn header(&self) -> Value {
        json!({"alg": self.algorithm, "typ": "at+jwt", "kid": self.key_id})
    }

    /// Good claims, fresh.
    pub fn claims(&self) -> Value {
        let now = now();
        json!({
            "iss": ISSUER, "sub": self.client_id, "aud": AUDIENCE,
            "exp": now + 300, "nbf": now, "iat": now, "jti": "t-1",
            "client_id": self.client_id, "scope": "read:reports", "org": "acme", "sv": 0,
        })
    }

    /// What the issuer itself gives.
    pub fn issued(&self) -> String {
        let answer: Value = self
            .token_endpoint
            .post(format!("{}/oauth2/token", self.served.issuer))
            .basic_auth(&self.client_id, Some(&self.client_secret))
            .form(&[
                ("grant_type", "client_credentials"),
                ("scope", "read:reports"),
            ])
            .send()
            .unwrap()
            .json()
            .unwrap();
        answer["access_token"]
            .as_str()
            .unwrap_or_else(|| panic!("{answer}"))
            .to_owned()
    }

    /// What the issuer gave when the house was furnished.
    pub fn issued_before(&self) -> &str {
        self.issued_before.get_or_init(|| self.issued())
    }

    /// Signed with the real key: good, unless header or claims are not.
    pub fn token(&self, header: impl ToString, claims: impl ToString) -> String {
        self.signer.token(header.to_string(), claims.to_string())
    }

    pub fn with_header(&self, header: impl ToString) -> String {
        self.token(header, self.claims())
    }

    pub fn with_claims(&self, claims: impl ToString) -> String {
        self.token(self.header(), claims)
    }

    /// The part of a token that is signed, with this header and good claims.
    pub fn signed(&self, header: impl ToString) -> String {
        format!(
            "{}.{}",
            encode(header.to_string()),
            encode(self.claims().to_string())
        )
    }

    /// Sends a token, whatever bytes it is made of.
    pub fn present(&self, token: impl AsRef<[u8]>) -> Reply {
        let head = format!(
            "GET /v1/reports HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer ",
            &self.served.gate[7..]
        );
        let request = [head.as_bytes(), token.as_ref(), b"\r\n\r\n"].concat();
        self.gate.borrow_mut().send(request)
    }

    /// An issued token and one made here pass and reach the upstream.
    #[track_caller]
    pub fn control(&self) {
        for token in [self.issued(), self.with_claims(self.claims())] {
            self.passes(&token);
        }
    }

    #[track_caller]
    pub fn passes(&self, token: &str) {
        let before = self.upstream.count();
        let reply = self.present(token);
        assert_eq!(
            (reply.status, self.upstream.count()),
            (200, before + 1),
            "{token}: {}",
            reply.text()
        );
    }

    /// Each token is refused as RFC 6750 section 3.1 says, for one of these
    /// reasons (any if none is named), between two controls.
    #[track_caller]
    pub fn refuses(&self, reasons: &[&str], tokens: impl IntoIterator<Item = String>) {
        self.control();
        let mut rows = 0;
        for token in tokens {
            self.refuses_one(reasons, &token);
            rows += 1;
        }
        assert!(rows > 0, "a table without rows");
        self.control();
    }

    #[track_caller]
    pub fn refuses_one(&self, reasons: &[&str], token: &str) {
        let before = self.upstream.count();
        let reply = self.present(token);
        let shown = format!("{:.300}: {}", token, reply.text());
        assert_eq!(reply.status, 401, "{shown}");
        let challenge = reply
            .header("www-authenticate")
            .unwrap_or_else(|| panic!("no challenge: {shown}"));
        assert!(
            challenge.starts_with("Bearer ") && challenge.contains("error=\"invalid_token\""),
            "{shown}"
        );
        let reason = reply.json()["reason"]
            .as_str()
            .unwrap_or_else(|| panic!("no reason: {shown}"))
            .to_owned();
        assert!(
            reasons.is_empty() || reasons.contains(&reason.as_str()),
            "{shown}"
        );
        self.check_answer(&reply, token);
        assert_eq!(
            self.upstream.count(),
            before,
            "it reached the upstream: {shown}"
        );
        let id = reply.header("x-request-id").unwrap().to_owned();
        self.denials.borrow_mut().entry(reason).or_insert(id);
        self.count.set(self.count.get() + 1);
    }

    /// RFC 6750 section 3.1: a credential that is no `b64token` may be called a
    /// malformed request or an invalid token: 400 or 401, and nothing else.
    #[track_caller]
    pub fn refuses_shape(&self, token: impl AsRef<[u8]>) {
        let token = token.as_ref();
        let before = self.upstream.count();
        let reply = self.present(token);
        let text = String::from_utf8_lossy(token);
        assert!(
            matches!(reply.status, 400 | 401),
            "{:.300}: {}",
            text,
            reply.text()
        );
        if reply.status == 401 {
            let challenge = reply.header("www-authenticate").unwrap();
            assert!(
                challenge.contains("error=\"invalid_token\""),
                "{:.300}: {}",
                text,
                reply.text()
            );
        }
        for part in text
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|part| part.len() > 16)
        {
            assert!(!reply.text().contains(part), "echoed: {}", reply.text());
        }
        assert_eq!(
            self.upstream.count(),
            before,
            "{text:.300} reached the upstream"
        );
    }

    #[track_caller]
    fn check_answer(&self, reply: &Reply, token: &str) {
        let text = reply.text();
        assert_eq!(
            reply.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(
            reply.header("x-request-id").map(str::len),
            Some(26),
            "{text}"
        );
        for part in token.split(['.', ' ']).filter(|part| part.len() > 16) {
            assert!(!text.contains(part), "the token is echoed: {text}");
        }
    }

    /// For one request of each reason: one decision in the audit, a denial
    /// with its rule, and nothing of the token.
    pub fn each_denial_was_recorded_once(&self) {
        let denials = self.denials.borrow();
        assert!(
            denials.len() > 10 && self.count.get() > 500,
            "{denials:?}, {}",
            self.count.get()
        );
        for (reason, id) in denials.iter() {
            let told = self.trace(id);
            let entries = told["entries"].as_array().unwrap();
            let [entry] = entries.as_slice() else {
                panic!("{reason}: {told}")
            };
            assert_eq!(entry["kind"], "decision", "{told}");
            assert_eq!(entry["record"]["verdict"], "denial", "{told}");
            assert_eq!(entry["record"]["reason"], reason.as_str(), "{told}");
            assert_eq!(entry["record"]["endpoint"], "reports.list", "{told}");
            assert!(
                entry["record"]["rule"]
                    .as_str()
                    .is_some_and(|rule| !rule.is_empty()),
                "{told}"
            );
            assert!(!told.to_string().contains("eyJ"), "{told}");
        }
        let output = self.served.doorward(&["audit", "verify"]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }

    /// What `doorward trace` says; a denial may be recorded a moment later.
    fn trace(&self, id: &str) -> Value {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let output = self.served.doorward(&["trace", id, "--json"]);
            if output.status.success() {
                return serde_json::from_slice(&output.stdout).unwrap();
            }
            assert!(Instant::now() < deadline, "no trace of {id}: {output:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// A place that a token may name.
    pub fn collector_url(&self) -> String {
        format!("http://{}/keys", self.collector.local_addr().unwrap())
    }

    pub fn nobody_was_called(&self) {
        let called = self.collector.accept().map(|(_, peer)| peer);
        assert_eq!(called.unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    }

    /// The most memory that the process has had so far, in KiB.
    pub fn peak_memory(&self) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.served.process.id())).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test outside the process has the wall clock alone"
)]
pub fn now() -> i64 {
    i64::try_from(
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs(),
    )
    .unwrap()
}

fn installed(algorithm: &str) -> Installation {
    Installation::with(&["--signing-algorithm", algorithm])
}

/// The active signing key, from a copy of the store.
fn signing_key(installation: &Installation) -> (Signer, SigningKeyRecord, Vec<u8>) {
    let copy = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(installation.store().parent().unwrap()).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
    }
    let store = SqliteStore::open(&copy.path().join("doorward.db"), &Options::default()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let ring = runtime.block_on(store.key_ring()).unwrap();
    let record = ring.find(&ring.active_ids()[0]).unwrap().clone();
    let Custody::Sealed(sealed) = &record.custody else {
        panic!("{:?}", record.custody);
    };
    let sealing_key =
        SealingKey::new(&key_file(&installation.home().join("secrets/sealing.key"))).unwrap();
    let private = sealing_key
        .open(sealed, &record.key_id, &record.environment)
        .unwrap();
    (
        Signer::from_pkcs8(record.algorithm.as_str(), &private),
        record,
        private.to_vec(),
    )
}

pub fn key_file(path: &Path) -> [u8; 32] {
    let digest: base::Digest = std::fs::read_to_string(path)
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    *digest.as_bytes()
}

/// `value` with a member set.
pub fn with(value: &Value, name: &str, member: impl Into<Value>) -> Value {
    let mut value = value.clone();
    value[name] = member.into();
    value
}

/// `value` without a member.
pub fn without(value: &Value, name: &str) -> Value {
    let mut value = value.clone();
    value.as_object_mut().unwrap().remove(name).unwrap();
    value
}

/// The JSON object with one more member behind, which may repeat a name.
pub fn appended(value: &Value, member: &str) -> String {
    let text = value.to_string();
    format!("{},{member}}}", text.strip_suffix('}').unwrap())
}

/// The same with the member in front.
pub fn prefixed(value: &Value, member: &str) -> String {
    let text = value.to_string();
    format!("{{{member},{}", text.strip_prefix('{').unwrap())
}
