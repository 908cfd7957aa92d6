//! Years pass: the calendar is kept by the same task, issuer and snapshots that
//! a process has, over a clock that tokio's paused time drives.

use ::issuer::{Issuer, Signers};
use authority::accountability::{self, CredentialRequest};
use authority::signing_key::{self, Emergency, Facts, replace_all, schedule};
use authority::{Effect, Installation, Writes, client, inventory};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use base::SeededEntropy;
use credential::{DigestKey, EnvironmentClass};
use jose::{AccessTokenClaims, Algorithm, AllowList};
use snapshot::KeyStage;
use store::{MemoryStore, Read as _};
use tokio::time::Instant;
use tower::ServiceExt as _;

use super::*;
use crate::config::PlaceSections;
use crate::secret::Places;

const DAY: Duration = Duration::from_secs(86_400);
const HOUR: Duration = Duration::from_secs(3_600);

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
exposure = "internal"
consequence = "read"
scopes = ["read:reports"]
"#;

/// Tokio's clock as ours: paused, it moves when everybody waits.
struct TokioClock(Instant);

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        let start = Timestamp::from_unix_seconds(1_800_000_000).unwrap();
        start.after(self.0.elapsed())
    }
}

struct World {
    store: Arc<MemoryStore>,
    clock: Arc<TokioClock>,
    environment: Environment,
    sealing_key: Arc<SealingKey>,
    digest_key: DigestKey,
    router: Router,
}

fn origin() -> Origin {
    Origin {
        request_id: "r1".parse().unwrap(),
        actor: Actor::Doorward,
        environment: "production".parse().unwrap(),
    }
}

impl World {
    async fn new() -> Self {
        let environment = Environment {
            name: "production".parse().unwrap(),
            class: EnvironmentClass::Production,
        };
        let clock = Arc::new(TokioClock(Instant::now()));
        let store = Arc::new(MemoryStore::new());
        let sealing_key = Arc::new(SealingKey::new(&[9; 32]).unwrap());
        let url: snapshot::IssuerUrl = "https://login.example.com".parse().unwrap();
        let now = clock.now();
        let install = Writes {
            effects: vec![Effect::Install(Installation {
                environment: environment.clone(),
                issuer: url.clone(),
                created_at: now,
            })],
            ..Writes::default()
        };
        store.commit(install).await.unwrap();
        let keys = (&environment, &*sealing_key);
        let entropy = &mut SeededEntropy::new(1);
        let first = signing_key::create(Algorithm::Es256, keys, &origin(), now, entropy);
        store.commit(first.unwrap().writes).await.unwrap();
        let facts = inventory::Facts {
            environment: &environment,
            issuer: &url,
            lanes: &[Algorithm::Es256],
        };
        let applied = inventory::apply(INVENTORY, 0, None, &origin(), facts, now);
        store.commit(applied.unwrap().writes).await.unwrap();

        let port = Arc::clone(&store) as Arc<dyn Store>;
        let signers = Signers::new(
            Arc::clone(&port),
            Arc::clone(&sealing_key),
            Arc::new(Places::new(
                std::path::PathBuf::new(),
                PlaceSections::default(),
            )),
        );
        let signers = Arc::new(signers);
        let known = crate::wire::follow::follow(Arc::clone(&port), None)
            .await
            .unwrap();
        tokio::spawn(Arc::clone(&signers).follow(known.clone()));
        let digest_key = DigestKey::new([3; 32]);
        let router = ::issuer::router(Arc::new(Issuer {
            environment: environment.clone(),
            url,
            store: port,
            digest_keys: digest_key.clone().into(),
            counters: Arc::new(ephemeral::counters::InProcessCounters::new(10_000)),
            passwords: Arc::default(),
            signers,
            encryption_keys: Vec::new(),
            known,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            has_exchange: false,
        }));
        Self {
            store,
            clock,
            environment,
            sealing_key,
            digest_key,
            router,
        }
    }

    fn tending(&self) -> Arc<Tending> {
        Arc::new(Tending {
            environment: self.environment.clone(),
            store: Arc::clone(&self.store) as Arc<dyn Store>,
            sealing_key: Arc::clone(&self.sealing_key),
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
        })
    }

    async fn client(&self) -> String {
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
        let now = self.clock.now();
        let created =
            client::create(&request.into(), &origin(), facts, now, &mut SystemEntropy).unwrap();
        self.store.commit(created.writes).await.unwrap();
        let (id, secret) = (created.outcome.client.id, created.outcome.secret);
        format!(
            "grant_type=client_credentials&scope=read%3Areports&client_id={id}&client_secret={}",
            secret.unwrap().expose()
        )
    }

    async fn token(&self, form: &str) -> String {
        let request = Request::post("/oauth2/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "at {}", self.clock.now());
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await;
        let body: serde_json::Value = serde_json::from_slice(&body.unwrap()).unwrap();
        body["access_token"].as_str().unwrap().to_owned()
    }

    /// The token's end, if its signature is accepted by who knows what the store says.
    async fn accepted_until(&self, token: &str) -> Option<Timestamp> {
        let snapshot = self.store.snapshot().await.unwrap();
        let allow = AllowList::only(Algorithm::Es256);
        let verified = jose::verify::<AccessTokenClaims>(token, snapshot.accepted_keys(), &allow);
        Some(verified.ok()?.into_claims().expires_at)
    }
}

#[tokio::test(start_paused = true)]
async fn days_pass_and_the_keys_rotate_by_themselves() {
    let world = World::new().await;
    tokio::spawn(world.tending().run(Job::SigningKeys));
    let mut held: Vec<(String, Timestamp)> = Vec::new();
    let mut signed: Vec<String> = Vec::new();
    let mut form = world.client().await;
    let mut watched_until = world.clock.now();
    let end = world.clock.now().after(DAY * 180);
    while world.clock.now() < end {
        let ring = world.store.key_ring().await.unwrap();
        let active = ring.active(Algorithm::Es256).unwrap();
        let key_id = active.key_id.to_string();
        if signed.last() != Some(&key_id) {
            signed.push(key_id);
            watched_until = world.clock.now().after(HOUR);
        }
        // For most of the time nothing happens; around a rotation it is looked at closely.
        let quiet_until = schedule::rotates_at(active).before(HOUR).min(end);
        if world.clock.now() >= watched_until && world.clock.now() < quiet_until {
            held.clear();
            tokio::time::sleep(quiet_until.since(world.clock.now())).await;
            form = world.client().await;
            continue;
        }
        let token = world.token(&form).await;
        let until = world.accepted_until(&token).await.unwrap();
        held.push((token, until));
        // Odd, so that the looks fall everywhere around a rotation.
        tokio::time::sleep(Duration::from_secs(97)).await;
        held.retain(|(_, until)| *until > world.clock.now());
        for (token, _) in &held {
            let accepted = world.accepted_until(token).await.is_some();
            assert!(accepted, "refused at {}", world.clock.now());
        }
        let ring = world.store.key_ring().await.unwrap();
        let active = ring.active(Algorithm::Es256).unwrap();
        assert!(active.is_live(world.clock.now()), "{}", world.clock.now());
    }
    assert_eq!(signed.len(), 3, "{signed:?}");
    let ring = world.store.key_ring().await.unwrap();
    let stages = |stage| ring.keys.iter().filter(|key| key.stage == stage).count();
    assert_eq!(stages(KeyStage::Retiring), 0, "the last token has expired");
    assert_eq!((stages(KeyStage::Active), stages(KeyStage::Next)), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn processes_that_look_at_once_do_it_once() {
    let world = World::new().await;
    tokio::time::sleep(DAY * 89 + Duration::from_secs(1)).await;
    let version = world.store.key_ring().await.unwrap().version;
    let mut looking = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let tending = world.tending();
        looking.spawn(async move { tending.look(Job::SigningKeys).await.unwrap() });
    }
    for looked in looking.join_all().await {
        assert!(looked.due.unwrap() > world.clock.now());
        assert!(looked.wants.is_empty());
    }
    assert_eq!(world.store.key_ring().await.unwrap().version, version + 1);
}

#[tokio::test(start_paused = true)]
async fn a_change_by_somebody_else_is_looked_at_without_waiting() {
    let world = World::new().await;
    tokio::spawn(world.tending().run(Job::SigningKeys));
    tokio::time::sleep(Duration::from_secs(1)).await;
    let ring = world.store.key_ring().await.unwrap();
    let facts = Facts {
        ring: &ring,
        environment: &world.environment,
        sealing_key: &world.sealing_key,
    };
    let emergency = Emergency {
        algorithm: None,
        reason: "it leaked".to_owned(),
    };
    let now = world.clock.now();
    let replaced = replace_all(&emergency, facts, &origin(), now, &mut SystemEntropy).unwrap();
    // The next key is taken away with the same commit, as if nobody had made one.
    let next = replaced
        .outcome
        .next(Algorithm::Es256)
        .unwrap()
        .key_id
        .clone();
    let active = replaced.outcome.active_ids();
    world.store.commit(replaced.writes).await.unwrap();
    let ring = world.store.key_ring().await.unwrap();
    let facts = Facts {
        ring: &ring,
        ..facts
    };
    let retired = signing_key::retire(&next, "asked for", facts, &origin(), now).unwrap();
    world.store.commit(retired.writes).await.unwrap();
    let made = async {
        loop {
            let ring = world.store.key_ring().await.unwrap();
            if ring.next(Algorithm::Es256).is_some() {
                return ring;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let ring = tokio::time::timeout(LONGEST_SLEEP / 2, made).await.unwrap();
    assert_eq!(ring.active_ids(), active);
}
