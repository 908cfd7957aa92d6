//! An API key in a header, as at a gate: `Authorization: ApiKey KEY` or
//! `X-API-Key: KEY`. The key names itself, so no `client_id` is needed.

use base::Secret;
use credential::PresentedApiKey;

use super::{Method, PresentedClient, refused};
use crate::token::TokenRefusal;

const RULE: &str = "api_key_header";

/// The headers that can authenticate a client, each there at most once.
#[derive(Clone, Copy, Default)]
pub struct Headers<'a> {
    /// `Authorization`.
    pub authorization: Option<&'a str>,
    /// `X-API-Key`.
    pub x_api_key: Option<&'a str>,
}

/// The key of an `Authorization` header whose scheme is `ApiKey`.
pub(super) fn api_key(authorization: &str) -> Option<&str> {
    let (scheme, text) = authorization.split_once(' ')?;
    // RFC 9110 section 11.1: the scheme is case-insensitive.
    scheme
        .eq_ignore_ascii_case("apikey")
        .then_some(text.trim_matches(' '))
}

pub(super) fn read(
    text: &str,
    body_client_id: Option<&str>,
) -> Result<PresentedClient, TokenRefusal> {
    let key = PresentedApiKey::parse(text).map_err(|_| refused("api_key_malformed"))?;
    // A body that names another client asks two things at once.
    if body_client_id.is_some_and(|other| other != key.id()) {
        return Err(TokenRefusal::invalid_request(
            RULE,
            "client_id differs from the API key that authenticates",
        ));
    }
    Ok(PresentedClient {
        client_id: key.id().to_owned(),
        secret: Some(Secret::new(text.to_owned())),
        method: Method::ApiKeyHeader,
    })
}
