//! Revocations that are not a property of one record.

use base::{Name, Timestamp};
use serde::{Deserialize, Serialize};

/// Whose tokens a [`Cutoff`] ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "name")]
pub enum CutoffTarget {
    /// Every token of the environment.
    Environment,
    /// Every token of an organisation.
    Organisation(Name),
    /// Every token of a client.
    Client(credential::ClientId),
    /// Every token about a subject.
    Subject(String),
    /// Every token of a token family.
    Family(String),
}

/// "Nothing issued before `not_before`" for a target. It may be dropped once
/// every token from before has expired.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cutoff {
    /// Whose tokens.
    pub target: CutoffTarget,
    /// A token issued before this instant is refused.
    pub not_before: Timestamp,
    /// When the last token from before has expired.
    pub expires_at: Timestamp,
}
