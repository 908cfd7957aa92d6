//! The bodies that several credentials share.

use authority::{Refusal, line};
use serde::Deserialize;
use utoipa::ToSchema;

/// Why a credential is revoked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "leaked in a build log"}))]
pub(crate) struct RevocationBody {
    /// In one line of at most 200 characters; the audit keeps it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    reason: Option<String>,
}

impl RevocationBody {
    /// The same, where the reason came with something else.
    pub(crate) const fn of(reason: Option<String>) -> Self {
        Self { reason }
    }

    /// The reason, once it says something.
    pub(crate) fn check(self) -> Result<String, Refusal> {
        let fix = "say in one line why, such as \"leaked in a build log\"";
        one_line("reason", self.reason, fix)
    }
}

/// What somebody says in one line, once it says something.
pub(crate) fn one_line(
    field: &'static str,
    text: Option<String>,
    fix: &str,
) -> Result<String, Refusal> {
    line(field, text.as_deref(), fix).map_err(|finding| Refusal::Invalid(vec![finding]))
}
