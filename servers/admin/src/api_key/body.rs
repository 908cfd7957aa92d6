//! The bodies that API keys alone have.

use authority::accountability::CredentialRequest;
use authority::api_key::{ApiKeyRequest, SecretPathRequest, TransferRequest};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// What an API key says about itself. The first six fields are needed, and
/// `expires_in` or `rotation`; a refusal names all that are missing or wrong.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({
    "organisation": "acme",
    "owner": "team-weather",
    "purpose": "nightly forecast import",
    "revoker": "weather-oncall",
    "scopes": ["read:forecast"],
    "audiences": ["https://api.example.com/weather"],
    "rotation": "quarterly"
}))]
pub(crate) struct ApiKeyBody {
    /// The partner, customer or own department that holds it.
    organisation: Option<String>,
    /// Who answers for it.
    owner: Option<String>,
    /// What it is for, in one line of at most 200 characters.
    purpose: Option<String>,
    /// Who cuts it off when it leaks.
    revoker: Option<String>,
    /// What it may do: `action:resource`, such as `read:forecast`.
    scopes: Vec<String>,
    /// For which API, by its audience: one.
    audiences: Vec<String>,
    /// How long it lives, such as `12h` or `90d`; as long as `rotation` allows
    /// if that is given.
    expires_in: Option<String>,
    /// `quarterly` (its secrets live at most 90 days) or `semiannual` (180).
    rotation: Option<String>,
    /// With `semiannual`: the day from which on it is quarterly, at most one
    /// year ahead, such as `2027-06-30`.
    improve_by: Option<String>,
    /// `person` or `service`; a service if it is left out.
    owner_kind: Option<String>,
    /// From where it may be used: at most 32 ranges such as `10.0.0.0/8`.
    networks: Vec<String>,
    /// How many requests it may make, such as `100/60s`.
    limit: Option<String>,
    /// The public JWK (ES256 or EdDSA) that signs on whose behalf a call is made.
    #[schema(value_type = Option<Object>)]
    on_behalf_of_key: Option<Value>,
    /// Where its holder keeps it.
    secret_path: Option<SecretPathBody>,
}

/// Where a secret is kept, and how it came there.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SecretPathBody {
    /// `secrets_manager`, `file`, `dot_env`, `environment`, `ci_variable` or
    /// `shared_storage`.
    level: Option<String>,
    /// Where, such as `vault:secret/ci/weather`; never the secret itself.
    place: Option<String>,
    /// How it travelled there.
    transport: Option<String>,
    /// Who can read it there.
    readers: Vec<String>,
}

impl From<ApiKeyBody> for ApiKeyRequest {
    fn from(body: ApiKeyBody) -> Self {
        Self {
            shared: CredentialRequest {
                organisation: body.organisation,
                owner: body.owner,
                purpose: body.purpose,
                revoker: body.revoker,
                scopes: body.scopes,
                audiences: body.audiences,
                expires_in: body.expires_in,
            },
            rotation: body.rotation,
            improve_by: body.improve_by,
            owner_kind: body.owner_kind,
            networks: body.networks,
            limit: body.limit,
            on_behalf_of_key: body.on_behalf_of_key,
            secret_path: body.secret_path.map(|path| SecretPathRequest {
                level: path.level,
                place: path.place,
                transport: path.transport,
                readers: path.readers,
            }),
        }
    }
}

/// What somebody says who has looked at a key.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({"note": "still needed, read only"}))]
pub(crate) struct ReviewBody {
    /// In one line of at most 200 characters; the audit keeps it.
    #[schema(min_length = 1, max_length = 200)]
    pub(super) note: Option<String>,
}

/// How long a secret lives from now on.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({"expires_in": "30d"}))]
pub(crate) struct RenewalBody {
    /// From now, such as `30d`; as long as the policy allows if it is left out.
    pub(super) expires_in: Option<String>,
}

/// Who answers for a key from now on.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({"owner": "team-climate"}))]
pub(crate) struct TransferBody {
    /// The new owner.
    pub(super) owner: Option<String>,
    /// `person` or `service`; a service if it is left out.
    pub(super) owner_kind: Option<String>,
}

impl From<TransferBody> for TransferRequest {
    fn from(body: TransferBody) -> Self {
        Self {
            owner: body.owner,
            owner_kind: body.owner_kind,
        }
    }
}
