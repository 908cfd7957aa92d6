//! How the control plane says no to an operator.

use base::Timestamp;

/// One thing that is wrong with a field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFinding {
    /// The field, as the JSON body and the command line name it.
    pub field: &'static str,
    /// What is wrong.
    pub detail: String,
    /// What to write instead.
    pub fix: String,
}

/// What is wrong with one item of a request that has many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemFindings {
    /// Its place, from 0.
    pub item: usize,
    /// What is wrong with it.
    pub findings: Vec<FieldFinding>,
}

/// Every way in which an operator's request is refused. OAuth refusals are
/// [`crate::token::TokenRefusal`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Fields are missing or wrong: all of them at once.
    Invalid(Vec<FieldFinding>),
    /// The same of a request with many items; nothing was made of any.
    InvalidItems(Vec<ItemFindings>),
    /// There is no such thing.
    NotFound {
        /// What was looked for, such as `api_key`.
        kind: &'static str,
        /// The id that was given.
        id: String,
    },
    /// It was revoked before.
    AlreadyRevoked {
        /// What it is, such as `api_key`.
        kind: &'static str,
        /// Its id.
        id: String,
    },
    /// It will work, and does not yet.
    NotYet {
        /// Why not.
        detail: String,
        /// From when on it works.
        from: Timestamp,
        /// What to do until then, or instead.
        fix: String,
    },
    /// What it is about is not in a stage for that.
    WrongStage {
        /// What stage it is in.
        detail: String,
        /// What to do instead.
        fix: String,
    },
    /// The inventory has contradictions; nothing was changed.
    InventoryRefused(Vec<boundary::Finding>),
    /// Another change came first: the caller worked on an older version.
    OutOfDate {
        /// What has moved on.
        detail: String,
    },
}

impl Refusal {
    /// The machine reason, as the answer and the audit give it.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Invalid(_) | Self::InvalidItems(_) => "invalid_fields",
            Self::NotFound { .. } => "not_found",
            Self::AlreadyRevoked { .. } => "already_revoked",
            Self::NotYet { .. } => "not_yet",
            Self::WrongStage { .. } => "wrong_stage",
            Self::InventoryRefused(_) => "inventory_refused",
            Self::OutOfDate { .. } => "out_of_date",
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Invalid(findings) => {
                f.write_str("missing or wrong: ")?;
                for (index, finding) in findings.iter().enumerate() {
                    let separator = if index == 0 { "" } else { ", " };
                    write!(f, "{separator}{}", finding.field)?;
                }
                Ok(())
            }
            Self::InvalidItems(items) => {
                write!(f, "{} items have missing or wrong fields", items.len())
            }
            Self::NotFound { kind, id } => write!(f, "there is no {kind} {id}"),
            Self::AlreadyRevoked { kind, id } => write!(f, "{kind} {id} was revoked before"),
            Self::NotYet { detail, from, .. } => write!(f, "{detail}; it works from {from}"),
            Self::WrongStage { detail, .. } => f.write_str(detail),
            Self::InventoryRefused(findings) => {
                write!(
                    f,
                    "the inventory has {} findings; the version in force stays",
                    findings.len()
                )
            }
            Self::OutOfDate { detail } => f.write_str(detail),
        }
    }
}

impl std::error::Error for Refusal {}
