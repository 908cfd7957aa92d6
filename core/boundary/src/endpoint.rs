//! The inventory, once it is valid: APIs and their endpoints.

use base::{Name, Timestamp};
use credential::{Audience, TokenAlgorithm};
use serde::{Deserialize, Serialize};

use crate::{Demand, Facts, Match, Rule, TrustedIssuer};

/// One endpoint: its facts and what they demand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Its id, unique in the inventory.
    pub id: Name,
    /// The requests that are its.
    pub matches: Match,
    /// The facts.
    pub facts: Facts,
    /// What they demand.
    pub demand: Demand,
    /// Who answers for it.
    pub owner: Name,
    /// Who cuts access off when something leaks.
    pub revoker: Name,
    /// The integration surface that it belongs to, such as `payouts`.
    pub surface: Name,
    /// Where roles are managed. `issuer` means: in the scopes that are granted
    /// here.
    #[serde(default = "issuer_name")]
    pub roles_from: Name,
    /// Whether a request carries an `Idempotency-Key`.
    #[serde(default)]
    pub idempotency_key: bool,
    /// What was loosened, why, by whom and until when.
    #[serde(default)]
    pub exceptions: Vec<Exception>,
}

/// Something accepted although the facts do not derive it. All of them are
/// debts and show until they end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// The rule that it is an exception from.
    pub rule: Rule,
    /// What it loosens, one sentence.
    pub loosens: String,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: Name,
    /// When it ends.
    pub until: Timestamp,
    /// Whether the whole endpoint closes when it ends; if not, only what it
    /// loosens does.
    pub closes_endpoint: bool,
}

/// An API (a resource server) behind the gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Api {
    /// Its name.
    pub name: Name,
    /// What a token for it has as `aud`.
    pub audience: Audience,
    /// Where its requests are forwarded to: `scheme://host[:port]`, no path.
    pub upstream: String,
    /// Who answers for it.
    pub owner: Name,
    /// The integration surface of its endpoints, save where they say otherwise.
    pub surface: Name,
    /// What its access tokens are signed with; nothing: the environment's
    /// default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_algorithm: Option<TokenAlgorithm>,
    /// Its endpoints, in the order of the document.
    pub endpoints: Vec<Endpoint>,
}

/// A whole inventory without a contradiction: only
/// [`Inventory::parse`] makes one, or reading back one that it made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Inventory {
    /// The APIs, by name.
    pub apis: Vec<Api>,
    /// The issuers whose tokens are accepted beside our own, in the order of
    /// the document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trusted_issuers: Vec<TrustedIssuer>,
}

impl Inventory {
    /// Every endpoint with its API.
    pub fn endpoints(&self) -> impl Iterator<Item = (&Api, &Endpoint)> {
        self.apis
            .iter()
            .flat_map(|api| api.endpoints.iter().map(move |endpoint| (api, endpoint)))
    }

    /// The endpoint with that id, and its API.
    pub fn endpoint(&self, id: &str) -> Option<(&Api, &Endpoint)> {
        self.endpoints()
            .find(|(_, endpoint)| endpoint.id.as_str() == id)
    }
}

impl Endpoint {
    /// Whether it is closed at `now`, because an exception has ended that it
    /// was built on: every request is then denied.
    pub fn is_closed(&self, now: Timestamp) -> bool {
        self.exceptions
            .iter()
            .any(|exception| exception.closes_endpoint && now >= exception.until)
    }
}

/// The answer to "where are roles managed" when nothing else is written.
pub(crate) const ROLES_FROM_ISSUER: &str = "issuer";

#[expect(
    clippy::expect_used,
    reason = "a constant that the test of this module proves to be a name"
)]
pub(crate) fn issuer_name() -> Name {
    ROLES_FROM_ISSUER.parse().expect("the constant is a name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_place_of_roles_is_a_name() {
        assert_eq!(issuer_name().as_str(), ROLES_FROM_ISSUER);
    }
}
