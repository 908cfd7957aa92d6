//! A store with an environment, operators and an inventory, and the router over it.

use std::sync::Arc;

use admin::leak::LeakResponse;
use admin::{Admin, OwnSecrets, router};
use async_trait::async_trait;
use authority::audit::{Actor, Origin};
use authority::signing_key::{self, SealingKey};
use authority::{Effect, Installation, Writes, operator_token};
use axum::Router;
use axum::body::Body;
use base::{FixedClock, Lifetime, Revision, SeededEntropy, Timestamp};
use credential::{DigestKey, DigestKeys, Environment, EnvironmentClass, ScopeSet};
use http::{HeaderMap, Method, Request, StatusCode};
use jose::{Algorithm, KeyId};
use secret_source::{OpenSigner, RemoteSigner, SourceFault};
use serde_json::Value;
use snapshot::RequestId;
use store::{MemoryStore, Store};
use tokio::sync::watch;
use tower::ServiceExt;

pub(crate) const INVENTORY: &str = r#"
[api.weather]
audience = "https://api.example.com/weather"
upstream = "http://127.0.0.1:9000"
owner = "team-weather"
surface = "reporting"

[[api.weather.endpoint]]
id = "forecast.read"
match = "GET /v1/forecast"
caller = "service"
authority = "own"
data = "own"
exposure = "internal"
consequence = "read"
revoker = "weather-oncall"
scopes = ["read:forecast"]

[[api.weather.endpoint]]
id = "payouts.create"
match = "POST /v1/payouts"
caller = "service"
authority = "own"
data = "money"
exposure = "internal"
consequence = "sensitive"
revoker = "weather-oncall"
scopes = ["write:payouts"]
"#;

pub(crate) struct House {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) digest_key: DigestKey,
    previous_digest_keys: Vec<DigestKey>,
    sealing_key: Arc<SealingKey>,
    entropy: SeededEntropy,
    environment: Environment,
    pub(crate) leak: LeakResponse,
    pub(crate) in_force: Option<watch::Receiver<Revision>>,
    all: String,
    pub(crate) own_secrets: OwnSecrets,
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{self:?}"))
    }

    /// A problem document, whole: its request id is the header's.
    pub(crate) fn problem(&self, status: u16, reason: &str) -> Value {
        let problem = self.json();
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(problem["type"], "about:blank");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["title"], self.status.canonical_reason().unwrap());
        assert_eq!(problem["reason"], reason, "{self:?}");
        assert!(!problem["detail"].as_str().unwrap().is_empty());
        assert!(!problem["fix"].as_str().unwrap().is_empty());
        assert_eq!(
            problem["request_id"],
            self.headers["x-request-id"].to_str().unwrap()
        );
        problem
    }
}

pub(crate) fn environment() -> Environment {
    Environment {
        name: "sandbox".parse().unwrap(),
        class: EnvironmentClass::Sandbox,
    }
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::over(Arc::new(MemoryStore::new())).await
    }

    pub(crate) async fn over(store: Arc<dyn Store>) -> Self {
        let now = Timestamp::from_unix_seconds(1_800_000_000).unwrap();
        let mut house = Self {
            store,
            clock: Arc::new(FixedClock::new(now)),
            digest_key: DigestKey::new([7; 32]),
            previous_digest_keys: Vec::new(),
            sealing_key: Arc::new(SealingKey::new(&[8; 32]).unwrap()),
            entropy: SeededEntropy::new(1),
            environment: environment(),
            leak: LeakResponse::default(),
            in_force: None,
            all: String::new(),
            own_secrets: OwnSecrets::default(),
        };
        let installation = Installation {
            environment: environment(),
            issuer: "http://127.0.0.1:1".parse().unwrap(),
            created_at: now,
        };
        let writes = Writes {
            effects: vec![Effect::Install(installation)],
            ..Writes::default()
        };
        house.store.commit(writes).await.unwrap();
        house.all = house.operator(operator_token::ALL_SCOPES).await;
        house
    }

    /// With an inventory in force.
    pub(crate) async fn furnished() -> Self {
        let house = Self::new().await;
        let reply = house
            .post_toml("/admin/v1/inventory/apply", INVENTORY)
            .await;
        assert_eq!(reply.status, 200, "{reply:?}");
        house
    }

    /// With the signing keys that an installation has.
    pub(crate) async fn signing(environment: &Environment) -> Self {
        let mut house = Self::new().await;
        let keys = (environment, &*house.sealing_key);
        let now = base::Clock::now(&*house.clock);
        let algorithm = jose::Algorithm::Es256;
        let entropy = &mut house.entropy;
        let plan = signing_key::create(algorithm, keys, &origin(), now, entropy).unwrap();
        house.store.commit(plan.writes).await.unwrap();
        house.environment = environment.clone();
        house.all = house.operator(operator_token::ALL_SCOPES).await;
        house
    }

    /// A new operator token with these scopes.
    pub(crate) async fn operator(&mut self, scopes: &str) -> String {
        self.operator_of("team-platform", scopes).await
    }

    /// A new operator token of that owner.
    pub(crate) async fn operator_of(&mut self, owner: &str, scopes: &str) -> String {
        let scopes: Vec<&str> = scopes.split_whitespace().collect();
        let origin = origin();
        let plan = operator_token::create(
            owner.parse().unwrap(),
            ScopeSet::parse(&scopes.join(" ")).unwrap(),
            &origin,
            (&self.environment, &self.digest_key),
            base::Clock::now(&*self.clock),
            &mut self.entropy,
        );
        self.store.commit(plan.writes).await.unwrap();
        plan.outcome.secret.expose().to_owned()
    }

    /// Time goes by, and operators get new tokens before theirs end.
    pub(crate) async fn days_later(&mut self, days: u64) {
        self.pass(Lifetime::from_secs(days * 86_400));
        self.all = self.operator(operator_token::ALL_SCOPES).await;
    }

    /// New secrets stand under that digest key from now on; those before stay.
    pub(crate) fn follow_digest_key(&mut self, next: DigestKey) {
        let before = std::mem::replace(&mut self.digest_key, next);
        self.previous_digest_keys.insert(0, before);
    }

    pub(crate) fn token(&self) -> &str {
        &self.all
    }

    pub(crate) fn router(&self) -> Router {
        router(Arc::new(Admin {
            environment: self.environment.clone(),
            store: Arc::clone(&self.store),
            digest_keys: DigestKeys::new(
                self.digest_key.clone(),
                self.previous_digest_keys.clone(),
            ),
            passwords: Arc::default(),
            sealing_key: Arc::clone(&self.sealing_key),
            places: Arc::new(NoPlaces),
            clock: self.clock.clone(),
            leak: self.leak.clone(),
            in_force: self.in_force.clone(),
            own_secrets: self.own_secrets.clone(),
        }))
    }

    pub(crate) fn pass(&self, lifetime: Lifetime) {
        self.clock.advance(lifetime);
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let reply = self.router().oneshot(request).await.unwrap();
        let (parts, body) = reply.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let reply = Reply {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.into()).unwrap(),
        };
        assert_eq!(reply.headers["cache-control"], "no-store", "{reply:?}");
        let id = reply.headers["x-request-id"].to_str().unwrap();
        assert!(id.len() == 16 && id.starts_with('r'), "{id}");
        reply
    }

    pub(crate) fn request(
        &self,
        method: Method,
        path: &str,
        token: &str,
    ) -> http::request::Builder {
        let builder = Request::builder().method(method).uri(path);
        builder.header("authorization", format!("Bearer {token}"))
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        let request = self.request(Method::GET, path, self.token());
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post_json(&self, path: &str, body: &Value) -> Reply {
        self.post(path, "application/json", body.to_string()).await
    }

    pub(crate) async fn post_toml(&self, path: &str, body: &str) -> Reply {
        self.post(path, "application/toml", body.to_owned()).await
    }

    pub(crate) async fn post(&self, path: &str, media_type: &str, body: impl Into<Body>) -> Reply {
        let request = self.request(Method::POST, path, self.token());
        let request = request.header("content-type", media_type);
        self.send(request.body(body.into()).unwrap()).await
    }

    /// Every audit entry, as JSON text.
    pub(crate) async fn audit(&self) -> String {
        let entries = self.store.audit_after(0, 10_000).await.unwrap();
        serde_json::to_string(&entries).unwrap()
    }
}

/// An installation that is configured with no place.
struct NoPlaces;

#[async_trait]
impl OpenSigner for NoPlaces {
    async fn open_signer(
        &self,
        _: &str,
        _: Algorithm,
        _: &KeyId,
    ) -> Result<Arc<dyn RemoteSigner>, SourceFault> {
        Err(SourceFault::Missing(
            "no such place is configured".to_owned(),
        ))
    }
}

fn origin() -> Origin {
    Origin {
        request_id: "r0".parse::<RequestId>().unwrap(),
        actor: Actor::Doorward,
        environment: environment().name,
    }
}

pub(crate) fn key_request() -> Value {
    serde_json::json!({
        "organisation": "acme",
        "owner": "team-weather",
        "purpose": "nightly forecast import",
        "revoker": "weather-oncall",
        "scopes": ["read:forecast"],
        "audiences": ["https://api.example.com/weather"],
        "expires_in": "90d"
    })
}

pub(crate) fn client_request() -> Value {
    let mut request = key_request();
    request["scopes"] = serde_json::json!(["write:payouts"]);
    request
}
