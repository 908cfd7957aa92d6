//! Rule 5: the grant type is offered, and the client's. There is no implicit
//! and no password grant, and no switch for them (OAuth 2.1).

use super::{ErrorCode, TokenRefusal, TokenRequest};
use crate::client::authenticate::AuthenticatedClient;

/// The grant types that this endpoint offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GrantType {
    /// RFC 6749 section 4.1.
    AuthorizationCode,
    /// RFC 6749 section 4.4.
    ClientCredentials,
    /// RFC 6749 section 6.
    RefreshToken,
}

impl GrantType {
    /// Every grant type, for the metadata.
    pub const ALL: [Self; 3] = [
        Self::AuthorizationCode,
        Self::ClientCredentials,
        Self::RefreshToken,
    ];

    /// Its name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::ClientCredentials => "client_credentials",
            Self::RefreshToken => "refresh_token",
        }
    }
}

pub(super) fn check(
    request: &TokenRequest,
    client: AuthenticatedClient<'_>,
) -> Result<GrantType, TokenRefusal> {
    // RFC 6749 section 4.1.3, RFC 6749 section 4.4.2, RFC 6749 section 6: grant_type is required.
    let Some(text) = request.grant_type.as_deref() else {
        return Err(TokenRefusal::invalid_request(
            "grant_type",
            &format!("grant_type is missing: send {}", offered(client)),
        ));
    };
    // RFC 6749 section 5.2: unsupported_grant_type.
    let known = GrantType::ALL
        .into_iter()
        .find(|known| known.as_str() == text);
    let Some(grant_type) = known else {
        return Err(TokenRefusal::new(
            ErrorCode::UnsupportedGrantType,
            "grant_type",
            &format!("this grant type is not offered: send {}", offered(client)),
        ));
    };
    // RFC 6749 section 5.2: unauthorized_client.
    match client.may_use(grant_type) {
        true => Ok(grant_type),
        false => Err(TokenRefusal::new(
            ErrorCode::UnauthorizedClient,
            "grant_type_of_client",
            &format!(
                "this client may not use this grant type: send {}",
                offered(client)
            ),
        )),
    }
}

fn offered(client: AuthenticatedClient<'_>) -> String {
    let its = GrantType::ALL
        .into_iter()
        .filter(|&grant| client.may_use(grant));
    its.map(GrantType::as_str).collect::<Vec<_>>().join(" or ")
}
