//! What is asked of a new API key: the fields of every credential, and those of
//! its own.

use serde::Serialize;
use serde_json::Value;

use crate::accountability::CredentialRequest;

/// A request for an API key, as it was sent. What is not said takes its default:
/// quarterly, owned by a service, from every network, without a limit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ApiKeyRequest {
    /// The fields that every credential shares. `expires_in` may be left out
    /// where `rotation` says it.
    #[serde(flatten)]
    pub shared: CredentialRequest,
    /// `quarterly` or `semiannual`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation: Option<String>,
    /// The day on which a semiannual key becomes quarterly, such as `2027-06-30`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub improve_by: Option<String>,
    /// `person` or `service`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_kind: Option<String>,
    /// From where it may be used, such as `10.0.0.0/8`; none: from everywhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<String>,
    /// How many requests it may make, such as `100/60s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// The public JWK that signs on whose behalf a call is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of_key: Option<Value>,
    /// Where its holder keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_path: Option<SecretPathRequest>,
}

/// Where a secret is kept, as it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SecretPathRequest {
    /// `secrets_manager`, `file`, `dot_env`, `environment`, `ci_variable` or
    /// `shared_storage`.
    pub level: Option<String>,
    /// Where, such as `vault:secret/ci/weather`.
    pub place: Option<String>,
    /// How it travelled there.
    pub transport: Option<String>,
    /// Who can read it there.
    pub readers: Vec<String>,
}
