//! How long a decision takes among a million API keys, and for a token whose
//! signature is already known to be good.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    missing_docs,
    clippy::allow_attributes,
    reason = "a bench stops at the first surprise"
)]

use std::hint::black_box;
use std::sync::Arc;

use access::{
    Decision, Judge, Request, TokenFact, TokenFacts, Uncached, Unverifiable, View, check_api_key,
    decide,
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
    decryption_keys: DecryptionKeys,
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
            decryption_keys: DecryptionKeys::default(),
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

    fn judge<'a>(&'a self, view: &'a View, facts: &'a dyn TokenFacts) -> Judge<'a> {
        Judge {
            view,
            facts,
            decryption_keys: &self.decryption_keys,
            digest_keys: &self.digest_keys,
            freshness: Freshness {
                confirmed_at: now(),
            },
            time_limits: TimeLimits::default(),
        }
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

/// A thousand keys of `count`, each presented in its turn, so that no one of
/// them stays at hand: the check of the key by itself, and the whole decision.
fn api_keys(criterion: &mut Criterion, name: &str, count: u64) {
    let mut world = World::new();
    let entropy = &mut SeededEntropy::new(2);
    let mut presented = Vec::new();
    for number in 0..count {
        if number % (count / 1_000) == 0 {
            let minted =
                MintedApiKey::mint(EnvironmentClass::Production, &world.digest_key, entropy);
            presented.push(bearer(minted.secret.expose()));
            world.put_key(minted.id, minted.digest);
        } else {
            world.put_key(ApiKeyId::generate(entropy), Digest::new([1; 32]));
        }
    }
    let view = View::new(Arc::new(world.snapshot.clone()));
    let judge = world.judge(&view, &Uncached);
    let decide = |headers: &HeaderMap| decide(&judge, &to(READ, headers), now());
    for headers in &presented {
        assert!(
            matches!(decide(headers), Decision::Conditional(_)),
            "{name}"
        );
    }
    let texts: Vec<&str> = presented
        .iter()
        .map(|headers| headers["authorization"].to_str().unwrap())
        .filter_map(|line| line.strip_prefix("Bearer "))
        .collect();
    let check = |text: &&str| check_api_key(text, &judge, now());
    assert!(texts.iter().all(|text| check(text).is_ok()), "{name}");
    in_turn(criterion, &format!("key check, {name}"), &texts, check);
    in_turn(criterion, &format!("api key, {name}"), &presented, decide);
}

/// `act` on each of `all` in its turn.
fn in_turn<T, O>(criterion: &mut Criterion, name: &str, all: &[T], act: impl Fn(&T) -> O) {
    let mut next = all.iter().cycle();
    // Other programs do not lengthen the processor time; its steps are 10 ms.
    let times = 2_000_000;
    let before = spent();
    for one in next.by_ref().take(times) {
        let _ = black_box(act(black_box(one)));
    }
    let each = (spent() - before).as_nanos() / 2_000_000;
    eprintln!("{name}: {each} ns of processor time");
    criterion.bench_function(name, |bencher| {
        bencher.iter(|| act(black_box(next.next().unwrap())));
    });
}

fn spent() -> std::time::Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    std::time::Duration::from_millis(10 * ticks)
}

fn decisions(criterion: &mut Criterion) {
    api_keys(criterion, "one of 1,000", 1_000);
    api_keys(criterion, "one of 1,000,000", KEYS);
    let world = World::new();
    let token = world.token();
    let view = View::new(Arc::new(world.snapshot.clone()));
    let facts = One(token.clone(), Uncached.verify(&token, &view).unwrap());
    let judge = world.judge(&view, &facts);
    for (name, target, headers) in [
        ("token seen before", READ, bearer(&token)),
        ("nobody in particular", "/pages/welcome", HeaderMap::new()),
    ] {
        let request = to(target, &headers);
        assert!(
            matches!(decide(&judge, &request, now()), Decision::Conditional(_)),
            "{name}"
        );
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| decide(black_box(&judge), black_box(&request), now()));
        });
    }
}

const READ: &str = "/v1/reports/42?page=2";

fn bearer(credential: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let line = format!("Bearer {credential}").parse().unwrap();
    headers.insert("authorization", line);
    headers
}

fn to<'a>(target: &'a str, headers: &'a HeaderMap) -> Request<'a> {
    Request {
        method: "GET",
        target,
        headers,
        peer: [192, 0, 2, 1].into(),
        secure: true,
    }
}

criterion_group!(benches, decisions);
criterion_main!(benches);
