//! The closed list of credential kinds.

use serde::{Deserialize, Serialize};

/// A kind of credential, as records, logs and answers name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialKind {
    /// A long-lived secret that names its holder. Not OAuth.
    ApiKey,
    /// An OAuth access token that a client got on its own authority.
    ClientCredentials,
    /// An OAuth access token that an end-user delegated (code with PKCE).
    AuthorizationCode,
    /// A first-party browser session: an opaque cookie.
    Session,
    /// HTTP Basic, only under a dated legacy exception.
    Basic,
    /// A client's secret at the token endpoint.
    ClientSecret,
    /// What an operator presents to the admin API.
    OperatorToken,
    /// What a client gets its next access token with (RFC 6749 section 1.5).
    RefreshToken,
}

impl CredentialKind {
    /// The name in records and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "api_key",
            Self::ClientCredentials => "client_credentials",
            Self::AuthorizationCode => "authorization_code",
            Self::Session => "session",
            Self::Basic => "basic",
            Self::ClientSecret => "client_secret",
            Self::OperatorToken => "operator_token",
            Self::RefreshToken => "refresh_token",
        }
    }
}

impl std::fmt::Display for CredentialKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
