//! `client_secret_post`: RFC 6749 section 2.3.1.

use base::Secret;

use super::{Method, PresentedClient};
use crate::token::TokenRefusal;

/// Reads the body's parameters.
pub(super) fn read(
    client_id: Option<&str>,
    secret: &Secret,
) -> Result<PresentedClient, TokenRefusal> {
    let client_id = client_id.ok_or_else(|| {
        TokenRefusal::invalid_request("client_secret_post", "client_secret came without client_id")
    })?;
    Ok(PresentedClient {
        client_id: client_id.to_owned(),
        secret: Some(secret.clone()),
        method: Method::Post,
    })
}
