//! How a credential is used, and why it is there, in answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use snapshot::{Exposure, Seen, Usage, UseFinding};
use utoipa::ToSchema;

use super::ApiKeyAnswer;

/// When something was seen, and how often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SeenAnswer {
    /// For the first time: RFC 3339.
    #[schema(format = DateTime)]
    pub first_at: String,
    /// For the last time: RFC 3339.
    #[schema(format = DateTime)]
    pub last_at: String,
    /// In how many requests.
    #[schema(example = 3)]
    pub requests: u64,
}

/// How a credential was used, as far as gates have reported it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UsedAnswer {
    /// The requests in which it was genuine, permitted or not.
    pub seen: Option<SeenAnswer>,
    /// The same by the caller's network: /24 or /48.
    pub networks: BTreeMap<String, SeenAnswer>,
    /// The same by a hash of what the calling program says of itself.
    pub fingerprints: BTreeMap<String, SeenAnswer>,
    /// The permitted ones by endpoint.
    pub endpoints: BTreeMap<String, SeenAnswer>,
    /// Requests that could not be told apart any more.
    #[schema(example = 0)]
    pub untold: u64,
}

/// Something odd about a credential's use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UseFindingAnswer {
    /// The rule.
    #[schema(example = "several_networks")]
    pub rule: String,
    /// What it found.
    #[schema(example = "It comes from 3 networks in the same time.")]
    pub sentence: String,
}

/// An endpoint that a credential opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReachedAnswer {
    /// Its id.
    #[schema(example = "forecast.read")]
    pub endpoint: String,
    /// Its API.
    #[schema(example = "weather")]
    pub api: String,
    /// Its requests.
    #[schema(example = "GET /forecast/{city}")]
    pub matches: String,
}

/// Why an API key is there: who owns it, what it opens, how to disable it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WhyAnswer {
    /// The key, and who owns it.
    pub api_key: ApiKeyAnswer,
    /// What it opens, by the inventory in force.
    pub opens: Vec<ReachedAnswer>,
    /// The command that disables it, and nothing else.
    #[schema(example = "doorward key revoke k4z8k2m6q0v1c3x5 --reason REASON")]
    pub disable: String,
    /// How it was used.
    pub used: UsedAnswer,
    /// What is odd about that.
    pub findings: Vec<UseFindingAnswer>,
}

/// A place where an API key was readable for others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExposedAnswer {
    /// `query`, `path`, `cookie`, `browser`, `plain_http` or `report`.
    #[schema(example = "query")]
    pub place: String,
    /// When it was seen there.
    pub seen: SeenAnswer,
}

/// Where an API key was readable for others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExposureAnswer {
    /// The key.
    #[schema(example = "k4z8k2m6q0v1c3x5")]
    pub id: String,
    /// The places.
    pub places: Vec<ExposedAnswer>,
}

impl From<&Seen> for SeenAnswer {
    fn from(seen: &Seen) -> Self {
        Self {
            first_at: seen.first_at.to_string(),
            last_at: seen.last_at.to_string(),
            requests: seen.requests,
        }
    }
}

impl From<&Usage> for UsedAnswer {
    fn from(usage: &Usage) -> Self {
        Self {
            seen: usage.seen.as_ref().map(SeenAnswer::from),
            networks: told(&usage.networks),
            fingerprints: told(&usage.fingerprints),
            endpoints: told(&usage.endpoints),
            untold: usage.untold,
        }
    }
}

impl From<&UseFinding> for UseFindingAnswer {
    fn from(finding: &UseFinding) -> Self {
        Self {
            rule: finding.rule.as_str().to_owned(),
            sentence: finding.sentence.clone(),
        }
    }
}

impl From<(&Exposure, &Seen)> for ExposedAnswer {
    fn from((exposure, seen): (&Exposure, &Seen)) -> Self {
        Self {
            place: exposure.as_str().to_owned(),
            seen: SeenAnswer::from(seen),
        }
    }
}

fn told<K: ToString>(each: &BTreeMap<K, Seen>) -> BTreeMap<String, SeenAnswer> {
    each.iter()
        .map(|(thing, seen)| (thing.to_string(), SeenAnswer::from(seen)))
        .collect()
}
