//! Another issuer: a server with a configuration and keys, and a key of its own
//! to sign with. It counts who asks.

use std::io::Write;
use std::sync::{Arc, Mutex};

use base::{Clock, Timestamp};
use jose::{Algorithm, SigningKey, TokenType};
use serde_json::{Value, json};

use super::Upstream;
use super::house::{AUDIENCE, WallClock};

pub struct ForeignIssuer {
    server: Upstream,
    said: Arc<Mutex<Said>>,
}

/// What it answers.
struct Said {
    keys: String,
    /// Instead of everything else.
    answer: Option<String>,
    max_age: Option<u64>,
    tag: Option<String>,
}

impl ForeignIssuer {
    pub fn with(keys: &[&SigningKey]) -> Self {
        let said = Arc::new(Mutex::new(Said {
            keys: key_set(keys),
            answer: None,
            max_age: None,
            tag: None,
        }));
        let told = Arc::clone(&said);
        let server = Upstream::with(move |seen, stream| {
            let said = told.lock().unwrap();
            let issuer = format!("http://{}", seen.header("host").unwrap());
            let body = match seen.line().split(' ').nth(1).unwrap() {
                "/.well-known/openid-configuration" => {
                    json!({ "issuer": issuer, "jwks_uri": format!("{issuer}/keys") }).to_string()
                }
                _ => said.keys.clone(),
            };
            let answer = match (&said.answer, &said.tag) {
                (Some(answer), _) => answer.clone(),
                (None, Some(tag)) if seen.header("if-none-match").as_ref() == Some(tag) => {
                    "HTTP/1.1 304 Not Modified\r\n\r\n".to_owned()
                }
                (None, tag) => {
                    let tag = tag
                        .as_ref()
                        .map_or(String::new(), |tag| format!("ETag: {tag}\r\n"));
                    let age = said.max_age.map_or(String::new(), |age| {
                        format!("Cache-Control: max-age={age}\r\n")
                    });
                    let length = body.len();
                    format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n{tag}{age}\r\n{body}")
                }
            };
            stream.write_all(answer.as_bytes()).is_ok()
        });
        Self { server, said }
    }

    pub fn issuer(&self) -> String {
        self.server.url()
    }

    pub fn publish(&self, keys: &[&SigningKey]) {
        self.say(&key_set(keys));
    }

    pub fn say(&self, keys: &str) {
        self.said.lock().unwrap().keys = keys.to_owned();
    }

    /// From now on it gives this answer to everything; nothing to go on as before.
    pub fn answer(&self, answer: Option<&str>) {
        self.said.lock().unwrap().answer = answer.map(str::to_owned);
    }

    pub fn tag(&self, tag: &str) {
        self.said.lock().unwrap().tag = Some(tag.to_owned());
    }

    /// How often its keys were asked for.
    pub fn asked(&self) -> usize {
        let seen = self.server.seen.lock().unwrap();
        seen.iter()
            .filter(|one| one.line().contains("/keys"))
            .count()
    }

    pub fn last(&self) -> super::Seen {
        self.server.last()
    }

    /// Its entry in an inventory, with some of it replaced.
    pub fn entry(&self, edits: Value) -> Value {
        entry(&self.issuer(), edits)
    }

    pub fn token(&self, key: &SigningKey, edits: Value) -> String {
        token(&self.issuer(), key, edits)
    }
}

pub fn entry(issuer: &str, edits: Value) -> Value {
    let mut entry = json!({
        "name": "acme-sso", "issuer": issuer, "preset": "openid", "algorithms": ["Ed25519"],
        "apis": { "payments": [AUDIENCE] },
        "organisation": { "fixed": "acme" }, "owner": "team-partners", "keys": "discovery",
        "token_types": ["at+jwt"], "scopes": { "claim": ["scope"] },
        "client": [["client_id"]], "max_lifetime": "1h", "leeway": "5s", "keep_keys": "24h",
    });
    for (field, value) in edits.as_object().unwrap() {
        entry[field] = value.clone();
    }
    entry
}

pub fn token(issuer: &str, key: &SigningKey, edits: Value) -> String {
    let now: Timestamp = WallClock.now();
    let mut claims = json!({
        "iss": issuer, "sub": "robot", "client_id": "robot", "aud": AUDIENCE,
        "iat": now.unix_seconds(), "exp": now.unix_seconds() + 600, "jti": "t1",
        "scope": "read:reports",
    });
    for (name, value) in edits.as_object().unwrap() {
        claims[name] = value.clone();
    }
    key.sign(TokenType::AccessToken, &claims).unwrap()
}

pub fn signing_key(id: &str) -> SigningKey {
    SigningKey::generate(Algorithm::Ed25519, id.parse().unwrap()).unwrap()
}

pub fn key_set(keys: &[&SigningKey]) -> String {
    let jwks: Vec<_> = keys
        .iter()
        .map(|key| key.verification_key().to_jwk())
        .collect();
    json!({ "keys": jwks }).to_string()
}
