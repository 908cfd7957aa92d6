//! An API key is exchanged for a short token (F184, F185, F186), in whole
//! processes: what the token opens, what ends it, and that the key stays here.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    missing_docs,
    reason = "a test may fail loudly"
)]

use e2e::forge::decode;
use e2e::http;
use e2e::installed::{Installation, Served};
use e2e::raw::Upstream;
use reqwest::blocking::RequestBuilder;
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

[[api.reports.endpoint]]
id = "reports.users"
match = "GET /v1/users"
caller = "service"
authority = "own"
data = "user"
exposure = "internal"
consequence = "read"
scopes = ["read:reports"]
"#;

/// A partner with a key for the reports.
struct Partner {
    served: Served,
    /// Holds the directory.
    _installation: Installation,
    id: String,
    key: String,
}

impl Partner {
    fn of(installation: Installation, upstream: &Upstream) -> Self {
        let served = installation.serve();
        let document = INVENTORY.replace("{upstream}", &upstream.url());
        let path = installation.file("inventory.toml", &document);
        let output = served.doorward(&["inventory", "apply", path.to_str().unwrap()]);
        assert!(output.status.success(), "{output:?}");
        let (id, key) = Self::new_key(&served);
        Self {
            served,
            _installation: installation,
            id,
            key,
        }
    }

    fn new_key(served: &Served) -> (String, String) {
        let request = json!({
            "organisation": "acme", "owner": "acme-it", "purpose": "nightly reports",
            "revoker": "partners-oncall", "scopes": ["read:reports"],
            "audiences": ["https://api.example.com/reports"], "expires_in": "30d",
        });
        let created = served.ask("POST", "/admin/v1/api_key", Some(&request));
        let text = |name: &str| created[name].as_str().unwrap().to_owned();
        (text("id"), text("secret"))
    }

    /// The status and the answer of a request to a token endpoint.
    fn ask(
        &self,
        listener: &str,
        form: &[(&str, &str)],
        with: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> (u16, Value) {
        let grant = [
            ("grant_type", "client_credentials"),
            ("scope", "read:reports"),
        ];
        let form: Vec<_> = grant.iter().chain(form).copied().collect();
        let request = http().post(format!("{listener}/oauth2/token")).form(&form);
        let reply = with(request).send().unwrap();
        (reply.status().as_u16(), reply.json().unwrap())
    }

    fn token_at(&self, listener: &str) -> String {
        let (status, answer) = self.ask(listener, &[], |request| {
            request.basic_auth(&self.id, Some(&self.key))
        });
        assert_eq!(status, 200, "{answer}");
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// The status and the answer of a call through the gate.
    fn call(&self, path: &str, token: &str) -> (u16, String) {
        let url = format!("{}{path}", self.served.gate);
        let reply = http().get(url).bearer_auth(token).send().unwrap();
        (reply.status().as_u16(), reply.text().unwrap())
    }

    fn audit(&self) -> String {
        let entries = self.served.ask("GET", "/admin/v1/audit/tail", None);
        entries.to_string()
    }
}

fn reason(body: &str) -> String {
    let body: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("{body}"));
    body["reason"].as_str().unwrap_or_default().to_owned()
}

/// RFC 6749 section 2.3.1 and section 4.4, and the two headers of a gate.
#[test]
fn a_partner_exchanges_its_key_and_the_key_stays_at_the_door() {
    let upstream = Upstream::start();
    let partner = Partner::of(Installation::new(), &upstream);
    let (id, key) = (partner.id.as_str(), partner.key.as_str());
    let issuer = partner.served.issuer.clone();
    let post = [("client_id", id), ("client_secret", key)];
    let scheme = format!("ApiKey {key}");
    let answers = [
        partner.ask(&issuer, &[], |request| request.basic_auth(id, Some(key))),
        partner.ask(&issuer, &post, |request| request),
        partner.ask(&issuer, &[], |request| {
            request.header("authorization", &scheme)
        }),
        partner.ask(&issuer, &[], |request| request.header("x-api-key", key)),
    ];
    for (status, answer) in &answers {
        assert_eq!(
            (*status, &answer["expires_in"]),
            (200, &json!(300)),
            "{answer}"
        );
        let token = answer["access_token"].as_str().unwrap();
        let claims: Value =
            serde_json::from_slice(&decode(token.split('.').nth(1).unwrap())).unwrap();
        assert_eq!(
            (claims["sub"].as_str(), claims["client_id"].as_str()),
            (Some(id), Some(id))
        );
        let (status, body) = partner.call("/v1/reports", token);
        assert_eq!(status, 200, "{body}");
        let seen = upstream.last();
        assert_eq!(seen.all("x-doorward-client"), [id]);
        assert_eq!(seen.all("x-doorward-owner"), ["acme-it"]);
        assert!(!seen.head.contains(key) && !seen.head.contains(token));
    }
    // Where a key is not enough, neither is what it was exchanged for.
    let token = partner.token_at(&issuer);
    let before = upstream.count();
    let (status, body) = partner.call("/v1/users", &token);
    assert_eq!(
        (status, reason(&body).as_str()),
        (401, "credential_kind_not_accepted")
    );
    assert!(body.contains("exchanged"), "{body}");
    // The raw key is told how.
    let (status, body) = partner.call("/v1/reports", key);
    assert_eq!(status, 401);
    assert!(
        body.contains("/oauth2/token") && !body.contains(key),
        "{body}"
    );
    assert_eq!(upstream.count(), before);
    // Two ways at once, and a browser.
    let (status, answer) = partner.ask(&issuer, &post, |request| request.header("x-api-key", key));
    assert_eq!((status, &answer["error"]), (400, &json!("invalid_request")));
    let (status, answer) = partner.ask(&issuer, &post, |request| {
        request.header("origin", "https://app.example.com")
    });
    assert_eq!((status, &answer["error"]), (401, &json!("invalid_client")));
    let audit = partner.audit();
    assert!(audit.contains("api_key_from_browser") && audit.contains("generation 1"));
    assert!(!audit.contains(key) && !audit.contains("eyJ"));
}

#[test]
fn a_revoked_key_is_dead_and_so_is_its_token_on_the_next_request() {
    let upstream = Upstream::start();
    let partner = Partner::of(Installation::new(), &upstream);
    let issuer = partner.served.issuer.clone();
    let token = partner.token_at(&issuer);
    let other = Partner::new_key(&partner.served);
    let (status, answer) = partner.ask(&issuer, &[], |request| {
        request.basic_auth(&other.0, Some(&other.1))
    });
    assert_eq!(status, 200, "{answer}");
    let neighbour = answer["access_token"].as_str().unwrap().to_owned();
    // Often enough that every worker of the gate remembers both.
    for _ in 0..20 {
        assert_eq!(partner.call("/v1/reports", &token).0, 200);
        assert_eq!(partner.call("/v1/reports", &neighbour).0, 200);
    }
    let output = partner
        .served
        .doorward(&["key", "revoke", &partner.id, "--reason", "leaked"]);
    assert!(output.status.success(), "{output:?}");
    for _ in 0..20 {
        let (status, body) = partner.call("/v1/reports", &token);
        assert_eq!((status, reason(&body).as_str()), (401, "client_revoked"));
        assert_eq!(partner.call("/v1/reports", &neighbour).0, 200);
    }
    let (status, answer) = partner.ask(&issuer, &[], |request| {
        request.basic_auth(&partner.id, Some(&partner.key))
    });
    assert_eq!((status, &answer["error"]), (401, &json!("invalid_client")));
    assert!(partner.audit().contains("api_key_revoked"));
}

#[test]
fn with_a_listener_of_its_own_keys_are_exchanged_there_and_nowhere_else() {
    let upstream = Upstream::start();
    let installation = Installation::new();
    installation.configure("\n[issuer.exchange]\nlisten = \"127.0.0.1:0\"\n");
    let partner = Partner::of(installation, &upstream);
    let exchange = partner.served.exchange.clone();
    let token = partner.token_at(&exchange);
    assert_eq!(partner.call("/v1/reports", &token).0, 200);
    let (status, answer) = partner.ask(&partner.served.issuer, &[], |request| {
        request.header("x-api-key", &partner.key)
    });
    assert_eq!((status, &answer["error"]), (401, &json!("invalid_client")));
    assert!(!answer.to_string().contains("listener"), "{answer}");
    assert!(partner.audit().contains("api_key_not_at_this_listener"));
    for (path, status) in [
        ("/livez", 200),
        ("/readyz", 200),
        ("/oauth2/token", 405),
        ("/.well-known/jwks.json", 404),
        ("/.well-known/oauth-authorization-server", 404),
        ("/admin/v1/api_key", 404),
        ("/v1/reports", 404),
    ] {
        let reply = http().get(format!("{exchange}{path}")).send().unwrap();
        assert_eq!(reply.status().as_u16(), status, "{path}");
    }
    partner.token_at(&exchange);
}

/// F179: an upstream that goes away in the middle of its answer.
#[test]
fn a_crashing_upstream_shows_neither_the_key_nor_its_token() {
    for answer in [
        "",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n",
        "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\noops",
        "panicked",
    ] {
        let upstream = Upstream::answering(move |_| answer.to_owned());
        let partner = Partner::of(Installation::new(), &upstream);
        let token = partner.token_at(&partner.served.issuer);
        let url = format!("{}/v1/reports", partner.served.gate);
        let asked = http().get(url).bearer_auth(&token);
        let asked = asked.timeout(std::time::Duration::from_secs(5));
        let told = match asked.send() {
            Ok(reply) => {
                assert!(reply.status().is_server_error(), "{answer}: {reply:?}");
                format!(
                    "{:?} {}",
                    reply.headers().clone(),
                    reply.text().unwrap_or_default()
                )
            }
            Err(error) => error.to_string(),
        };
        for secret in [&partner.key, &token] {
            assert!(
                !told.contains(secret.as_str()),
                "{answer}: a secret is echoed"
            );
        }
        for seen in upstream.after(0) {
            assert!(!seen.head.contains(&partner.key) && !seen.head.contains(&token));
        }
    }
}
