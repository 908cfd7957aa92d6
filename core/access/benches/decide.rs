//! How long a decision takes among a million API keys, and for a token whose
//! signature is already known to be good.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    clippy::allow_attributes,
    reason = "a bench stops at the first surprise"
)]

use std::hint::black_box;
use std::sync::Arc;

use access::{
    Decision, Judge, Request, TokenFact, TokenFacts, Uncached, Unverifiable, View, decide,
};
use base::{Digest, Revision, SeededEntropy, Timestamp};
use boundary::Inventory;
use credential::{
    ApiKeyId, ClientId, DigestKey, DigestKeys, Environment, EnvironmentClass, MintedApiKey,
    ScopeSet,
};
use criterion::{Criterion, criterion_group, criterion_main};
use http::HeaderMap;
use jose::encryption::DecryptionKeys;
use jose::{AccessTokenClaims, Algorithm, SigningKey, TimeLimits, TokenType};
use serde_json::json;
use snapshot::{
    ApiKeyEntry, Change, ClientEntry, Freshness, InventoryEntry, KeyStage, NumberedChange,
    PublishedKey, Snapshot,
};

const KEYS: u64 = 1_000_000;
const AUDIENCE: &str = "https://api.example.com/reports";
const ISSUER: &str = "https://login.example.com";

fn now() -> Timestamp {
    Timestamp::from_unix_seconds(1_800_000_000).unwrap()
}

/// Remembers one token.
struct One(String, TokenFact);

impl TokenFacts for One {
    fn verify(&self, token: &str, view: &View) -> Result<TokenFact, Unverifiable> {
        if token == self.0 {
            Ok(self.1.clone())
        } else {
            Uncached.verify(token, view)
        }
    }
}

struct World {
    snapshot: Snapshot,
    digest_key: DigestKey,
    digest_keys: DigestKeys,
    signing_key: SigningKey,
    client: ClientId,
}

impl World {
    fn fold(&mut self, change: Change) {
        let revision: Revision = self.snapshot.revision().next();
        self.snapshot
            .apply(NumberedChange { revision, change })
            .unwrap();
    }

    fn put_key(&mut self, id: ApiKeyId, digest: Digest) {
        self.fold(Change::ApiKeyPut(Box::new(ApiKeyEntry::new(
            id,
            digest,
            (
                "production".parse().unwrap(),
                "acme".parse().unwrap(),
                "team".parse().unwrap(),
            ),
            (
                ScopeSet::parse("read:reports").unwrap(),
                AUDIENCE.parse().unwrap(),
            ),
            now().after(base::Lifetime::from_secs(86_400)),
        ))));
    }

    fn new() -> Self {
        let environment = Environment {
            name: "production".parse().unwrap(),
            class: EnvironmentClass::Production,
        };
        let client = ClientId::generate(&mut SeededEntropy::new(1));
        let mut world = Self {
            snapshot: Snapshot::empty(environment, ISSUER.parse().unwrap()),
            digest_key: DigestKey::new([7; 32]),
            digest_keys: DigestKey::new([7; 32]).into(),
            signing_key: SigningKey::generate(Algorithm::Ed25519, "k1".parse().unwrap()).unwrap(),
            client: client.clone(),
        };
        let expires_at = now().after(base::Lifetime::from_secs(86_400));
        world.fold(Change::InventoryApplied(InventoryEntry {
            version: 1,
            inventory: Arc::new(inventory()),
        }));
        let jwk = world.signing_key.verification_key().to_jwk();
        world.fold(Change::KeysPublished {
            keys: vec![PublishedKey {
                jwk,
                stage: KeyStage::Active,
                expires_at,
                since: None,
            }],
        });
        world.fold(Change::ClientPut(ClientEntry {
            id: client,
            environment: "production".parse().unwrap(),
            organisation: "acme".parse().unwrap(),
            owner: "team".parse().unwrap(),
            expires_at,
            revoked_at: None,
        }));
        world
    }

    fn token(&self) -> String {
        let client = self.client.as_str();
        let claims = AccessTokenClaims {
            issuer: ISSUER.parse().unwrap(),
            subject: client.parse().unwrap(),
            audience: jose::Audience::only(AUDIENCE.parse().unwrap()),
            expires_at: now().after(base::Lifetime::from_secs(600)),
            not_before: now(),
            issued_at: now(),
            token_id: "t1".parse().unwrap(),
            client_id: client.parse().unwrap(),
            scope: "read:reports".parse().ok(),
            organisation: "acme".parse().unwrap(),
            subject_version: 1,
            family: None,
            confirmation: None,
        };
        self.signing_key
            .sign(TokenType::AccessToken, &claims)
            .unwrap()
    }
}

fn inventory() -> Inventory {
    let endpoint = |id: &str, matches: &str, accepts: &[&str], scopes: &[&str]| {
        json!({
            "id": id, "matches": matches,
            "facts": { "caller": "service", "authority": "own", "data": "own", "exposure": "public", "consequence": "read" },
            "demand": {
                "accepts": accepts, "scopes": scopes, "max_token_age": "30m", "max_feed_lag": "10m",
                "when_lagging": "deny", "live_check_beyond_age": false, "limit_per_address": false,
                "record": "denials", "reasons": [],
            },
            "owner": "team", "revoker": "team", "surface": "reports",
        })
    };
    serde_json::from_value(json!({ "apis": [{
        "name": "reports", "audience": AUDIENCE, "upstream": "http://127.0.0.1:9000", "owner": "team", "surface": "reports",
        "endpoints": [
            endpoint("report.read", "GET /v1/reports/{report}", &["api_key", "client_credentials"], &["read:reports"]),
            endpoint("page.read", "GET /pages/{page}", &[], &[]),
        ],
    }] }))
    .unwrap()
}

fn decisions(criterion: &mut Criterion) {
    let mut world = World::new();
    let entropy = &mut SeededEntropy::new(2);
    for _ in 1..KEYS {
        world.put_key(ApiKeyId::generate(entropy), Digest::new([1; 32]));
    }
    let minted = MintedApiKey::mint(EnvironmentClass::Production, &world.digest_key, entropy);
    world.put_key(minted.id, minted.digest);
    let token = world.token();
    let view = View::new(Arc::new(world.snapshot.clone()));
    let facts = One(token.clone(), Uncached.verify(&token, &view).unwrap());
    let judge = Judge {
        view: &view,
        facts: &facts,
        decryption_keys: &DecryptionKeys::default(),
        digest_keys: &world.digest_keys,
        freshness: Freshness {
            confirmed_at: now(),
        },
        time_limits: TimeLimits::default(),
    };
    let cases = [
        (
            "api key among a million",
            "/v1/reports/42?page=2",
            Some(minted.secret.expose().to_owned()),
        ),
        ("token seen before", "/v1/reports/42?page=2", Some(token)),
        ("nobody in particular", "/pages/welcome", None),
    ];
    for (name, target, credential) in cases {
        let mut headers = HeaderMap::new();
        if let Some(credential) = credential {
            headers.insert(
                "authorization",
                format!("Bearer {credential}").parse().unwrap(),
            );
        }
        let request = Request {
            method: "GET",
            target,
            headers: &headers,
            peer: [192, 0, 2, 1].into(),
            secure: true,
        };
        assert!(
            matches!(decide(&judge, &request, now()), Decision::Conditional(_)),
            "{name}"
        );
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| decide(black_box(&judge), black_box(&request), now()));
        });
    }
}

criterion_group!(benches, decisions);
criterion_main!(benches);
