//! Rule 4: the grant type is offered. There is no implicit and no password
//! grant, and no switch for them (OAuth 2.1).

use super::{ErrorCode, TokenRefusal, TokenRequest};

/// The grant types that this endpoint offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GrantType {
    /// RFC 6749 section 4.4.
    ClientCredentials,
}

impl GrantType {
    /// Every grant type, for the metadata.
    pub const ALL: [Self; 1] = [Self::ClientCredentials];

    /// Its name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
        }
    }
}

pub(super) fn check(request: &TokenRequest) -> Result<GrantType, TokenRefusal> {
    // RFC 6749 section 4.4.2: grant_type is required.
    let Some(text) = request.grant_type.as_deref() else {
        return Err(TokenRefusal::invalid_request(
            "grant_type",
            "grant_type is missing: send client_credentials",
        ));
    };
    // RFC 6749 section 5.2: unsupported_grant_type.
    GrantType::ALL
        .into_iter()
        .find(|offered| offered.as_str() == text)
        .ok_or_else(|| {
            TokenRefusal::new(
                ErrorCode::UnsupportedGrantType,
                "grant_type",
                "this grant type is not offered: send client_credentials",
            )
        })
}
