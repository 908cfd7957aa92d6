//! The bodies that several credentials share.

use authority::accountability::CredentialRequest;
use authority::{Refusal, line};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a client says about itself. Every field is needed; a refusal names
/// all that are missing or wrong.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "organisation": "acme",
    "owner": "team-weather",
    "purpose": "nightly forecast import",
    "revoker": "weather-oncall",
    "scopes": ["read:forecast"],
    "audiences": ["https://api.example.com/weather"],
    "expires_in": "90d"
}))]
pub(crate) struct CredentialBody {
    /// The partner, customer or own department that holds it.
    #[serde(default)]
    organisation: Option<String>,
    /// Who answers for it.
    #[serde(default)]
    owner: Option<String>,
    /// What it is for, in one line of at most 200 characters.
    #[serde(default)]
    purpose: Option<String>,
    /// Who cuts it off when it leaks.
    #[serde(default)]
    revoker: Option<String>,
    /// What it may do: `action:resource`, such as `read:forecast`.
    #[serde(default)]
    scopes: Vec<String>,
    /// For which APIs: one to 16.
    #[serde(default)]
    audiences: Vec<String>,
    /// How long it lives, such as `12h` or `90d`.
    #[serde(default)]
    expires_in: Option<String>,
}

impl From<CredentialBody> for CredentialRequest {
    fn from(body: CredentialBody) -> Self {
        Self {
            organisation: body.organisation,
            owner: body.owner,
            purpose: body.purpose,
            revoker: body.revoker,
            scopes: body.scopes,
            audiences: body.audiences,
            expires_in: body.expires_in,
        }
    }
}

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
