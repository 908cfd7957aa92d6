//! The bodies of the acts of a rotation.

use authority::api_key::RotationRequest;
use serde::Deserialize;
use utoipa::ToSchema;

/// What is asked of a rotation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"overlap": "7d"}))]
pub(crate) struct ApiKeyRotationBody {
    /// How long both secrets are accepted: at most 30 days, `7d` if it is left
    /// out, and never longer than the older secret lives.
    #[serde(default)]
    #[schema(example = "7d")]
    overlap: Option<String>,
    /// How long the newer secret lives: as long as the key's policy allows if it
    /// is left out.
    #[serde(default)]
    #[schema(example = "90d")]
    expires_in: Option<String>,
}

impl From<ApiKeyRotationBody> for RotationRequest {
    fn from(body: ApiKeyRotationBody) -> Self {
        Self {
            overlap: body.overlap,
            expires_in: body.expires_in,
        }
    }
}

/// A step that takes nothing but the key's id: `{}`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub(crate) struct StepBody {}
