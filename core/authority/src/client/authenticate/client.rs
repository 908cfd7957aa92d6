//! A client's secret: RFC 6749 section 2.3.1.

use base::Timestamp;
use credential::{DigestKeys, Environment, PresentedClientSecret};

use super::{Client, PresentedClient, refused};
use crate::token::TokenRefusal;

pub(super) fn check<'a>(
    presented: &PresentedClient,
    client: Option<&'a Client>,
    environment: &Environment,
    digest_keys: &DigestKeys,
    now: Timestamp,
) -> Result<&'a Client, TokenRefusal> {
    let secret = PresentedClientSecret::parse(presented.secret.expose())
        .map_err(|_| refused("client_secret_malformed"))?;
    let client = client.ok_or_else(|| refused("client_unknown"))?;
    if !secret.matches(digest_keys, &client.secret_digest, client.secret_digest_key) {
        return Err(refused("client_secret_wrong"));
    }
    if secret.class() != environment.class || client.environment != environment.name {
        return Err(refused("wrong_environment"));
    }
    if client.revocation.is_some() {
        return Err(refused("client_revoked"));
    }
    if !client.is_active(now) {
        return Err(refused("client_expired"));
    }
    Ok(client)
}
