//! Leaked credentials in answers. No text of any credential has a place here.

use std::collections::BTreeMap;

use authority::leak::{
    Candidate, Condition, Done, Leaked, OddUse, Place, Reached, Standing, Step, Trail,
    by_consequence, reach, steps,
};
use base::Timestamp;
use boundary::Inventory;
use serde::{Deserialize, Serialize};
use snapshot::{Seen, Usage};
use utoipa::ToSchema;

use super::InForce;

/// What stands in a reported text, and what was done about it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LeakAnswer {
    /// Whether nothing was done: `done` says what would be.
    pub dry_run: bool,
    /// Where it was found.
    #[schema(example = "https://git.example/acme/app/blob/1a2b/.env")]
    pub r#where: String,
    /// Each different credential in the shape of ours; empty if there is none.
    pub found: Vec<LeakedAnswer>,
}

/// One credential in the text.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct LeakedAnswer {
    /// `api_key`, `client_secret` or `operator_token`.
    #[schema(example = "api_key")]
    pub kind: String,
    /// Its public id; a client secret's is the client's, once that is known.
    #[schema(example = "k4z8k2m6q0v1c3x5")]
    pub id: Option<String>,
    /// What it was when it was reported: `accepted`, `suspended`, `lapsed`
    /// (nobody has reviewed the key in time), `superseded` (a newer secret of the
    /// same key took its place), `expired`, `digest_key_retired` or `revoked`;
    /// `other_secret` (the id is ours, this secret opens nothing: an earlier one,
    /// or made up), `unknown`, or `other_environment`.
    #[schema(example = "accepted")]
    pub state: String,
    /// `revoked`, `suspended`, `notified` (it still works) or `nothing_to_cut_off`.
    #[schema(example = "revoked")]
    pub done: String,
    /// The partner, customer or own department that holds it.
    #[serde(default)]
    pub organisation: Option<String>,
    /// Who answers for it.
    #[serde(default)]
    pub owner: Option<String>,
    /// Who cuts it off.
    #[serde(default)]
    pub revoker: Option<String>,
    /// What it may do.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// For which APIs.
    #[serde(default)]
    pub audiences: Vec<String>,
    /// From where alone it may be used; empty: from everywhere.
    #[serde(default)]
    pub limited_to: Vec<String>,
    /// How many requests it may make; nothing: as many as it likes.
    #[serde(default)]
    #[schema(example = "600 requests in 60 s")]
    pub rate_limit: Option<String>,
    /// How many endpoints it reaches, by consequence: the blast radius.
    #[serde(default)]
    pub blast_radius: BTreeMap<String, usize>,
    /// These endpoints, the gravest first.
    #[serde(default)]
    pub endpoints: Vec<EndpointAtRiskAnswer>,
    /// How it was used.
    #[serde(default)]
    pub r#use: Option<UseAnswer>,
    /// What remains to do, in order.
    #[serde(default)]
    pub steps: Vec<StepAnswer>,
    /// Since when the gate judges by it; nothing if that is not confirmed.
    #[serde(default)]
    pub in_force: Option<InForce>,
}

/// An endpoint that a credential reaches.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EndpointAtRiskAnswer {
    /// The API.
    #[schema(example = "weather")]
    pub api: String,
    /// The endpoint.
    #[schema(example = "forecast.read")]
    pub endpoint: String,
    /// Method and path.
    #[schema(example = "GET /v1/forecast")]
    pub r#match: String,
    /// What a wrong caller costs there.
    #[schema(example = "read")]
    pub consequence: String,
    /// Whose data or money it touches.
    #[schema(example = "own")]
    pub data: String,
    /// As what it gets in: as it is, or as a token that is got with it.
    #[schema(example = "api_key")]
    pub kind: String,
}

/// How a leaked credential was used.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct UseAnswer {
    /// All requests in which it was genuine; nothing if no gate has seen any.
    pub seen: Option<UseSeenAnswer>,
    /// By the caller's network, in order of time.
    pub networks: Vec<UseSeenAnswer>,
    /// By what the calling software says of itself, in order of time.
    pub fingerprints: Vec<UseSeenAnswer>,
    /// The permitted ones by endpoint, in order of time.
    pub endpoints: Vec<UseSeenAnswer>,
    /// Requests beyond the networks and so on that are told apart.
    pub untold: u64,
    /// The first use that was not usual.
    pub first_odd: Option<OddUseAnswer>,
    /// What the audit has of it since then, or at all: requests let through.
    pub audited_permits: u64,
    /// Requests refused.
    pub audited_denials: u64,
    /// Requests let through, by endpoint.
    pub audited_endpoints: BTreeMap<String, u64>,
    /// Acts in the control plane, by name.
    pub audited_acts: BTreeMap<String, u64>,
    /// Whether all of the audit was read; if not, there is more than counted.
    pub audit_whole: bool,
}

/// When something was seen, and how often.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct UseSeenAnswer {
    /// What: a network, a fingerprint, an endpoint.
    #[schema(example = "192.0.2.0/24")]
    pub name: String,
    /// For the first time: RFC 3339.
    #[schema(format = DateTime)]
    pub first_at: String,
    /// For the last time: RFC 3339.
    #[schema(format = DateTime)]
    pub last_at: String,
    /// In how many requests.
    pub requests: u64,
    /// Whether it is odd: not there in the first week, and not half of all.
    pub odd: bool,
}

/// The first use that was not usual.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct OddUseAnswer {
    /// When: RFC 3339.
    #[schema(format = DateTime)]
    pub at: String,
    /// `network`, `fingerprint`, or `too_young`: it was used for less than a
    /// week, so nothing can be called usual.
    #[schema(example = "network")]
    pub kind: String,
    /// Which.
    pub name: Option<String>,
    /// At least so many requests since then: those of what is odd.
    pub requests_at_least: u64,
    /// At most so many: all but those of networks not seen since.
    pub requests_at_most: u64,
}

/// One thing that remains to do.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct StepAnswer {
    /// What.
    #[schema(example = "tell its owner team-weather at acme that it leaked and what was done")]
    pub what: String,
    /// The command that does it, if one does.
    pub command: Option<String>,
}

impl LeakAnswer {
    pub(crate) fn new(found: Vec<LeakedAnswer>, (place, dry_run): (&Place, bool)) -> Self {
        Self {
            dry_run,
            r#where: place.to_string(),
            found,
        }
    }
}

impl LeakedAnswer {
    /// What opens nothing here.
    pub(crate) fn other(candidate: &Candidate, standing: Standing) -> Self {
        Self {
            kind: candidate.kind.to_string(),
            id: candidate.id.clone(),
            state: standing.as_str().to_owned(),
            done: Done::NothingToCutOff.as_str().to_owned(),
            ..Self::default()
        }
    }

    /// A secret of ours.
    pub(crate) fn genuine(
        (leaked, condition, done): (&Leaked, Condition, Done),
        used: (Usage, Trail, bool),
        (inventory, place): (&Inventory, &Place),
        now: Timestamp,
    ) -> Self {
        let reached = reach(leaked, inventory, now);
        let counts = by_consequence(&reached).into_iter();
        let answer = Self {
            kind: leaked.kind().to_string(),
            id: Some(leaked.id().to_owned()),
            state: Standing::Genuine(condition).as_str().to_owned(),
            done: done.as_str().to_owned(),
            blast_radius: counts
                .map(|(consequence, count)| (consequence.to_string(), count))
                .collect(),
            endpoints: reached.iter().map(EndpointAtRiskAnswer::from).collect(),
            r#use: Some(UseAnswer::new(&used.0, &used.1, used.2)),
            steps: steps(leaked, (condition, done), place)
                .into_iter()
                .map(StepAnswer::from)
                .collect(),
            ..Self::default()
        };
        let texts = |all: &mut dyn Iterator<Item = String>| all.collect::<Vec<String>>();
        match leaked {
            Leaked::ApiKey(record) => Self {
                organisation: Some(record.accountability.organisation.to_string()),
                owner: Some(record.accountability.owner.to_string()),
                revoker: Some(record.accountability.revoker.to_string()),
                scopes: texts(&mut record.scopes.iter().map(ToString::to_string)),
                audiences: vec![record.audience.to_string()],
                limited_to: texts(&mut record.networks.iter().map(ToString::to_string)),
                rate_limit: record
                    .limit
                    .map(|limit| format!("{} requests in {} s", limit.requests, limit.per_seconds)),
                ..answer
            },
            Leaked::Client(record) => Self {
                organisation: Some(record.accountability.organisation.to_string()),
                owner: Some(record.accountability.owner.to_string()),
                revoker: Some(record.accountability.revoker.to_string()),
                scopes: texts(&mut record.scopes.iter().map(ToString::to_string)),
                audiences: texts(&mut record.audiences.iter().map(ToString::to_string)),
                ..answer
            },
            Leaked::OperatorToken(record) => Self {
                owner: Some(record.owner.to_string()),
                scopes: texts(&mut record.scopes.iter().map(ToString::to_string)),
                ..answer
            },
        }
    }
}

impl From<&Reached> for EndpointAtRiskAnswer {
    fn from(reached: &Reached) -> Self {
        Self {
            api: reached.api.to_string(),
            endpoint: reached.endpoint.to_string(),
            r#match: reached.matches.clone(),
            consequence: reached.consequence.to_string(),
            data: reached.data.to_string(),
            kind: reached.kind.to_string(),
        }
    }
}

impl From<Step> for StepAnswer {
    fn from(step: Step) -> Self {
        Self {
            what: step.what,
            command: step.command,
        }
    }
}

impl UseAnswer {
    fn new(usage: &Usage, trail: &Trail, audit_whole: bool) -> Self {
        let networks = usage.networks.iter().map(|(network, seen)| {
            let odd = trail.odd_networks.contains(network);
            UseSeenAnswer::new(network.to_string(), *seen, odd)
        });
        let fingerprints = usage.fingerprints.iter().map(|(fingerprint, seen)| {
            let odd = trail.odd_fingerprints.contains(fingerprint);
            UseSeenAnswer::new(fingerprint.clone(), *seen, odd)
        });
        let endpoints = usage
            .endpoints
            .iter()
            .map(|(endpoint, seen)| UseSeenAnswer::new(endpoint.to_string(), *seen, false));
        let first_odd = trail.first_odd.as_ref().map(|(at, odd)| {
            let (kind, name) = match odd {
                OddUse::TooYoung => ("too_young", None),
                OddUse::Network(network) => ("network", Some(network.to_string())),
                OddUse::Fingerprint(fingerprint) => ("fingerprint", Some(fingerprint.clone())),
            };
            OddUseAnswer {
                at: at.to_string(),
                kind: kind.to_owned(),
                name,
                requests_at_least: trail.requests_at_least,
                requests_at_most: trail.requests_at_most,
            }
        });
        Self {
            seen: usage
                .seen
                .map(|seen| UseSeenAnswer::new("all".to_owned(), seen, false)),
            networks: in_time(networks.collect()),
            fingerprints: in_time(fingerprints.collect()),
            endpoints: in_time(endpoints.collect()),
            untold: usage.untold,
            first_odd,
            audited_permits: trail.permits,
            audited_denials: trail.denials,
            audited_endpoints: trail
                .endpoints
                .iter()
                .map(|(endpoint, count)| (endpoint.to_string(), *count))
                .collect(),
            audited_acts: trail.acts.clone(),
            audit_whole,
        }
    }
}

impl UseSeenAnswer {
    fn new(name: String, seen: Seen, odd: bool) -> Self {
        Self {
            name,
            first_at: seen.first_at.to_string(),
            last_at: seen.last_at.to_string(),
            requests: seen.requests,
            odd,
        }
    }
}

/// RFC 3339 in one zone: the order of the texts is that of the times, but for
/// fractions of a second.
fn in_time(mut seen: Vec<UseSeenAnswer>) -> Vec<UseSeenAnswer> {
    seen.sort_by(|a, b| a.first_at.cmp(&b.first_at));
    seen
}
