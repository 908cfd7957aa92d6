//! The issuer's endpoints, whole replies, over the in-memory store.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    missing_docs,
    reason = "a test may fail loudly"
)]

use std::sync::Arc;

use authority::accountability::CredentialRequest;
use authority::audit::{Action, Actor, Origin};
use authority::signing_key::{self, SealingKey};
use authority::{Effect, Installation, Writes, accountability, client, inventory};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use base::{FixedClock, SeededEntropy, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credential::{DigestKey, Environment, EnvironmentClass};
use http_body_util::BodyExt as _;
use issuer::{Issuer, load_signing_key, router};
use jose::{AccessTokenClaims, Algorithm, AllowList, KeySet};
use serde_json::{Value, json};
use store::{MemoryStore, Read as _, Store};
use tokio::sync::watch;
use tower::ServiceExt as _;

const INVENTORY: &str = r#"
[api.reports]
audience = "https://api.example.com/reports"
upstream = "http://127.0.0.1:9000"
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

struct World {
    router: Router,
    clock: Arc<FixedClock>,
    store: Arc<MemoryStore>,
    client_id: String,
    client_secret: String,
}

fn origin() -> Origin {
    Origin {
        request_id: "r1".parse().unwrap(),
        actor: Actor::Doorward,
        environment: "sandbox".parse().unwrap(),
    }
}

async fn world(algorithm: Algorithm, path: &str) -> World {
    let now = Timestamp::from_unix_seconds(1_800_000_000).unwrap();
    let clock = Arc::new(FixedClock::new(now));
    let entropy = &mut SeededEntropy::new(1);
    let environment = Environment {
        name: "sandbox".parse().unwrap(),
        class: EnvironmentClass::Sandbox,
    };
    let url: snapshot::IssuerUrl = format!("https://login.example.com{path}").parse().unwrap();
    let sealing_key = SealingKey::new(&[9; 32]).unwrap();
    let digest_key = DigestKey::new([3; 32]);
    let store = Arc::new(MemoryStore::new());
    let install = Effect::Install(Installation {
        environment: environment.clone(),
        issuer: url.clone(),
        created_at: now,
    });
    store
        .commit(Writes {
            effects: vec![install],
            ..Writes::default()
        })
        .await
        .unwrap();
    let key = signing_key::create(
        algorithm,
        &sealing_key,
        &origin(),
        &environment,
        now,
        entropy,
    )
    .unwrap();
    store.commit(key.writes).await.unwrap();
    let applied = inventory::apply(INVENTORY, 0, None, &origin(), &environment, now).unwrap();
    let document = Arc::clone(&applied.outcome.version.inventory);
    store.commit(applied.writes).await.unwrap();
    let request = CredentialRequest {
        organisation: Some("acme".into()),
        owner: Some("acme-it".into()),
        purpose: Some("reports".into()),
        revoker: Some("oncall".into()),
        scopes: vec!["read:reports".into()],
        audiences: vec!["https://api.example.com/reports".into()],
        expires_in: Some("30d".into()),
    };
    let facts = accountability::Facts {
        environment: &environment,
        inventory: &document,
        digest_key: &digest_key,
    };
    let created = client::create(&request, &origin(), facts, now, entropy).unwrap();
    store.commit(created.writes).await.unwrap();
    let signing_key = load_signing_key(store.as_ref(), &sealing_key, now)
        .await
        .unwrap();
    let (sender, known) = watch::channel(Arc::new(store.snapshot().await.unwrap()));
    std::mem::forget(sender);
    let issuer = Issuer {
        environment,
        url,
        store: Arc::clone(&store) as Arc<dyn Store>,
        digest_key,
        signing_key,
        known,
        clock: Arc::clone(&clock) as Arc<dyn base::Clock>,
    };
    World {
        router: router(Arc::new(issuer)),
        clock,
        store,
        client_id: created.outcome.client.id.to_string(),
        client_secret: created.outcome.secret.expose().to_owned(),
    }
}

impl World {
    async fn send(&self, request: Request<Body>) -> (Response<()>, Value) {
        let (parts, body) = self
            .router
            .clone()
            .oneshot(request)
            .await
            .unwrap()
            .into_parts();
        assert!(
            parts.headers.contains_key("x-request-id"),
            "every answer carries its request id"
        );
        let bytes = body.collect().await.unwrap().to_bytes();
        (
            Response::from_parts(parts, ()),
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    }

    fn basic(&self) -> String {
        format!(
            "Basic {}",
            STANDARD.encode(format!("{}:{}", self.client_id, self.client_secret))
        )
    }

    fn post(&self, body: &str) -> Request<Body> {
        Request::post("/oauth2/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("authorization", self.basic())
            .body(Body::from(body.to_owned()))
            .unwrap()
    }

    async fn last_action(&self) -> (Action, Option<String>) {
        match self.store.audit_tail(1).await.unwrap().pop().unwrap().body {
            store::audit::AuditBody::Event(event) => (event.action, event.rule),
            other => panic!("{other:?}"),
        }
    }
}

const GOOD: &str = "grant_type=client_credentials&scope=read%3Areports";

#[tokio::test]
async fn rfc6749_5_1_a_token_is_issued_and_verifies_with_the_published_keys() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256] {
        let world = world(algorithm, "").await;
        let (response, body) = world.send(world.post(GOOD)).await;
        assert_eq!(response.status(), StatusCode::OK, "{body}");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(
            (&body["token_type"], &body["expires_in"], &body["scope"]),
            (&json!("Bearer"), &json!(600), &json!("read:reports"))
        );
        let keys = Request::get("/.well-known/jwks.json")
            .body(Body::empty())
            .unwrap();
        let (_, keys) = world.send(keys).await;
        assert!(
            !keys.to_string().contains("\"d\":"),
            "no private member is published"
        );
        let keys = KeySet::parse(keys.to_string().as_bytes()).unwrap();
        let token = body["access_token"].as_str().unwrap();
        let claims =
            jose::verify::<AccessTokenClaims>(token, &keys, &AllowList::only(algorithm)).unwrap();
        assert_eq!(claims.issuer.as_str(), "https://login.example.com");
        assert_eq!(world.last_action().await.0, Action::TokenIssued);
    }
}

#[tokio::test]
async fn rfc6749_5_2_a_refused_client_gets_401_and_a_challenge() {
    let world = world(Algorithm::Es256, "").await;
    let mut request = world.post(GOOD);
    request
        .headers_mut()
        .insert("authorization", "Basic YTpi".parse().unwrap());
    let (response, body) = world.send(request).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert!(
        response.headers()["www-authenticate"]
            .to_str()
            .unwrap()
            .starts_with("Basic ")
    );
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(body["error"], "invalid_client");
    assert_eq!(
        world.last_action().await,
        (Action::TokenRefused, Some("client_secret_malformed".into()))
    );
    assert_eq!(
        world.send(world.post(GOOD)).await.0.status(),
        StatusCode::OK,
        "control after"
    );
}

#[tokio::test]
async fn what_is_no_token_request_is_refused() {
    let world = world(Algorithm::Es256, "").await;
    let mut cases = Vec::new();
    let mut query = world.post(GOOD);
    *query.uri_mut() = "/oauth2/token?client_secret=hunter2".parse().unwrap();
    cases.push(query);
    for content_type in [
        "application/json",
        "multipart/form-data",
        "text/plain",
        "application/x-www-form-urlencodedx",
    ] {
        let mut request = world.post(GOOD);
        request
            .headers_mut()
            .insert("content-type", content_type.parse().unwrap());
        cases.push(request);
    }
    let mut missing = world.post(GOOD);
    missing.headers_mut().remove("content-type");
    cases.push(missing);
    let mut twice = world.post(GOOD);
    twice
        .headers_mut()
        .append("authorization", world.basic().parse().unwrap());
    cases.push(twice);
    cases.push(world.post(&"a".repeat(40_000)));
    cases.push(world.post(&format!("{GOOD}&scope=read%3Areports")));
    for request in cases {
        let shown = format!("{:?} {:?}", request.uri(), request.headers());
        let (response, body) = world.send(request).await;
        assert_eq!(
            (response.status(), &body["error"]),
            (StatusCode::BAD_REQUEST, &json!("invalid_request")),
            "{shown}"
        );
        assert!(!body.to_string().contains("hunter2"));
        assert_eq!(world.last_action().await.0, Action::TokenRefused);
    }
    assert_eq!(
        world.send(world.post(GOOD)).await.0.status(),
        StatusCode::OK,
        "control after"
    );
}

#[tokio::test]
async fn rfc8414_3_the_metadata_tells_the_truth_and_lies_where_clients_look() {
    let world = world(Algorithm::Es256, "/eu").await;
    let request = Request::get("/.well-known/oauth-authorization-server/eu")
        .body(Body::empty())
        .unwrap();
    let (response, body) = world.send(request).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(
        body,
        json!({
            "issuer": "https://login.example.com/eu",
            "token_endpoint": "https://login.example.com/eu/oauth2/token",
            "jwks_uri": "https://login.example.com/eu/.well-known/jwks.json",
            "scopes_supported": ["read:reports"],
            "response_types_supported": [],
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        })
    );
    let mut token = world.post(GOOD);
    *token.uri_mut() = "/eu/oauth2/token".parse().unwrap();
    assert_eq!(world.send(token).await.0.status(), StatusCode::OK);
}

#[tokio::test]
async fn other_addresses_and_methods_are_answered_as_problems() {
    let world = world(Algorithm::Es256, "").await;
    for (method, path, status) in [
        ("GET", "/oauth2/token", 405),
        ("POST", "/.well-known/jwks.json", 405),
        ("GET", "/oauth2/authorize", 404),
        ("GET", "/", 404),
        ("POST", "/oauth2/token/", 404),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .body(Body::empty())
            .unwrap();
        let (response, body) = world.send(request).await;
        assert_eq!(response.status().as_u16(), status, "{method} {path}");
        assert_eq!(
            response.headers()["content-type"],
            "application/problem+json"
        );
        assert_eq!(body["status"], status);
    }
}

#[tokio::test]
async fn a_key_that_has_ended_signs_nothing_and_is_not_published() {
    let world = world(Algorithm::Es256, "").await;
    assert_eq!(
        world.send(world.post(GOOD)).await.0.status(),
        StatusCode::OK,
        "control before"
    );
    world.clock.advance(signing_key::LIFETIME);
    let (response, body) = world.send(world.post(GOOD)).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{body}");
    let keys = Request::get("/.well-known/jwks.json")
        .body(Body::empty())
        .unwrap();
    assert_eq!(world.send(keys).await.1, json!({ "keys": [] }));
    let sealing_key = SealingKey::new(&[9; 32]).unwrap();
    let now = base::Clock::now(world.clock.as_ref());
    assert!(
        load_signing_key(world.store.as_ref(), &sealing_key, now)
            .await
            .is_err()
    );
}
