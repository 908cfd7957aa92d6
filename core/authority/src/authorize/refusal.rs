//! How the authorization endpoint says no: on a page of ours while nobody
//! knows where the answer may go, and to the client afterwards.

/// The error codes that go to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuthorizeError {
    /// RFC 6749 section 4.1.2.1.
    InvalidRequest,
    /// RFC 6749 section 4.1.2.1.
    UnauthorizedClient,
    /// RFC 6749 section 4.1.2.1.
    AccessDenied,
    /// RFC 6749 section 4.1.2.1.
    UnsupportedResponseType,
    /// RFC 6749 section 4.1.2.1.
    InvalidScope,
    /// RFC 8707 section 2.
    InvalidTarget,
    /// OpenID Connect Core section 3.1.2.6.
    LoginRequired,
    /// OpenID Connect Core section 3.1.2.6.
    ConsentRequired,
    /// OpenID Connect Core section 3.1.2.6.
    RequestNotSupported,
    /// OpenID Connect Core section 3.1.2.6.
    RequestUriNotSupported,
}

impl AuthorizeError {
    /// The code on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
        }
    }
}

/// A refusal that goes back to the client, once it is known where it may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizeRefusal {
    /// What the client's program reads.
    pub code: AuthorizeError,
    /// The rule that refused, for the audit alone.
    pub rule: &'static str,
    /// What the client's developer reads: a sentence of ours, and nothing that
    /// the request said.
    pub description: &'static str,
}

impl AuthorizeRefusal {
    pub(super) const fn new(
        code: AuthorizeError,
        rule: &'static str,
        description: &'static str,
    ) -> Self {
        Self {
            code,
            rule,
            description,
        }
    }

    pub(super) const fn invalid_request(rule: &'static str, description: &'static str) -> Self {
        Self::new(AuthorizeError::InvalidRequest, rule, description)
    }
}

/// A refusal on a page of ours: the browser goes nowhere from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRefusal {
    /// The rule that refused, for the audit alone.
    pub rule: &'static str,
    /// What the page says.
    pub description: &'static str,
}

impl PageRefusal {
    pub(super) const fn new(rule: &'static str, description: &'static str) -> Self {
        Self { rule, description }
    }
}
