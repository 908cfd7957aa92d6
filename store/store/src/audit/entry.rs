//! One entry of the audit.

use authority::audit::AuditEvent;
use base::Name;
use serde::{Deserialize, Serialize};
use snapshot::{DecisionRecord, OutcomeRecord, RequestId};

use super::EntryDigest;

/// What one entry tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "record")]
pub enum AuditBody {
    /// Something happened in the control plane.
    Event(AuditEvent),
    /// A gate decided.
    Decision(Box<DecisionRecord>),
    /// A permitted request ended.
    Outcome(OutcomeRecord),
}

impl AuditBody {
    /// The request that it is about.
    pub fn request_id(&self) -> &RequestId {
        match self {
            Self::Event(event) => &event.request_id,
            Self::Decision(decision) => &decision.request_id,
            Self::Outcome(outcome) => &outcome.request_id,
        }
    }

    /// The environment that it names; an outcome names none.
    pub fn environment(&self) -> Option<&Name> {
        match self {
            Self::Event(event) => Some(&event.environment),
            Self::Decision(decision) => Some(&decision.environment),
            Self::Outcome(_) => None,
        }
    }
}

/// One entry of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its place: 1 for the first, then without a hole.
    pub sequence: u64,
    /// The digest of the entry before it.
    pub previous: EntryDigest,
    /// Its own digest.
    pub digest: EntryDigest,
    /// What it tells.
    pub body: AuditBody,
}
