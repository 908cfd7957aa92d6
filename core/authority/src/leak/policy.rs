//! What a leak of each kind of credential calls for.

use credential::CredentialKind;
use serde::{Deserialize, Serialize};

/// What is done about a credential that leaked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// It is revoked, for good.
    #[default]
    Revoke,
    /// It is refused until somebody has looked. An API key can be suspended;
    /// what cannot be is revoked.
    Suspend,
    /// It goes on; people are told.
    Notify,
}

impl Policy {
    /// The name in the configuration and in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Revoke => "revoke",
            Self::Suspend => "suspend",
            Self::Notify => "notify",
        }
    }
}

/// The policy of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Policies {
    /// For API keys.
    pub api_key: Policy,
    /// For clients, whose secret leaked.
    pub client: Policy,
    /// For operator tokens.
    pub operator_token: Policy,
}

impl Policies {
    /// That of a kind.
    pub const fn of(self, kind: CredentialKind) -> Policy {
        match kind {
            CredentialKind::ApiKey => self.api_key,
            CredentialKind::OperatorToken => self.operator_token,
            // Of all other kinds only a client's secret can be found and named.
            _ => self.client,
        }
    }
}
