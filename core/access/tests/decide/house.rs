//! A small installation to judge in.

use std::sync::Arc;

use access::{Conditional, Decision, Denial, Judge, Request, Uncached, View, decide};
use base::{Lifetime, Name, SeededEntropy, Timestamp};
use boundary::Inventory;
use credential::{
    ClientId, DigestKey, DigestKeys, Environment, EnvironmentClass, MintedApiKey, ScopeSet,
};
use http::{HeaderMap, HeaderName};
use jose::encryption::DecryptionKeys;
use jose::{AccessTokenClaims, Algorithm, SigningKey, TimeLimits, TokenType};
use serde_json::{Value, json};
use snapshot::{
    ApiKeyEntry, Change, ClientEntry, Freshness, InventoryEntry, KeyStage, NumberedChange,
    PublishedKey, Snapshot,
};

pub const ISSUER: &str = "https://login.example.com";
pub const AUDIENCE: &str = "https://api.example.com/payments";
pub const UPSTREAM: &str = "http://127.0.0.1:9000";

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(1_800_000_000 + seconds).unwrap()
}

pub fn name(text: &str) -> Name {
    text.parse().unwrap()
}

pub struct House {
    pub digest_key: DigestKey,
    pub digest_keys: DigestKeys,
    pub signing_key: SigningKey,
    pub decryption_keys: DecryptionKeys,
    pub client: ClientId,
    pub now: Timestamp,
    pub lag: Lifetime,
    pub secure: bool,
    pub snapshot: Snapshot,
    seed: u64,
}

impl House {
    pub fn new() -> Self {
        Self::with(inventory(&standard()))
    }

    pub fn with(inventory: Inventory) -> Self {
        let environment = Environment {
            name: name("production"),
            class: EnvironmentClass::Production,
        };
        let client = ClientId::generate(&mut SeededEntropy::new(1));
        let mut house = Self {
            digest_key: DigestKey::new([7; 32]),
            digest_keys: DigestKey::new([7; 32]).into(),
            signing_key: signing_key("k1"),
            decryption_keys: DecryptionKeys::default(),
            client: client.clone(),
            now: at(0),
            lag: Lifetime::ZERO,
            secure: true,
            snapshot: Snapshot::empty(environment, ISSUER.parse().unwrap()),
            seed: 10,
        };
        house.fold(Change::InventoryApplied(InventoryEntry {
            version: 3,
            inventory: Arc::new(inventory),
        }));
        house.publish(at(1_000_000));
        house.fold(Change::ClientPut(ClientEntry {
            id: client,
            environment: name("production"),
            organisation: name("acme"),
            owner: name("team-acme"),
            expires_at: at(1_000_000),
            revoked_at: None,
        }));
        house
    }

    pub fn publish(&mut self, expires_at: Timestamp) {
        let jwk = self.signing_key.verification_key().to_jwk();
        let key = PublishedKey {
            jwk,
            stage: KeyStage::Active,
            expires_at,
            since: None,
        };
        self.fold(Change::KeysPublished { keys: vec![key] });
    }

    pub fn fold(&mut self, change: Change) {
        let revision = self.snapshot.revision().next();
        self.snapshot
            .apply(NumberedChange { revision, change })
            .unwrap();
    }

    pub fn edit_client(&mut self, edit: impl FnOnce(&mut ClientEntry)) {
        let mut entry = self.snapshot.client(self.client.as_str()).unwrap().clone();
        edit(&mut entry);
        self.fold(Change::ClientPut(entry));
    }

    /// A fresh API key and its text.
    pub fn api_key(&mut self, scopes: &str, edit: impl FnOnce(&mut ApiKeyEntry)) -> String {
        self.seed += 1;
        let minted = MintedApiKey::mint(
            EnvironmentClass::Production,
            &self.digest_key,
            &mut SeededEntropy::new(self.seed),
        );
        let mut entry = ApiKeyEntry::new(
            minted.id,
            minted.digest,
            (name("production"), name("acme"), name("team-acme")),
            (
                if scopes.is_empty() {
                    ScopeSet::empty()
                } else {
                    ScopeSet::parse(scopes).unwrap()
                },
                AUDIENCE.parse().unwrap(),
            ),
            at(1_000_000),
        );
        edit(&mut entry);
        self.fold(Change::ApiKeyPut(Box::new(entry)));
        minted.secret.expose().to_owned()
    }

    pub fn claims(&self, scopes: &str) -> AccessTokenClaims {
        AccessTokenClaims {
            issuer: ISSUER.parse().unwrap(),
            subject: self.client.as_str().parse().unwrap(),
            audience: jose::Audience::only(AUDIENCE.parse().unwrap()),
            expires_at: at(600),
            not_before: at(0),
            issued_at: at(0),
            token_id: "t1".parse().unwrap(),
            client_id: self.client.as_str().parse().unwrap(),
            scope: scopes.parse().ok(),
            organisation: "acme".parse().unwrap(),
            subject_version: 1,
            family: None,
            confirmation: None,
        }
    }

    /// A signed token.
    pub fn token(&self, scopes: &str, edit: impl FnOnce(&mut AccessTokenClaims)) -> String {
        let mut claims = self.claims(scopes);
        edit(&mut claims);
        self.sign(&claims)
    }

    pub fn sign(&self, claims: &AccessTokenClaims) -> String {
        self.signing_key
            .sign(TokenType::AccessToken, claims)
            .unwrap()
    }

    pub fn view(&self) -> View {
        View::new(Arc::new(self.snapshot.clone()))
    }

    pub fn decide(&self, line: &str, headers: &[(&str, &str)]) -> Decision {
        self.decide_in(&self.view(), line, &header_map(headers))
    }

    pub fn decide_in(&self, view: &View, line: &str, headers: &HeaderMap) -> Decision {
        let (method, target) = line.split_once(' ').unwrap();
        let request = Request {
            method,
            target,
            headers,
            peer: [192, 0, 2, 1].into(),
            secure: self.secure,
        };
        decide(&self.judge(view), &request, self.now)
    }

    pub fn judge<'a>(&'a self, view: &'a View) -> Judge<'a> {
        Judge {
            view,
            facts: &Uncached,
            decryption_keys: &self.decryption_keys,
            digest_keys: &self.digest_keys,
            freshness: Freshness {
                confirmed_at: self.now.before(self.lag),
            },
            time_limits: TimeLimits::default(),
        }
    }

    pub fn passes(&self, line: &str, headers: &[(&str, &str)]) -> Conditional {
        match self.decide(line, headers) {
            Decision::Conditional(conditional) => conditional,
            Decision::Denial(denial) => panic!("{line} is denied: {denial:?}"),
        }
    }

    pub fn denies(&self, line: &str, headers: &[(&str, &str)]) -> Denial {
        match self.decide(line, headers) {
            Decision::Denial(denial) => denial,
            Decision::Conditional(conditional) => panic!("{line} passes: {conditional:?}"),
        }
    }

    /// The status, the reason on the wire and the rule in the audit.
    pub fn answer(
        &self,
        line: &str,
        headers: &[(&str, &str)],
    ) -> (u16, &'static str, &'static str) {
        let denial = self.denies(line, headers);
        (
            denial.status().as_u16(),
            denial.reason().as_str(),
            denial.rule().as_str(),
        )
    }
}

pub fn signing_key(id: &str) -> SigningKey {
    SigningKey::generate(Algorithm::Ed25519, id.parse().unwrap()).unwrap()
}

pub fn header_map(headers: &[(&str, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let value = http::HeaderValue::from_bytes(value.as_bytes()).unwrap();
        map.append(name.parse::<HeaderName>().unwrap(), value);
    }
    map
}

pub fn bearer(token: &str) -> [(&'static str, String); 1] {
    [("authorization", format!("Bearer {token}"))]
}

/// An endpoint as a snapshot carries it, with some of its demand replaced.
pub fn endpoint(id: &str, matches: &str, accepts: &[&str], demand: Value) -> Value {
    let mut endpoint = json!({
        "id": id,
        "matches": matches,
        "facts": {
            "caller": "service", "authority": "own", "data": "own",
            "exposure": "public", "consequence": "read",
        },
        "demand": {
            "accepts": accepts,
            "scopes": [],
            "max_token_age": "30m",
            "max_feed_lag": "10m",
            "when_lagging": "deny",
            "live_check_beyond_age": false,
            "limit_per_address": false,
            "record": "denials",
            "reasons": [
                { "rule": "lightest_that_fits", "sentence": "Because." },
                { "rule": "accountability", "sentence": "Always." },
            ],
        },
        "owner": "team-payments",
        "revoker": "oncall",
        "surface": "payments",
    });
    for (field, value) in demand.as_object().unwrap() {
        if field == "exceptions" {
            endpoint["exceptions"] = value.clone();
        } else {
            endpoint["demand"][field] = value.clone();
        }
    }
    endpoint
}

pub fn inventory(endpoints: &[Value]) -> Inventory {
    let other = endpoint(
        "other.read",
        "GET /other",
        &["api_key", "client_credentials"],
        json!({}),
    );
    serde_json::from_value(json!({ "apis": [
        {
            "name": "payments", "audience": AUDIENCE, "upstream": UPSTREAM,
            "owner": "team-payments", "surface": "payments", "endpoints": endpoints,
        },
        {
            "name": "other", "audience": "https://api.example.com/other",
            "upstream": "http://127.0.0.1:9001",
            "owner": "team-other", "surface": "other", "endpoints": [other],
        },
    ]}))
    .unwrap()
}

pub fn standard() -> Vec<Value> {
    let any_kind = ["api_key", "client_credentials", "authorization_code"];
    let closes = json!([{
        "rule": "partner", "loosens": "x", "reason": "x", "owner": "team",
        "until": at(100), "closes_endpoint": true,
    }]);
    vec![
        endpoint("page.read", "GET /{page}", &[], json!({})),
        endpoint("public.read", "GET /public/{item}", &[], json!({})),
        endpoint(
            "admin.read",
            "GET /admin",
            &["client_credentials"],
            json!({ "scopes": ["admin:site"] }),
        ),
        endpoint(
            "admin.item",
            "GET /admin/{item}",
            &["client_credentials"],
            json!({ "scopes": ["admin:site"] }),
        ),
        endpoint(
            "reports.read",
            "GET /reports/all",
            &["api_key", "client_credentials"],
            json!({ "scopes": ["read:reports"] }),
        ),
        endpoint(
            "payouts.create",
            "POST /payouts",
            &["client_credentials", "authorization_code"],
            json!({
                "scopes": ["write:payouts"], "max_token_age": "45s", "max_feed_lag": "1s",
                "when_lagging": "live_check_else_deny", "live_check_beyond_age": true, "record": "every",
            }),
        ),
        endpoint(
            "profile.read",
            "GET /users/{user}/profile",
            &any_kind,
            json!({
                "scopes": ["read:profile"], "owner_param": "user",
            }),
        ),
        endpoint(
            "users.delete",
            "DELETE /users/{user}",
            &any_kind,
            json!({ "max_token_age": "5m", "max_feed_lag": "5s" }),
        ),
        endpoint(
            "old.read",
            "GET /old",
            &any_kind,
            json!({ "exceptions": closes }),
        ),
        endpoint(
            "window.read",
            "GET /window",
            &["api_key", "client_credentials"],
            json!({ "raw_api_key_until": at(100) }),
        ),
        endpoint(
            "bound.read",
            "GET /bound",
            &any_kind,
            json!({ "sender_constrained": true }),
        ),
        endpoint(
            "either.read",
            "GET /either",
            &any_kind,
            json!({ "encrypted_tokens": "accepted" }),
        ),
        endpoint(
            "sealed.read",
            "GET /sealed",
            &any_kind,
            json!({ "encrypted_tokens": "required" }),
        ),
        endpoint(
            "legacy.read",
            "GET /legacy",
            &["basic"],
            json!({ "basic_until": at(100) }),
        ),
    ]
}
