//! The audit in answers.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::audit::{AuditBody, AuditEntry, AuditVerdict};
use utoipa::ToSchema;

use super::ReasonAnswer;

/// One entry of the audit chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntryAnswer {
    /// Its place: 1 for the first one, then without a hole.
    #[schema(example = 17)]
    pub sequence: u64,
    /// When it happened: RFC 3339.
    #[schema(format = DateTime)]
    pub at: String,
    /// The request that it is about.
    #[schema(example = "r4z8k2m6q0v1c3x5")]
    pub request_id: String,
    /// `event` (the control plane), `decision` (a gate) or `outcome` (how a
    /// permitted request ended).
    #[schema(example = "decision")]
    pub kind: String,
    /// What happened, as it was recorded: its times are microseconds since
    /// 1970-01-01T00:00:00Z.
    #[schema(value_type = Object)]
    pub record: Value,
    /// The digest of the entry before it, in hexadecimal.
    pub previous: String,
    /// Its own digest, in hexadecimal.
    pub digest: String,
}

impl From<&AuditEntry> for AuditEntryAnswer {
    fn from(entry: &AuditEntry) -> Self {
        let (kind, at, record) = match &entry.body {
            AuditBody::Event(event) => ("event", event.at, serde_json::to_value(event)),
            AuditBody::Decision(decision) => {
                ("decision", decision.at, serde_json::to_value(decision))
            }
            AuditBody::Outcome(outcome) => ("outcome", outcome.at, serde_json::to_value(outcome)),
        };
        Self {
            sequence: entry.sequence,
            at: at.to_string(),
            request_id: entry.body.request_id().to_string(),
            kind: kind.to_owned(),
            record: record.unwrap_or_default(),
            previous: entry.previous.to_string(),
            digest: entry.digest.to_string(),
        }
    }
}

/// Some entries, the oldest first.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<AuditEntryAnswer>,
    /// What to send as `after` for the next ones; nothing if there is none yet.
    pub next_after: Option<u64>,
}

/// What a walk along the whole chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VerdictAnswer {
    /// Whether every entry is as it was written, and none is missing.
    pub clean: bool,
    /// How many entries are as they were written, from the first one on.
    #[schema(example = 1042)]
    pub entries: u64,
    /// The digest of the newest entry, to be kept elsewhere; nothing if the
    /// chain is broken.
    pub head: Option<String>,
    /// The first place where the chain does not hold.
    pub finding: Option<BreakAnswer>,
}

/// The first place where the chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BreakAnswer {
    /// The number of the entry.
    #[schema(example = 18)]
    pub sequence: u64,
    /// What is wrong with it.
    #[schema(example = "its body or its digest was altered")]
    pub detail: String,
}

impl From<&AuditVerdict> for VerdictAnswer {
    fn from(verdict: &AuditVerdict) -> Self {
        match verdict {
            AuditVerdict::Intact(head) => Self {
                clean: true,
                entries: head.sequence,
                head: Some(head.digest.to_string()),
                finding: None,
            },
            AuditVerdict::Broken(broken) => Self {
                clean: false,
                entries: broken.sequence.saturating_sub(1),
                head: None,
                finding: Some(BreakAnswer {
                    sequence: broken.sequence,
                    detail: broken.damage.to_string(),
                }),
            },
        }
    }
}

/// Everything that is known about one request.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TraceAnswer {
    /// The request.
    #[schema(example = "r4z8k2m6q0v1c3x5")]
    pub request_id: String,
    /// Every entry about it, the oldest first.
    pub entries: Vec<AuditEntryAnswer>,
    /// Why its endpoint demanded what it did; nothing if no gate decided about
    /// it, or no endpoint matched.
    pub derivation: Option<DerivationAnswer>,
}

/// Why an endpoint demanded what it did, when the request was judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DerivationAnswer {
    /// The endpoint.
    #[schema(example = "payouts.create")]
    pub endpoint: String,
    /// The requests that are its.
    #[schema(example = "POST /v1/payouts")]
    pub matches: String,
    /// The version of the inventory that was in force then.
    #[schema(example = 3)]
    pub inventory_version: u64,
    /// The reasons, in the order of the rules.
    pub reasons: Vec<ReasonAnswer>,
}
