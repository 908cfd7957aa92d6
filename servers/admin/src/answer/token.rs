//! An inspected token in answers. Nothing of the token itself is in it.

use access::{Inspection, Outcome};
use base::Revision;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What came of each check of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InspectionAnswer {
    /// The revision that it was judged by.
    #[schema(example = 42)]
    pub revision: u64,
    /// Whether the signature is good. What could not be verified is not.
    pub genuine: bool,
    /// Whether every check holds.
    pub accepted: bool,
    /// The rule that refuses it.
    #[serde(default)]
    #[schema(example = "token_expired")]
    pub rule: Option<String>,
    /// Why it is refused.
    #[serde(default)]
    #[schema(example = "The token has expired.")]
    pub detail: Option<String>,
    /// The checks, in their order.
    pub checks: Vec<CheckAnswer>,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CheckAnswer {
    /// Its name.
    #[schema(example = "signature")]
    pub check: String,
    /// What came of it.
    pub outcome: OutcomeAnswer,
}

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeAnswer {
    /// It holds.
    Passed,
    /// It does not.
    Failed,
    /// One before it failed, so it was not made.
    NotReached,
}

impl OutcomeAnswer {
    /// Its name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotReached => "not_reached",
        }
    }
}

impl InspectionAnswer {
    /// What came of an inspection at a revision.
    pub fn new(inspection: &Inspection, revision: Revision) -> Self {
        let check = |&(check, outcome): &(access::TokenCheck, Outcome)| CheckAnswer {
            check: check.as_str().to_owned(),
            outcome: match outcome {
                Outcome::Passed => OutcomeAnswer::Passed,
                Outcome::Failed => OutcomeAnswer::Failed,
                Outcome::NotReached => OutcomeAnswer::NotReached,
            },
        };
        Self {
            revision: revision.number(),
            genuine: inspection.is_genuine(),
            accepted: inspection.is_accepted(),
            rule: inspection.rule().map(|rule| rule.as_str().to_owned()),
            detail: inspection.finding().map(str::to_owned),
            checks: inspection.checks().iter().map(check).collect(),
        }
    }
}
