//! `client_secret_basic`: RFC 6749 section 2.3.1 over RFC 7617.

use base::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::{Method, PresentedClient};
use crate::form;
use crate::token::TokenRefusal;

const RULE: &str = "client_secret_basic";

/// Reads the header.
pub(super) fn read(
    authorization: &str,
    body_client_id: Option<&str>,
) -> Result<PresentedClient, TokenRefusal> {
    let refused = || {
        TokenRefusal::invalid_client(
            RULE,
            "the Authorization header is not Basic with base64 of client_id:client_secret, both form-encoded",
        )
    };
    let (scheme, encoded) = authorization.split_once(' ').ok_or_else(refused)?;
    // RFC 9110 section 11.1: the scheme is case-insensitive.
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(refused());
    }
    let decoded = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| refused())?);
    let text = std::str::from_utf8(&decoded).map_err(|_| refused())?;
    let (client_id, secret) = text.split_once(':').ok_or_else(refused)?;
    // RFC 6749 section 2.3.1: both are form-encoded before they are joined.
    let client_id = form::decode(client_id).ok_or_else(refused)?;
    let secret = form::decode(secret).ok_or_else(refused)?;
    // A body that names another client asks two things at once.
    if body_client_id.is_some_and(|other| other != client_id) {
        return Err(TokenRefusal::invalid_request(
            RULE,
            "client_id differs from the client that authenticates",
        ));
    }
    Ok(PresentedClient {
        client_id,
        secret: Some(Secret::new(secret)),
        method: Method::Basic,
    })
}
