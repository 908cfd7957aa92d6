//! Who asks for a token. One method per request (RFC 6749 section 2.3). A
//! client authenticates with `client_secret_basic` or `client_secret_post`; an
//! API key with the same two, its id and its text, or in a header of its own.

mod api_key;
mod basic;
mod client;
mod header;
mod post;

use std::net::IpAddr;

use base::{Name, Secret, Timestamp};
use credential::{ApiKeyId, Audience, DigestKeys, Environment, ScopeSet};

use super::Client;
use crate::api_key::ApiKey;
use crate::token::{GrantType, TokenRefusal, TokenRequest};

pub use header::Headers;

/// What a request presents to prove which client it is.
#[derive(Debug)]
pub struct PresentedClient {
    /// The identifier that it claims.
    pub client_id: String,
    /// The secret that it gives; a public client gives none.
    pub secret: Option<Secret>,
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
    /// An API key in `Authorization: ApiKey` or `X-API-Key`.
    ApiKeyHeader,
    /// Not at all: a public client only names itself (RFC 6749 section 3.2.1).
    None,
}

/// From where a request came, and where it arrived: what an API key is judged
/// by, beside its secret.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Arrival {
    /// The real peer; nothing where it cannot be told.
    pub peer: Option<IpAddr>,
    /// Whether a browser sent it.
    pub is_browser: bool,
    /// Whether API keys are exchanged at a listener of their own, and this is
    /// another one.
    pub refuses_api_keys: bool,
}

/// The record that the presented identifier names.
#[derive(Debug, Clone, Copy)]
pub enum KnownClient<'a> {
    /// There is none.
    None,
    /// A client's.
    Client(&'a Client),
    /// An API key's, which is the client of the tokens that it is exchanged for.
    ApiKey(&'a ApiKey),
}

impl<'a> KnownClient<'a> {
    /// Who answers for it.
    pub fn owner(self) -> Option<&'a Name> {
        match self {
            Self::None => None,
            Self::Client(client) => Some(&client.accountability.owner),
            Self::ApiKey(api_key) => Some(&api_key.accountability.owner),
        }
    }
}

/// A client that has proved who it is. Only [`authenticate`] makes one.
#[derive(Debug, Clone, Copy)]
pub struct AuthenticatedClient<'a>(Holder<'a>);

#[derive(Debug, Clone, Copy)]
enum Holder<'a> {
    Client(&'a Client),
    ApiKey {
        api_key: &'a ApiKey,
        secret: ApiKeySecret,
    },
}

/// Which of an API key's secrets was presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiKeySecret {
    /// Its number among the secrets of the key.
    pub generation: u32,
    /// When it ends.
    pub ends_at: Timestamp,
}

impl<'a> AuthenticatedClient<'a> {
    /// Its identifier: an API key's id is its client identifier.
    pub fn id(self) -> &'a str {
        match self.0 {
            Holder::Client(client) => client.id.as_str(),
            Holder::ApiKey { api_key, .. } => api_key.id.as_str(),
        }
    }

    /// What it may ask for.
    pub fn scopes(self) -> &'a ScopeSet {
        match self.0 {
            Holder::Client(client) => &client.scopes,
            Holder::ApiKey { api_key, .. } => &api_key.scopes,
        }
    }

    /// The APIs that it may ask tokens for.
    pub fn audiences(self) -> &'a [Audience] {
        match self.0 {
            Holder::Client(client) => &client.audiences,
            Holder::ApiKey { api_key, .. } => std::slice::from_ref(&api_key.audience),
        }
    }

    /// The organisation that owns it.
    pub fn organisation(self) -> &'a Name {
        match self.0 {
            Holder::Client(client) => &client.accountability.organisation,
            Holder::ApiKey { api_key, .. } => &api_key.accountability.organisation,
        }
    }

    /// The client's record, if it is one and no API key.
    pub fn client(self) -> Option<&'a Client> {
        match self.0 {
            Holder::Client(client) => Some(client),
            Holder::ApiKey { .. } => None,
        }
    }

    /// Whether it may use a grant type.
    pub(crate) fn may_use(self, grant_type: GrantType) -> bool {
        match self.0 {
            Holder::Client(client) => client.client_type.may_use(grant_type),
            Holder::ApiKey { .. } => grant_type == GrantType::ClientCredentials,
        }
    }

    /// Which secret it presented, if it is an API key.
    pub fn api_key_secret(self) -> Option<ApiKeySecret> {
        match self.0 {
            Holder::Client(_) => None,
            Holder::ApiKey { secret, .. } => Some(secret),
        }
    }
}

impl PresentedClient {
    /// Whether it claims to be an API key. The two kinds have ids of their own
    /// shape, so no look-up crosses from one to the other.
    pub fn is_api_key(&self) -> bool {
        self.client_id.parse::<ApiKeyId>().is_ok()
    }
}

/// Finds the one method that the request uses.
pub fn presented(
    headers: Headers<'_>,
    request: &TokenRequest,
) -> Result<PresentedClient, TokenRefusal> {
    let ways = [
        headers.authorization.is_some(),
        headers.x_api_key.is_some(),
        request.client_secret.is_some(),
    ];
    // RFC 6749 section 2.3: a client must not use more than one method in a request.
    if ways.into_iter().filter(|used| *used).count() > 1 {
        return Err(TokenRefusal::invalid_request(
            "one_authentication_method",
            "the request authenticates twice: use one of the Authorization header, X-API-Key and client_secret",
        ));
    }
    let body_client_id = request.client_id.as_deref();
    match (
        headers.x_api_key,
        headers.authorization,
        &request.client_secret,
    ) {
        (Some(text), _, _) => header::read(text, body_client_id),
        (None, Some(authorization), _) => match header::api_key(authorization) {
            Some(text) => header::read(text, body_client_id),
            None => basic::read(authorization, body_client_id),
        },
        (None, None, Some(secret)) => post::read(body_client_id, secret),
        (None, None, None) => match body_client_id {
            Some(client_id) => Ok(PresentedClient {
                client_id: client_id.to_owned(),
                secret: None,
                method: Method::None,
            }),
            None => Err(TokenRefusal::invalid_client(
                "client_authentication",
                "no client authentication: send client_id and client_secret, by HTTP Basic or in the body, or an API key",
            )),
        },
    }
}

/// Checks the secret. Whether the client is unknown, revoked, expired, of
/// another environment or gave a wrong secret is one answer; the audit tells
/// them apart by the rule.
pub fn authenticate<'a>(
    presented: &PresentedClient,
    known: KnownClient<'a>,
    arrival: Arrival,
    (environment, digest_keys): (&Environment, &DigestKeys),
    now: Timestamp,
) -> Result<AuthenticatedClient<'a>, TokenRefusal> {
    if presented.is_api_key() {
        let known = match known {
            KnownClient::ApiKey(api_key) => Some(api_key),
            KnownClient::Client(_) | KnownClient::None => None,
        };
        return api_key::check(presented, known, arrival, (environment, digest_keys), now)
            .map(|(api_key, secret)| AuthenticatedClient(Holder::ApiKey { api_key, secret }));
    }
    let known = match known {
        KnownClient::Client(client) => Some(client),
        KnownClient::ApiKey(_) | KnownClient::None => None,
    };
    client::check(presented, known, environment, digest_keys, now)
        .map(|client| AuthenticatedClient(Holder::Client(client)))
}

/// The one answer to whoever does not authenticate.
pub(crate) fn refused(rule: &'static str) -> TokenRefusal {
    TokenRefusal::invalid_client(rule, "the client is unknown or its secret is wrong")
}
