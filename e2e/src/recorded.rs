//! The demo with another inventory, in front of a recording upstream.

use super::Demo;
use super::raw::{Client, Exchange, Reply, Seen, Upstream};

/// Weak and strong endpoints side by side, behind one upstream. The demo's
/// key is for `weather`, its client for `reports` and `payments`.
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

[[api.weather.endpoint]]
id = "weather.upload"
match = "POST /v1/forecast"
caller = "service"
authority = "own"
data = "own"
exposure = "public"
consequence = "write"
scopes = ["read:forecast"]

[[api.weather.endpoint]]
id = "weather.city"
match = "GET /v1/city/{city}/forecast"
caller = "service"
authority = "own"
data = "own"
exposure = "public"
consequence = "read"
scopes = ["read:forecast"]

[api.site]
audience = "https://api.example.com/site"
upstream = "{upstream}"
owner = "team-site"
surface = "site"
revoker = "site-oncall"

[[api.site.endpoint]]
id = "site.public"
match = "GET /public"
caller = "anyone"
authority = "own"
data = "public"
exposure = "public"
consequence = "read"

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

[[api.reports.endpoint]]
id = "reports.admin"
match = "GET /admin"
caller = "service"
authority = "own"
data = "admin"
exposure = "internal"
consequence = "sensitive"
scopes = ["admin:reports"]

[[api.reports.endpoint]]
id = "reports.delete"
match = "DELETE /v1/reports"
caller = "partner"
authority = "own"
data = "own"
exposure = "public"
consequence = "irreversible"
scopes = ["admin:reports"]

[api.payments]
audience = "https://api.example.com/payments"
upstream = "{upstream}"
owner = "team-payments"
surface = "payments"
revoker = "payments-oncall"

[[api.payments.endpoint]]
id = "payments.create"
match = "POST /v1/payments"
caller = "partner"
authority = "own"
data = "money"
exposure = "public"
consequence = "write"
scopes = ["write:payments"]
"#;

/// A demo whose upstream records.
pub struct Recorded {
    /// The demo.
    pub demo: Demo,
    /// What is behind its gate.
    pub upstream: Upstream,
    gate: Client,
}

impl Recorded {
    /// One whose upstream says `ok`.
    pub fn start() -> Self {
        Self::before(Upstream::start())
    }

    /// One with that upstream.
    pub fn before(upstream: Upstream) -> Self {
        let demo = Demo::start();
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("inventory.toml");
        std::fs::write(&path, INVENTORY.replace("{upstream}", &upstream.url())).expect("a file");
        let path = path.to_str().expect("a path in UTF-8");
        let output = demo.doorward(&["inventory", "apply", path]);
        assert!(output.status.success(), "{output:?}");
        let gate = Client::new(demo.text("/gate"));
        Self {
            demo,
            upstream,
            gate,
        }
    }

    /// `Host` and the demo's API key, as header lines.
    pub fn with_key(&self) -> String {
        format!(
            "{}X-API-Key: {}\r\n",
            self.host(),
            self.demo.text("/api_key/secret")
        )
    }

    /// `Host` and a fresh token, as header lines.
    pub fn with_token(&self, scope: &str) -> String {
        format!(
            "{}Authorization: Bearer {}\r\n",
            self.host(),
            self.demo.token(scope)
        )
    }

    /// `Host`, as a header line.
    pub fn host(&self) -> String {
        format!(
            "Host: {}\r\n",
            super::raw::address_of(self.demo.text("/gate"))
        )
    }

    /// Sends one request without a body.
    pub fn send(&mut self, method: &str, target: &str, lines: &str) -> Reply {
        self.gate
            .send(format!("{method} {target} HTTP/1.1\r\n{lines}\r\n"))
    }

    /// Sends these bytes on a connection of their own.
    pub fn exchange(&self, bytes: impl AsRef<[u8]>) -> Exchange {
        Exchange::of(self.demo.text("/gate"), bytes)
    }

    /// A good request passes, is seen once and as it was sent; gives what was
    /// seen of it.
    #[track_caller]
    pub fn control(&mut self) -> Seen {
        let before = self.upstream.count();
        let lines = self.with_key();
        let reply = self.send("GET", "/v1/forecast?city=Austin", &lines);
        assert_eq!(
            (reply.status, reply.body.as_slice()),
            (200, b"ok".as_slice()),
            "{}",
            reply.text()
        );
        assert_eq!(self.upstream.count(), before + 1);
        let seen = self.upstream.last();
        assert_eq!(seen.line(), "GET /v1/forecast?city=Austin HTTP/1.1");
        assert!(seen.body.is_empty());
        seen
    }
}
