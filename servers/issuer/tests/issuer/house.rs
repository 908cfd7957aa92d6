//! An issuer over the in-memory store: a client, an inventory, and a process
//! that follows the store.

use std::sync::Arc;

use authority::accountability::CredentialRequest;
use authority::api_key::ApiKey;
use authority::audit::{Action, Actor, Origin};
use authority::signing_key::{self, Facts, KeyRing, SealingKey, Unmade};
use authority::{Effect, Installation, Plan, Writes, accountability, client, inventory};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use base::{FixedClock, SeededEntropy, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credential::{DigestKey, Environment, EnvironmentClass, MintedApiKey};
use http_body_util::BodyExt as _;
use issuer::{Issuer, Signers, exchange_router, router};
use jose::encryption::{AgreementCurve, DecryptionKey, EncryptionKey, KeyManagement};
use jose::{AccessTokenClaims, Algorithm, AllowList, KeyId, KeySet, Verified};
use secret_source::OpenSigner;
use serde_json::Value;
use snapshot::{Change, Snapshot};
use store::{MemoryStore, Read as _, Store};
use tokio::sync::watch;
use tower::ServiceExt as _;

use crate::place::Places;

/// The key id of a key that tokens are encrypted for.
pub(crate) const ENCRYPTION_KEY: &str = "enc-1";

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

[api.people]
audience = "https://api.example.com/people"
upstream = "http://127.0.0.1:9000"
owner = "team-people"
surface = "people"
revoker = "people-oncall"

[[api.people.endpoint]]
id = "profile.read"
match = "GET /v1/profile"
caller = "browser"
authority = "delegated"
data = "user"
exposure = "public"
consequence = "read"
scopes = ["read:profile"]
"#;

pub(crate) struct World {
    router: Router,
    /// The same issuer with an exchange listener: the issuer's side of it.
    pub(crate) guarded: Router,
    /// And the exchange's.
    pub(crate) exchange: Router,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) places: Arc<Places>,
    pub(crate) environment: Environment,
    sealing_key: Arc<SealingKey>,
    known: watch::Sender<Arc<Snapshot>>,
    pub(crate) digest_key: DigestKey,
    client_id: String,
    client_secret: String,
}

pub(crate) fn origin() -> Origin {
    Origin {
        request_id: "r1".parse().unwrap(),
        actor: Actor::Doorward,
        environment: "sandbox".parse().unwrap(),
    }
}

pub(crate) async fn world(algorithm: Algorithm, path: &str) -> World {
    let now = Timestamp::from_unix_seconds(1_800_000_000).unwrap();
    let clock = Arc::new(FixedClock::new(now));
    let entropy = &mut SeededEntropy::new(1);
    let environment = Environment {
        name: "sandbox".parse().unwrap(),
        class: EnvironmentClass::Sandbox,
    };
    let url: snapshot::IssuerUrl = format!("https://login.example.com{path}").parse().unwrap();
    let sealing_key = Arc::new(SealingKey::new(&[9; 32]).unwrap());
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
    let keys = (&environment, &*sealing_key);
    let key = signing_key::create(algorithm, keys, &origin(), now, entropy).unwrap();
    store.commit(key.writes).await.unwrap();
    let facts = inventory::Facts {
        environment: &environment,
        issuer: &url,
        lanes: &[algorithm],
    };
    let applied = inventory::apply(INVENTORY, 0, None, &origin(), facts, now).unwrap();
    store.commit(applied.writes).await.unwrap();
    let places = Arc::new(Places::default());
    let signers = Arc::new(Signers::new(
        Arc::clone(&store) as Arc<dyn Store>,
        Arc::clone(&sealing_key),
        Arc::clone(&places) as Arc<dyn OpenSigner>,
    ));
    signers.open_all(now).await.unwrap();
    let first = store.snapshot().await.unwrap();
    let encryption_keys = encryption_keys(first.published_keys()[0].jwk.key_id().unwrap());
    let (sender, known) = watch::channel(Arc::new(first));
    tokio::spawn(Arc::clone(&signers).follow(known.clone()));
    let issuer = |has_exchange| {
        Arc::new(Issuer {
            environment: environment.clone(),
            url: url.clone(),
            store: Arc::clone(&store) as Arc<dyn Store>,
            digest_keys: digest_key.clone().into(),
            counters: Arc::new(ephemeral::counters::InProcessCounters::new(10_000)),
            passwords: Arc::default(),
            signers: Arc::clone(&signers),
            encryption_keys: encryption_keys.clone(),
            known: known.clone(),
            clock: Arc::clone(&clock) as Arc<dyn base::Clock>,
            has_exchange,
        })
    };
    let with_exchange = issuer(true);
    let mut world = World {
        router: router(issuer(false)),
        guarded: router(Arc::clone(&with_exchange)),
        exchange: exchange_router(with_exchange),
        clock,
        store,
        places,
        environment,
        sealing_key,
        known: sender,
        digest_key: DigestKey::new([3; 32]),
        client_id: String::new(),
        client_secret: String::new(),
    };
    world.renew_client().await;
    world
}

impl World {
    /// Another client takes the place of the one before.
    pub(crate) async fn renew_client(&mut self) {
        let request = CredentialRequest {
            organisation: Some("acme".into()),
            owner: Some("acme-it".into()),
            purpose: Some("reports".into()),
            revoker: Some("oncall".into()),
            scopes: vec!["read:reports".into()],
            audiences: vec!["https://api.example.com/reports".into()],
            expires_in: Some("30d".into()),
        };
        let version = self.store.inventory().await.unwrap().unwrap();
        let facts = accountability::Facts {
            environment: &self.environment,
            inventory: &version.inventory,
            digest_key: &self.digest_key,
        };
        let now = base::Clock::now(self.clock.as_ref());
        let entropy = &mut SeededEntropy::new(now.unix_micros().unsigned_abs());
        let created = client::create(&request.into(), &origin(), facts, now, entropy).unwrap();
        self.store.commit(created.writes).await.unwrap();
        self.client_id = created.outcome.client.id.to_string();
        self.client_secret = created.outcome.secret.unwrap().expose().to_owned();
    }

    /// A new API key for the reports, and its text.
    pub(crate) async fn api_key(&self, edit: impl FnOnce(&mut ApiKey)) -> (String, String) {
        let now = base::Clock::now(self.clock.as_ref());
        let class = EnvironmentClass::Sandbox;
        let entropy = &mut SeededEntropy::new(77);
        let minted = MintedApiKey::mint(class, &self.digest_key, entropy);
        let name = |text: &str| text.parse().unwrap();
        let mut api_key = ApiKey::new(
            minted.id,
            name("sandbox"),
            accountability::Accountability {
                organisation: name("acme"),
                owner: name("acme-it"),
                purpose: "reports".into(),
                revoker: name("oncall"),
            },
            (
                credential::ScopeSet::parse("read:reports").unwrap(),
                "https://api.example.com/reports".parse().unwrap(),
            ),
            (minted.digest, self.digest_key.id()),
            (now, now.after(base::Lifetime::from_secs(86_400))),
        );
        edit(&mut api_key);
        let id = api_key.id.to_string();
        let writes = Writes {
            changes: vec![Change::ApiKeyPut(Box::new(api_key.entry()))],
            effects: vec![Effect::CreateApiKey(Box::new(api_key))],
            ..Writes::default()
        };
        self.store.commit(writes).await.unwrap();
        (id, minted.secret.expose().to_owned())
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> (Response<()>, Value) {
        self.send_to(&self.router, request).await
    }

    pub(crate) async fn send_to(
        &self,
        router: &Router,
        request: Request<Body>,
    ) -> (Response<()>, Value) {
        let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
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

    /// An act on the signing keys, committed as another process would. This
    /// one does not know of it yet.
    pub(crate) async fn act(
        &self,
        act: impl FnOnce(Facts<'_>, &Origin, Timestamp) -> Result<Plan<KeyRing>, Unmade>,
    ) -> KeyRing {
        let ring = self.store.key_ring().await.unwrap();
        let facts = Facts {
            ring: &ring,
            environment: &self.environment,
            sealing_key: &self.sealing_key,
        };
        let plan = act(facts, &origin(), base::Clock::now(self.clock.as_ref())).unwrap();
        self.store.commit(plan.writes).await.unwrap();
        plan.outcome
    }

    pub(crate) async fn ring(&self) -> KeyRing {
        self.store.key_ring().await.unwrap()
    }

    /// How many audit entries there are.
    pub(crate) async fn recorded(&self) -> u64 {
        let newest = self.store.audit_tail(1).await.unwrap();
        newest[0].sequence
    }

    /// Puts the inventory in force with one more line for its API.
    pub(crate) async fn apply(&self, line: &str) {
        let surface = "surface = \"reporting\"";
        let document = INVENTORY.replace(surface, &format!("{surface}\n{line}"));
        let version = self.store.inventory().await.unwrap().unwrap().version;
        let now = base::Clock::now(self.clock.as_ref());
        let installation = self.store.installation().await.unwrap().unwrap();
        let facts = inventory::Facts {
            environment: &self.environment,
            issuer: &installation.issuer,
            // A lane that was there may be gone when a token is asked for.
            lanes: &Algorithm::ALL,
        };
        let applied = inventory::apply(&document, version, None, &origin(), facts, now);
        self.store.commit(applied.unwrap().writes).await.unwrap();
    }

    /// The store's news reach this process.
    pub(crate) async fn catch_up(&self) {
        let newest = Arc::new(self.store.snapshot().await.unwrap());
        self.known.send_replace(newest);
    }

    /// A token, and the key that signed it.
    pub(crate) async fn token(&self) -> (String, KeyId) {
        let (response, body) = self.send(self.post(GOOD)).await;
        assert_eq!(response.status(), StatusCode::OK, "{body}");
        let token = body["access_token"].as_str().unwrap().to_owned();
        let header = token.split('.').next().unwrap();
        let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(header);
        let header: Value = serde_json::from_slice(&header.unwrap()).unwrap();
        let key_id = header["kid"].as_str().unwrap().parse().unwrap();
        (token, key_id)
    }

    /// Whether a gate that knows what the store says accepts the token.
    pub(crate) async fn is_accepted(&self, token: &str) -> bool {
        let snapshot = self.store.snapshot().await.unwrap();
        let verified: Result<Verified<AccessTokenClaims>, _> = AllowList::new(&Algorithm::ALL)
            .map_err(|_| ())
            .and_then(|allow| {
                jose::verify(token, snapshot.accepted_keys(), &allow).map_err(|_| ())
            });
        verified.is_ok()
    }

    /// The key ids of the key set document.
    pub(crate) async fn key_set(&self) -> Vec<String> {
        let request = Request::get("/.well-known/jwks.json").body(Body::empty());
        let (_, keys) = self.send(request.unwrap()).await;
        let set = KeySet::parse(keys.to_string().as_bytes()).unwrap();
        let ids = set.keys().iter().filter_map(|key| key.key_id());
        ids.map(ToString::to_string).collect()
    }

    pub(crate) fn basic(&self) -> String {
        format!(
            "Basic {}",
            STANDARD.encode(format!("{}:{}", self.client_id, self.client_secret))
        )
    }

    pub(crate) fn post(&self, body: &str) -> Request<Body> {
        Request::post("/oauth2/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("authorization", self.basic())
            .body(Body::from(body.to_owned()))
            .unwrap()
    }

    pub(crate) fn router(&self) -> &Router {
        &self.router
    }

    /// Everything in the audit, as text.
    pub(crate) async fn store_text(&self) -> String {
        serde_json::to_string(&self.store.audit_after(0, 1000).await.unwrap()).unwrap()
    }

    pub(crate) async fn last_action(&self) -> (Action, Option<String>) {
        match self.store.audit_tail(1).await.unwrap().pop().unwrap().body {
            store::audit::AuditBody::Event(event) => (event.action, event.rule),
            other => panic!("{other:?}"),
        }
    }
}

pub(crate) const GOOD: &str = "grant_type=client_credentials&scope=read%3Areports";

/// What the gate of the process decrypts with. One has taken the name of a
/// signing key.
fn encryption_keys(signing: &KeyId) -> Vec<EncryptionKey> {
    [ENCRYPTION_KEY, signing.as_str()]
        .map(|id| {
            let (management, curve) = (KeyManagement::EcdhEs, AgreementCurve::P256);
            let key = DecryptionKey::generate(management, curve, id.parse().unwrap());
            key.unwrap().encryption_key().clone()
        })
        .into()
}
