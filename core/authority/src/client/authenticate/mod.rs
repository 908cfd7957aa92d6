//! Who asks for a token. One method per request (RFC 6749 section 2.3): the
//! methods are `client_secret_basic` and `client_secret_post`.

mod basic;
mod post;

use base::{Secret, Timestamp};
use credential::{DigestKeys, Environment, PresentedClientSecret};

use super::Client;
use crate::token::{TokenRefusal, TokenRequest};

/// What a request presents to prove which client it is.
#[derive(Debug)]
pub struct PresentedClient {
    /// The identifier that it claims.
    pub client_id: String,
    /// The secret that it gives.
    pub secret: Secret,
    /// By which method.
    pub method: Method,
}

/// How the secret came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// In the `Authorization` header.
    Basic,
    /// In the body.
    Post,
}

/// A client that has proved who it is. Only [`authenticate`] makes one.
#[derive(Debug, Clone, Copy)]
pub struct AuthenticatedClient<'a>(&'a Client);

impl<'a> AuthenticatedClient<'a> {
    /// Its record.
    pub fn client(self) -> &'a Client {
        self.0
    }
}

/// Finds the one method that the request uses.
pub fn presented(
    authorization: Option<&str>,
    request: &TokenRequest,
) -> Result<PresentedClient, TokenRefusal> {
    match (authorization, &request.client_secret) {
        // RFC 6749 section 2.3: a client must not use more than one method in a request.
        (Some(_), Some(_)) => Err(TokenRefusal::invalid_request(
            "one_authentication_method",
            "the request authenticates twice: use the Authorization header or client_secret, not both",
        )),
        (Some(authorization), None) => basic::read(authorization, request.client_id.as_deref()),
        (None, Some(secret)) => post::read(request.client_id.as_deref(), secret),
        (None, None) => Err(TokenRefusal::invalid_client(
            "client_authentication",
            "no client authentication: send client_id and client_secret, by HTTP Basic or in the body",
        )),
    }
}

/// Checks the secret. Whether the client is unknown, revoked, expired, of
/// another environment or gave a wrong secret is one answer; the audit tells
/// them apart by the rule.
pub fn authenticate<'a>(
    presented: &PresentedClient,
    client: Option<&'a Client>,
    environment: &Environment,
    digest_keys: &DigestKeys,
    now: Timestamp,
) -> Result<AuthenticatedClient<'a>, TokenRefusal> {
    let refused =
        |rule| TokenRefusal::invalid_client(rule, "the client is unknown or its secret is wrong");
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
    Ok(AuthenticatedClient(client))
}
