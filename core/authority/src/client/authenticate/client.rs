//! A client's secret: RFC 6749 section 2.3.1; or that it has none: section
//! 2.1. A client that has a secret must send it, and one that has none must
//! send none (negative test TOK-020).

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
    let secret = presented.secret.as_ref().map(|secret| {
        PresentedClientSecret::parse(secret.expose())
            .map_err(|_| refused("client_secret_malformed"))
    });
    let secret = secret.transpose()?;
    let client = client.ok_or_else(|| refused("client_unknown"))?;
    match (&secret, &client.secret_digest) {
        (Some(secret), Some(digest)) => {
            if !secret.matches(digest_keys, digest, client.secret_digest_key) {
                return Err(refused("client_secret_wrong"));
            }
            if secret.class() != environment.class {
                return Err(refused("wrong_environment"));
            }
        }
        (None, None) => {}
        (Some(_), None) => return Err(refused("client_is_public")),
        (None, Some(_)) => return Err(refused("client_secret_missing")),
    }
    if client.environment != environment.name {
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
