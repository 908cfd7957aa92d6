//! What the tokens of known products look like.

use serde::{Deserialize, Serialize};

use super::{ClaimPath, ForeignType};
use crate::facts::words;

/// A product, or the standard that it follows. Where its tokens say `JWT` or
/// nothing as `typ`, the gate has further rules for each that tell an access
/// token from an ID token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// RFC 9068, as any issuer can be configured to follow it.
    Openid,
    /// Auth0, with either of its token dialects.
    Auth0,
    /// Okta, with a custom authorization server.
    Okta,
    /// Microsoft Entra ID, one tenant.
    Entra,
    /// Google: the ID tokens of service accounts, which are what a Google
    /// workload has to show to others.
    Google,
    /// Keycloak, one realm.
    Keycloak,
}

words!(Preset: "openid" => Openid, "auth0" => Auth0, "okta" => Okta, "entra" => Entra,
    "google" => Google, "keycloak" => Keycloak);

impl Preset {
    /// The types of its access tokens, where that needs no decision. Okta's
    /// have none, and to accept that must be said aloud.
    pub(crate) fn token_types(self) -> Option<Vec<ForeignType>> {
        match self {
            Self::Openid => Some(vec![ForeignType::AccessToken]),
            Self::Auth0 | Self::Keycloak => Some(vec![ForeignType::AccessToken, ForeignType::Jwt]),
            Self::Entra | Self::Google => Some(vec![ForeignType::Jwt]),
            Self::Okta => None,
        }
    }

    /// The claims that name the client.
    pub(crate) fn client(self) -> Vec<ClaimPath> {
        let names: &[&str] = match self {
            // RFC 9068 section 2.2
            Self::Openid => &["client_id"],
            Self::Auth0 | Self::Keycloak => &["azp", "client_id"],
            Self::Okta => &["cid"],
            Self::Entra => &["azp", "appid"],
            Self::Google => &["azp"],
        };
        names.iter().map(|name| vec![(*name).to_owned()]).collect()
    }

    /// The claim that holds scopes.
    pub(crate) fn scope_claim(self) -> Option<ClaimPath> {
        let name = match self {
            // RFC 9068 section 2.2.3
            Self::Openid | Self::Auth0 | Self::Keycloak => "scope",
            Self::Okta | Self::Entra => "scp",
            Self::Google => return None,
        };
        Some(vec![name.to_owned()])
    }
}
