//! What an endpoint demands of a caller, and why.

use std::borrow::Cow;

use base::{Lifetime, Timestamp};
use credential::{CredentialKind, ScopeSet};
use serde::{Deserialize, Serialize};

use crate::facts::words;
use crate::{EncryptedTokens, Rule, WhenLagging};

/// Everything that a caller must meet, derived from the endpoint's facts and
/// what it writes itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demand {
    /// The kinds accepted, in the order of [`CredentialKind`]; empty means
    /// nobody in particular: no credential is asked for. Two of them may be
    /// dated, so ask [`Demand::accepts_at`].
    pub accepts: Vec<CredentialKind>,
    /// The scopes that the credential must hold, all of them.
    pub scopes: ScopeSet,
    /// The oldest token accepted: now less its `iat`.
    #[serde(with = "crate::duration::text")]
    pub max_token_age: Lifetime,
    /// How far the revocation feed may lag.
    #[serde(with = "crate::duration::text")]
    pub max_feed_lag: Lifetime,
    /// What happens when it lags more.
    pub when_lagging: WhenLagging,
    /// Whether an older, unexpired token passes with a live revocation check,
    /// and only with one.
    pub live_check_beyond_age: bool,
    /// The end of the window in which a partner's API key is accepted as it
    /// is, instead of being exchanged for a token.
    #[serde(default)]
    pub raw_api_key_until: Option<Timestamp>,
    /// Whether a token is accepted that somebody got in exchange for an API
    /// key. It is a token of the client credentials grant, but a key stands
    /// behind it, so `accepts` alone does not open an endpoint to it.
    #[serde(default)]
    pub exchanged_api_key: bool,
    /// The end of the window in which HTTP Basic is accepted.
    #[serde(default)]
    pub basic_until: Option<Timestamp>,
    /// Whether requests are limited per address, because no credential tells
    /// callers apart.
    pub limit_per_address: bool,
    /// Which decisions are recorded.
    pub record: Record,
    /// The param of the path that must be the token's subject.
    #[serde(default)]
    pub owner_param: Option<String>,
    /// Whether a token must be bound to a key of its holder (`cnf`: DPoP or a
    /// client certificate).
    #[serde(default)]
    pub sender_constrained: bool,
    /// Whether a token may, or must, come encrypted for the gate.
    #[serde(default)]
    pub encrypted_tokens: EncryptedTokens,
    /// Why, in the order of the rules.
    pub reasons: Vec<Reason>,
}

/// Which decisions of an endpoint are recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// Each denial.
    Denials,
    /// Each denial and each permit.
    Every,
}

words!(Record: "denials" => Denials, "every" => Every);

/// Why something is demanded: the rule, one sentence with the facts that fired
/// it, and the passages that the rule comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The rule.
    pub rule: Rule,
    /// One sentence for people.
    pub sentence: String,
    /// The articles, such as `article 002, 'Evaluate whether ...'`.
    #[serde(default)]
    pub articles: Vec<Cow<'static, str>>,
}

impl Demand {
    /// Whether a credential of this kind is accepted at `now`: it is in
    /// `accepts` and its window, if it has one, is still open.
    pub fn accepts_at(&self, kind: CredentialKind, now: Timestamp) -> bool {
        let until = match kind {
            CredentialKind::ApiKey => self.raw_api_key_until,
            CredentialKind::Basic => self.basic_until,
            _ => None,
        };
        self.accepts.contains(&kind) && until.is_none_or(|until| now < until)
    }
}
