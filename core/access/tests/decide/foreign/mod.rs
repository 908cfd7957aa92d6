//! Access tokens of trusted issuers.

mod confusion;
mod preset;
mod selection;
mod withdrawal;

use std::sync::Arc;

use access::{Conditional, Decision, Denial, IssuerKeys, KeysInForce, View};
use base::Timestamp;
use boundary::Inventory;
use jose::{Algorithm, KeySet, SigningKey, TokenType};
use serde_json::{Value, json};

use crate::house::{AUDIENCE, House, at, bearer, header_map, inventory, signing_key, standard};

pub(super) const SSO: &str = "https://sso.acme.example/realms/x";
pub(super) const LINE: &str = "GET /reports/all";
const SECONDS: i64 = 1_800_000_000;

/// The entry of a trusted issuer, as a snapshot carries it, with some of it
/// replaced.
pub(super) fn entry(name: &str, issuer: &str, edits: Value) -> Value {
    let mut entry = json!({
        "name": name, "issuer": issuer, "preset": "openid", "algorithms": ["Ed25519"],
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

/// An issuer that is trusted, and signs whatever it is told to.
pub(super) struct Sso {
    pub(super) issuer: String,
    pub(super) key: SigningKey,
}

impl Sso {
    pub(super) fn new(issuer: &str, key_id: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            key: signing_key(key_id),
        }
    }

    /// Good claims of a client's own token, with some of them replaced; null
    /// leaves one out.
    pub(super) fn claims(&self, edits: Value) -> Value {
        let mut claims = json!({
            "iss": self.issuer, "sub": "robot", "client_id": "robot", "aud": AUDIENCE,
            "iat": SECONDS, "exp": SECONDS + 600, "jti": "t1", "scope": "read:reports",
        });
        for (name, value) in edits.as_object().unwrap() {
            claims[name] = value.clone();
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(name);
            }
        }
        claims
    }

    pub(super) fn token(&self, edits: Value) -> String {
        self.typed(TokenType::AccessToken, edits)
    }

    pub(super) fn typed(&self, typ: TokenType, edits: Value) -> String {
        self.key.sign(typ, &self.claims(edits)).unwrap()
    }

    pub(super) fn key_set(&self) -> KeySet {
        KeySet::new(vec![self.key.verification_key().clone()])
    }
}

/// A house that trusts some issuers, and what it knows of their keys.
pub(super) struct Trusting {
    pub(super) house: House,
    pub(super) keys: IssuerKeys,
}

impl Trusting {
    pub(super) fn new(entries: &[Value]) -> Self {
        Self {
            house: House::with(with_issuers(entries)),
            keys: IssuerKeys::default(),
        }
    }

    /// One issuer whose keys are known, and the house that trusts it.
    pub(super) fn one(edits: Value) -> (Self, Sso) {
        let sso = Sso::new(SSO, "s1");
        let mut trusting = Self::new(&[entry("acme-sso", SSO, edits)]);
        trusting.know(&sso, at(100_000));
        (trusting, sso)
    }

    pub(super) fn know(&mut self, sso: &Sso, until: Timestamp) {
        let view = self.house.view();
        let mut issuers = view.trusted_issuers().iter();
        let issuer = issuers.find(|one| one.rules().issuer.as_str() == sso.issuer);
        let keys = KeysInForce {
            keys: Arc::new(sso.key_set()),
            until: Some(until),
        };
        self.keys.put(issuer.unwrap().origin(), Some(keys));
    }

    pub(super) fn view(&self) -> View {
        self.house
            .view()
            .with_issuer_keys(Arc::new(self.keys.clone()))
    }

    pub(super) fn decide(&self, line: &str, token: &str) -> Decision {
        let [(slot, value)] = bearer(token);
        self.house
            .decide_in(&self.view(), line, &header_map(&[(slot, &value)]))
    }

    #[track_caller]
    pub(super) fn passes(&self, line: &str, token: &str) -> Conditional {
        match self.decide(line, token) {
            Decision::Conditional(conditional) => conditional,
            Decision::Denial(denial) => panic!("{line} is denied: {denial:?}"),
        }
    }

    #[track_caller]
    pub(super) fn denies(&self, line: &str, token: &str) -> Denial {
        match self.decide(line, token) {
            Decision::Denial(denial) => denial,
            Decision::Conditional(conditional) => panic!("{line} passes: {conditional:?}"),
        }
    }

    /// The status and the rule.
    #[track_caller]
    pub(super) fn answer(&self, line: &str, token: &str) -> (u16, &'static str) {
        let denial = self.denies(line, token);
        (denial.status().as_u16(), denial.rule().as_str())
    }
}

fn with_issuers(entries: &[Value]) -> Inventory {
    let mut text = serde_json::to_value(inventory(&standard())).unwrap();
    text["trusted_issuers"] = entries.into();
    serde_json::from_value(text).unwrap()
}

#[test]
fn every_algorithm_that_an_inventory_may_name_is_known() {
    for name in boundary::FOREIGN_ALGORITHMS {
        assert!(name.parse::<Algorithm>().is_ok(), "{name}");
    }
    for known in Algorithm::ALL {
        let name = known.as_str();
        assert!(boundary::FOREIGN_ALGORITHMS.contains(&name), "{name}");
    }
}
