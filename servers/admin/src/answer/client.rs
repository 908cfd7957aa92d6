//! A client in answers.

use authority::client::Client;
use authority::redirect_uri::RedirectUri;
use base::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{InForce, RevocationAnswer, Status};

/// A client, without anything that would help to use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClientAnswer {
    /// Its identifier: `client_id` of RFC 6749 section 2.2.
    #[schema(example = "c4z8k2m6q0v1c3x5")]
    pub client_id: String,
    /// What it is: `service`, `web`, `browser` or `native`.
    #[schema(example = "service")]
    pub client_type: String,
    /// How pages call it; nothing: by its identifier.
    #[schema(example = "Acme Reports")]
    pub name: Option<String>,
    /// Where answers may go.
    #[schema(example = json!(["https://app.example.com/callback"]))]
    pub redirect_uris: Vec<String>,
    /// Where a browser may go after a logout.
    #[schema(example = json!(["https://app.example.com/"]))]
    pub post_logout_redirect_uris: Vec<String>,
    /// The environment that it belongs to.
    #[schema(example = "production")]
    pub environment: String,
    /// The partner, customer or own department that holds it.
    #[schema(example = "acme")]
    pub organisation: String,
    /// Who answers for it.
    #[schema(example = "team-payments")]
    pub owner: String,
    /// What it is for.
    #[schema(example = "payouts of the nightly run")]
    pub purpose: String,
    /// Who cuts it off when it leaks.
    #[schema(example = "payments-oncall")]
    pub revoker: String,
    /// What it may ask for.
    #[schema(example = json!(["write:payouts"]))]
    pub scopes: Vec<String>,
    /// The APIs that it may ask tokens for.
    #[schema(example = json!(["https://api.example.com/payments"]))]
    pub audiences: Vec<String>,
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

impl ClientAnswer {
    pub(crate) fn new(client: &Client, now: Timestamp) -> Self {
        let accountability = &client.accountability;
        let texts = |uris: &[RedirectUri]| uris.iter().map(|uri| uri.as_str().to_owned()).collect();
        Self {
            client_id: client.id.to_string(),
            client_type: client.client_type.as_str().to_owned(),
            name: client.name.clone(),
            redirect_uris: texts(&client.redirect_uris),
            post_logout_redirect_uris: texts(&client.post_logout_redirect_uris),
            environment: client.environment.to_string(),
            organisation: accountability.organisation.to_string(),
            owner: accountability.owner.to_string(),
            purpose: accountability.purpose.clone(),
            revoker: accountability.revoker.to_string(),
            scopes: client.scopes.iter().map(ToString::to_string).collect(),
            audiences: client.audiences.iter().map(ToString::to_string).collect(),
            created_at: client.created_at.to_string(),
            expires_at: client.expires_at.to_string(),
            status: Status::of(client.revocation.as_ref(), client.expires_at, now),
            revocation: client.revocation.as_ref().map(RevocationAnswer::from),
        }
    }
}

/// A created client, with its secret: the only answer that shows it.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct CreatedClientAnswer {
    /// The record.
    #[serde(flatten)]
    pub client: ClientAnswer,
    /// The secret for its holder. It is not kept, so it cannot be shown again.
    /// A public client has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "dws_live_...")]
    pub client_secret: Option<String>,
    /// Since when the gate knows it; nothing if that is not confirmed.
    pub in_force: Option<InForce>,
}

/// A revoked client.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RevokedClientAnswer {
    /// The record.
    #[serde(flatten)]
    pub client: ClientAnswer,
    /// Since when the gate refuses its tokens; nothing if that is not confirmed.
    pub in_force: Option<InForce>,
}

/// Some clients, in the order of their identifiers.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ClientPage {
    /// The clients.
    pub items: Vec<ClientAnswer>,
    /// What to send as `page_token` for the next ones; nothing at the end.
    pub next_page_token: Option<String>,
}
