//! An endpoint in answers: its facts, what they demand and why.

use boundary::{Demand, Endpoint, Exception, Facts, Reason, WhenLagging};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One endpoint: its facts and what they demand.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EndpointAnswer {
    /// Its id.
    #[schema(example = "payouts.create")]
    pub id: String,
    /// The requests that are its.
    #[schema(example = "POST /v1/payouts")]
    pub matches: String,
    /// The facts.
    pub facts: FactsAnswer,
    /// What they demand.
    pub demand: DemandAnswer,
    /// Who answers for it.
    pub owner: String,
    /// Who cuts access off when something leaks.
    pub revoker: String,
    /// The integration surface that it belongs to.
    pub surface: String,
    /// Where roles are managed.
    pub roles_from: String,
    /// Whether a request carries an `Idempotency-Key`.
    pub idempotency_key: bool,
    /// What was loosened, and until when.
    pub exceptions: Vec<ExceptionAnswer>,
}

impl From<&Endpoint> for EndpointAnswer {
    fn from(endpoint: &Endpoint) -> Self {
        Self {
            id: endpoint.id.to_string(),
            matches: endpoint.matches.to_string(),
            facts: FactsAnswer::from(&endpoint.facts),
            demand: DemandAnswer::from(&endpoint.demand),
            owner: endpoint.owner.to_string(),
            revoker: endpoint.revoker.to_string(),
            surface: endpoint.surface.to_string(),
            roles_from: endpoint.roles_from.to_string(),
            idempotency_key: endpoint.idempotency_key,
            exceptions: endpoint
                .exceptions
                .iter()
                .map(ExceptionAnswer::from)
                .collect(),
        }
    }
}

/// The facts about an endpoint.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FactsAnswer {
    /// Who calls: `browser`, `mobile`, `partner`, `service` or `anyone`.
    #[schema(example = "partner")]
    pub caller: String,
    /// On whose authority: `own` or `delegated`.
    #[schema(example = "own")]
    pub authority: String,
    /// Whose data or money: `public`, `own`, `user`, `money` or `admin`.
    #[schema(example = "money")]
    pub data: String,
    /// From where: `public` or `internal`.
    #[schema(example = "public")]
    pub exposure: String,
    /// What a wrong caller costs: `read`, `write`, `sensitive` or `irreversible`.
    #[schema(example = "irreversible")]
    pub consequence: String,
}

impl From<&Facts> for FactsAnswer {
    fn from(facts: &Facts) -> Self {
        Self {
            caller: facts.caller.to_string(),
            authority: facts.authority.to_string(),
            data: facts.data.to_string(),
            exposure: facts.exposure.to_string(),
            consequence: facts.consequence.to_string(),
        }
    }
}

/// What an endpoint demands of a caller, and why.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DemandAnswer {
    /// The kinds of credential; empty means that none is asked for.
    #[schema(example = json!(["client_credentials"]))]
    pub accepts: Vec<String>,
    /// The scopes that the credential must hold, all of them.
    #[schema(example = json!(["write:payouts"]))]
    pub scopes: Vec<String>,
    /// The oldest token accepted, in seconds.
    #[schema(example = 45)]
    pub max_token_age_seconds: u64,
    /// How far the revocation feed may lag, in seconds.
    #[schema(example = 1)]
    pub max_feed_lag_seconds: u64,
    /// What happens when it lags more: `deny` or `live_check_else_deny`.
    #[schema(example = "live_check_else_deny")]
    pub when_lagging: String,
    /// Whether an older token passes with a live revocation check.
    pub live_check_beyond_age: bool,
    /// Until when an API key is accepted as it is: RFC 3339.
    pub raw_api_key_until: Option<String>,
    /// Whether a token is accepted that an API key was exchanged for.
    #[serde(default)]
    pub exchanged_api_key: bool,
    /// Until when HTTP Basic is accepted: RFC 3339.
    pub basic_until: Option<String>,
    /// Whether requests are limited per address.
    pub limit_per_address: bool,
    /// Which decisions are recorded: `denials` or `every`.
    #[schema(example = "every")]
    pub record: String,
    /// The param of the path that must be the token's subject.
    pub owner_param: Option<String>,
    /// Whether a token must be bound to a key of its holder.
    pub sender_constrained: bool,
    /// Whether a token may or must come encrypted for the gate: `refused`,
    /// `accepted` or `required`.
    #[serde(default)]
    #[schema(example = "refused")]
    pub encrypted_tokens: String,
    /// Why, in the order of the rules.
    pub reasons: Vec<ReasonAnswer>,
}

impl From<&Demand> for DemandAnswer {
    fn from(demand: &Demand) -> Self {
        Self {
            accepts: demand.accepts.iter().map(ToString::to_string).collect(),
            scopes: demand.scopes.iter().map(ToString::to_string).collect(),
            max_token_age_seconds: demand.max_token_age.as_secs(),
            max_feed_lag_seconds: demand.max_feed_lag.as_secs(),
            when_lagging: match demand.when_lagging {
                WhenLagging::Deny => "deny",
                WhenLagging::LiveCheckElseDeny => "live_check_else_deny",
            }
            .to_owned(),
            live_check_beyond_age: demand.live_check_beyond_age,
            raw_api_key_until: demand.raw_api_key_until.map(|until| until.to_string()),
            exchanged_api_key: demand.exchanged_api_key,
            basic_until: demand.basic_until.map(|until| until.to_string()),
            limit_per_address: demand.limit_per_address,
            record: demand.record.to_string(),
            owner_param: demand.owner_param.clone(),
            sender_constrained: demand.sender_constrained,
            encrypted_tokens: demand.encrypted_tokens.to_string(),
            reasons: demand.reasons.iter().map(ReasonAnswer::from).collect(),
        }
    }
}

/// Why something is demanded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReasonAnswer {
    /// The rule.
    #[schema(example = "irreversible")]
    pub rule: String,
    /// One sentence for people.
    pub sentence: String,
    /// The passages that the rule comes from.
    pub articles: Vec<String>,
}

impl From<&Reason> for ReasonAnswer {
    fn from(reason: &Reason) -> Self {
        Self {
            rule: reason.rule.to_string(),
            sentence: reason.sentence.clone(),
            articles: reason.articles.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Something accepted although the facts do not derive it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ExceptionAnswer {
    /// The rule that it is an exception from.
    pub rule: String,
    /// What it loosens.
    pub loosens: String,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// When it ends: RFC 3339.
    #[schema(format = DateTime)]
    pub until: String,
    /// Whether the whole endpoint closes when it ends.
    pub closes_endpoint: bool,
}

impl From<&Exception> for ExceptionAnswer {
    fn from(exception: &Exception) -> Self {
        Self {
            rule: exception.rule.to_string(),
            loosens: exception.loosens.clone(),
            reason: exception.reason.clone(),
            owner: exception.owner.to_string(),
            until: exception.until.to_string(),
            closes_endpoint: exception.closes_endpoint,
        }
    }
}
