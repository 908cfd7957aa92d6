//! What a client is decides how it gets tokens and where answers go (RFC 6749
//! section 2.1; article 004: the wrong grant type puts tokens in unsafe places).

use credential::{CredentialKind, EnvironmentClass};
use serde::{Deserialize, Serialize};

use crate::redirect_uri::{RedirectUri, RedirectUriPlace};
use crate::token::GrantType;

/// The type of a client, given once and for good.
///
/// | type | authenticates | grants | redirect URIs |
/// |---|---|---|---|
/// | service | with a secret | client credentials | none |
/// | web | with a secret | code, refresh token | `https` |
/// | browser | not at all | code, refresh token | `https` |
/// | native | not at all | code, refresh token | loopback addresses, schemes of its own, `https` |
///
/// In a sandbox, web and browser clients may also be on a developer's own
/// machine: `http` at a loopback address or `localhost`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientType {
    /// A program that acts on its own authority.
    #[default]
    Service,
    /// A server that people use with a browser: it can keep a secret.
    Web,
    /// A program inside a browser: it can keep none (OAuth 2.0 for
    /// Browser-Based Applications).
    Browser,
    /// An app on a device: it can keep none (RFC 8252 section 8.4).
    Native,
}

impl ClientType {
    /// Every type.
    pub const ALL: [Self; 4] = [Self::Service, Self::Web, Self::Browser, Self::Native];

    /// The name in requests and records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Web => "web",
            Self::Browser => "browser",
            Self::Native => "native",
        }
    }

    /// Whether people delegate to it; if not, it acts for itself.
    pub const fn is_delegated(self) -> bool {
        !matches!(self, Self::Service)
    }

    /// Whether it keeps a secret (RFC 6749 section 2.1: confidential).
    pub const fn is_confidential(self) -> bool {
        matches!(self, Self::Service | Self::Web)
    }

    /// Whether it may use a grant type.
    pub const fn may_use(self, grant_type: GrantType) -> bool {
        match grant_type {
            GrantType::ClientCredentials => !self.is_delegated(),
            GrantType::AuthorizationCode | GrantType::RefreshToken => self.is_delegated(),
        }
    }

    /// What an endpoint must accept for one of its scopes to be of use.
    pub const fn credential_kind(self) -> CredentialKind {
        match self {
            Self::Service => CredentialKind::ClientCredentials,
            Self::Web | Self::Browser | Self::Native => CredentialKind::AuthorizationCode,
        }
    }

    /// Whether such a client may have its answers sent there.
    pub fn may_redirect_to(self, uri: &RedirectUri, class: EnvironmentClass) -> bool {
        let sandbox = class == EnvironmentClass::Sandbox;
        match (self, uri.place()) {
            (Self::Service, _) => false,
            (Self::Web | Self::Browser | Self::Native, RedirectUriPlace::Web) => true,
            (Self::Web | Self::Browser, RedirectUriPlace::Loopback) => sandbox,
            (Self::Web | Self::Browser, RedirectUriPlace::PrivateUse) => false,
            (Self::Native, RedirectUriPlace::Loopback) => sandbox || uri.is_loopback_address(),
            (Self::Native, RedirectUriPlace::PrivateUse) => true,
        }
    }
}

impl std::str::FromStr for ClientType {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|known| known.as_str() == text)
            .ok_or(())
    }
}
