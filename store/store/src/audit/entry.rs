//! One entry of the audit.

use authority::audit::{Actor, AuditEvent};
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

    /// Who did what it tells of, by public id: an API key's, an operator
    /// token's, or that of the client of a token. A trusted issuer's client is
    /// named `issuer-name/client`.
    pub fn credential(&self) -> Option<String> {
        match self {
            Self::Event(event) => match &event.actor {
                Actor::Operator(id) | Actor::Client(id) | Actor::Holder(id) => Some(id.clone()),
                Actor::Partner(_) | Actor::Account(_) | Actor::Doorward | Actor::Unknown => None,
            },
            Self::Decision(decision) => {
                let principal = decision.principal.as_ref()?;
                Some(match (&principal.trusted_issuer, &principal.client) {
                    (Some(issuer), Some(client)) => format!("{issuer}/{client}"),
                    (None, Some(client)) => client.clone(),
                    (_, None) => principal.credential_id.clone(),
                })
            }
            Self::Outcome(_) => None,
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
