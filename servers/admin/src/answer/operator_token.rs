//! An operator token in answers.

use authority::operator_token::OperatorToken;
use base::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{RevocationAnswer, Status};

/// An operator token, without anything that would help to use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OperatorTokenAnswer {
    /// Its public id.
    #[schema(example = "o4z8k2m6q0v1c3x5")]
    pub id: String,
    /// The environment that it administers.
    #[schema(example = "production")]
    pub environment: String,
    /// Who holds it.
    #[schema(example = "operator")]
    pub owner: String,
    /// What it may do.
    #[schema(example = json!(["read:audit"]))]
    pub scopes: Vec<String>,
    /// When it was created: RFC 3339.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it ends by itself: RFC 3339.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// Whether it still works.
    pub status: Status,
    /// When and why it was revoked.
    pub revocation: Option<RevocationAnswer>,
}

/// A revoked operator token.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RevokedOperatorTokenAnswer {
    /// The record.
    #[serde(flatten)]
    pub operator_token: OperatorTokenAnswer,
    /// Whether any operator token still works. If none does, the next one is
    /// made at the store: `doorward operator-token create`.
    pub others_left: bool,
}

/// Some operator tokens, in the order of their ids.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct OperatorTokenPage {
    /// The operator tokens.
    pub items: Vec<OperatorTokenAnswer>,
    /// What to send as `page_token` for the next ones; nothing at the end.
    pub next_page_token: Option<String>,
}

impl OperatorTokenAnswer {
    pub(crate) fn new(token: &OperatorToken, now: Timestamp) -> Self {
        Self {
            id: token.id.to_string(),
            environment: token.environment.to_string(),
            owner: token.owner.to_string(),
            scopes: token.scopes.iter().map(ToString::to_string).collect(),
            created_at: token.created_at.to_string(),
            expires_at: token.expires_at.to_string(),
            status: Status::of(token.revocation.as_ref(), token.expires_at, now),
            revocation: token.revocation.as_ref().map(RevocationAnswer::from),
        }
    }
}
