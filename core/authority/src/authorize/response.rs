//! Rule 4: the answer is a code (OAuth 2.1 section 4.1.1), and it travels in a
//! query or a form. No token is ever in an address.

use snapshot::IssuerUrl;

use super::{AuthorizationRequest, AuthorizeError, AuthorizeRefusal};
use crate::form;
use crate::redirect_uri::TrustedRedirectUri;

/// How the answer travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseMode {
    /// In the query of the redirect URI.
    Query,
    /// In a form that the browser posts (OAuth 2.0 Form Post Response Mode).
    FormPost,
}

impl ResponseMode {
    /// Every mode, for the metadata.
    pub const ALL: [Self; 2] = [Self::Query, Self::FormPost];

    /// Its name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::FormPost => "form_post",
        }
    }
}

/// How an answer to this request travels, whatever else is wrong with it.
pub(super) fn mode(request: &AuthorizationRequest) -> ResponseMode {
    match request.response_mode.as_deref() {
        Some("form_post") => ResponseMode::FormPost,
        _ => ResponseMode::Query,
    }
}

pub(super) fn check(request: &AuthorizationRequest) -> Result<(), AuthorizeRefusal> {
    match request.response_type.as_deref() {
        Some("code") => {}
        Some(_) => {
            return Err(AuthorizeRefusal::new(
                AuthorizeError::UnsupportedResponseType,
                "response_type",
                "the only response_type is code",
            ));
        }
        None => {
            return Err(AuthorizeRefusal::invalid_request(
                "response_type",
                "response_type is missing: send code",
            ));
        }
    }
    let known = |mode: &str| ResponseMode::ALL.iter().any(|known| known.as_str() == mode);
    match request.response_mode.as_deref() {
        Some(mode) if !known(mode) => Err(AuthorizeRefusal::invalid_request(
            "response_mode",
            "response_mode is query or form_post",
        )),
        _ => Ok(()),
    }
}

/// What goes back to a client, and where.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Where.
    pub to: TrustedRedirectUri,
    /// How.
    pub mode: ResponseMode,
    /// What.
    pub response: AuthorizationResponse,
}

/// The parameters of an answer, in order.
#[derive(Clone)]
pub struct AuthorizationResponse(Vec<(&'static str, String)>);

impl std::fmt::Debug for AuthorizationResponse {
    // It may have a code.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuthorizationResponse(redacted)")
    }
}

impl AuthorizationResponse {
    pub(super) fn code(code: &str, request: &AuthorizationRequest, issuer: &IssuerUrl) -> Self {
        Self::with(vec![("code", code.to_owned())], request, issuer)
    }

    pub(super) fn refusal(
        refusal: &AuthorizeRefusal,
        request: &AuthorizationRequest,
        issuer: &IssuerUrl,
    ) -> Self {
        let first = vec![
            ("error", refusal.code.as_str().to_owned()),
            ("error_description", refusal.description.to_owned()),
        ];
        Self::with(first, request, issuer)
    }

    fn with(
        mut fields: Vec<(&'static str, String)>,
        request: &AuthorizationRequest,
        issuer: &IssuerUrl,
    ) -> Self {
        // RFC 6749 section 4.1.2: state comes back as it was sent.
        fields.extend(request.state.clone().map(|state| ("state", state)));
        // RFC 9207 section 2: every answer says who answers.
        fields.push(("iss", issuer.to_string()));
        Self(fields)
    }

    /// Each parameter.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

impl Answer {
    /// The address for a redirect: the redirect URI, its own query kept
    /// (RFC 6749 section 3.1.2), and the parameters after it.
    pub fn location(&self) -> String {
        let to = self.to.as_str();
        let separator = match to.split_once('?') {
            None => "?",
            Some((_, "")) => "",
            Some(_) => "&",
        };
        let fields = form::write(self.response.fields());
        format!("{to}{separator}{fields}")
    }
}
