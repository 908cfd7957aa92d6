//! How the token endpoint says no: RFC 6749 section 5.2.

/// The error codes that this endpoint gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// RFC 6749 section 5.2.
    InvalidRequest,
    /// RFC 6749 section 5.2.
    InvalidClient,
    /// RFC 6749 section 5.2.
    InvalidGrant,
    /// RFC 6749 section 5.2.
    UnauthorizedClient,
    /// RFC 6749 section 5.2.
    UnsupportedGrantType,
    /// RFC 6749 section 5.2.
    InvalidScope,
    /// RFC 8707 section 2.
    InvalidTarget,
}

impl ErrorCode {
    /// The code on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
        }
    }

    /// The HTTP status: 401 for a client that did not authenticate, else 400.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidClient => 401,
            Self::InvalidRequest
            | Self::InvalidGrant
            | Self::UnauthorizedClient
            | Self::UnsupportedGrantType
            | Self::InvalidScope
            | Self::InvalidTarget => 400,
        }
    }
}

/// A refusal: the code for the wire, the rule for the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRefusal {
    /// What the client's program reads.
    pub code: ErrorCode,
    /// The rule that refused, for the audit alone.
    pub rule: &'static str,
    /// What the client's developer reads.
    pub description: String,
}

impl TokenRefusal {
    /// A refusal. RFC 6749 section 5.2: a description is printable ASCII
    /// without `"` and `\`; whatever else came from the request is replaced.
    pub fn new(code: ErrorCode, rule: &'static str, description: &str) -> Self {
        let allowed = |c: char| matches!(c, ' '..='~') && c != '"' && c != '\\';
        let description = description
            .chars()
            .map(|c| if allowed(c) { c } else { '?' })
            .collect();
        Self {
            code,
            rule,
            description,
        }
    }

    pub(crate) fn invalid_request(rule: &'static str, description: &str) -> Self {
        Self::new(ErrorCode::InvalidRequest, rule, description)
    }

    pub(crate) fn invalid_grant(rule: &'static str, description: &str) -> Self {
        Self::new(ErrorCode::InvalidGrant, rule, description)
    }

    pub(crate) fn invalid_client(rule: &'static str, description: &str) -> Self {
        Self::new(ErrorCode::InvalidClient, rule, description)
    }
}

impl std::fmt::Display for TokenRefusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.description)
    }
}

impl std::error::Error for TokenRefusal {}
