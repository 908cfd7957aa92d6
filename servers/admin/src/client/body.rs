//! The body of a request for a client.

use authority::accountability::CredentialRequest;
use authority::client::ClientRequest;
use serde::Deserialize;
use utoipa::ToSchema;

/// What a client says about itself. A refusal names all fields that are
/// missing or wrong.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "client_type": "web",
    "name": "Acme Reports",
    "redirect_uris": ["https://app.example.com/callback"],
    "organisation": "acme",
    "owner": "team-weather",
    "purpose": "reports for people",
    "revoker": "weather-oncall",
    "scopes": ["read:forecast"],
    "audiences": ["https://api.example.com/weather"],
    "expires_in": "90d"
}))]
pub(crate) struct ClientBody {
    /// What it is, given once and for good: `service`, `web`, `browser` or
    /// `native`; `service` if it is left out.
    #[serde(default)]
    client_type: Option<String>,
    /// How pages call it; its identifier if it is left out.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    /// Where answers may go (RFC 6749 section 3.1.2): at least one, and at most
    /// 16, for a client that people delegate to; a service has none.
    #[serde(default)]
    redirect_uris: Vec<String>,
    /// Where a browser may go after a logout: at most 16.
    #[serde(default)]
    post_logout_redirect_uris: Vec<String>,
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
    /// What it may ask for: `action:resource`, such as `read:forecast`.
    #[serde(default)]
    scopes: Vec<String>,
    /// For which APIs: one to 16.
    #[serde(default)]
    audiences: Vec<String>,
    /// How long it lives, such as `12h` or `90d`.
    #[serde(default)]
    expires_in: Option<String>,
}

impl From<ClientBody> for ClientRequest {
    fn from(body: ClientBody) -> Self {
        Self {
            credential: CredentialRequest {
                organisation: body.organisation,
                owner: body.owner,
                purpose: body.purpose,
                revoker: body.revoker,
                scopes: body.scopes,
                audiences: body.audiences,
                expires_in: body.expires_in,
            },
            client_type: body.client_type,
            name: body.name,
            redirect_uris: body.redirect_uris,
            post_logout_redirect_uris: body.post_logout_redirect_uris,
        }
    }
}
