//! The record of the client that a request presents: a client's or an API key's.

use authority::api_key::ApiKey;
use authority::client::Client;
use authority::client::authenticate::{KnownClient, PresentedClient};

use crate::Issuer;

/// What is known of the client that was presented.
pub(crate) enum Loaded {
    Nothing,
    Client(Box<Client>),
    ApiKey(Box<ApiKey>),
}

impl Loaded {
    pub(crate) fn id(&self) -> Option<&str> {
        match self {
            Self::Nothing => None,
            Self::Client(client) => Some(client.id.as_str()),
            Self::ApiKey(api_key) => Some(api_key.id.as_str()),
        }
    }

    pub(crate) fn known(&self) -> KnownClient<'_> {
        match self {
            Self::Nothing => KnownClient::None,
            Self::Client(client) => KnownClient::Client(client),
            Self::ApiKey(api_key) => KnownClient::ApiKey(api_key),
        }
    }
}

/// A client id that has not our shape is nobody's: no look-up is made of it,
/// and none crosses from one kind to the other.
pub(crate) async fn load(
    issuer: &Issuer,
    presented: &PresentedClient,
) -> Result<Loaded, store::StoreFault> {
    let id = &presented.client_id;
    if presented.is_api_key() {
        let api_key = issuer.store.api_key(id).await?;
        return Ok(api_key.map_or(Loaded::Nothing, |api_key| Loaded::ApiKey(Box::new(api_key))));
    }
    if id.parse::<credential::ClientId>().is_err() {
        return Ok(Loaded::Nothing);
    }
    let client = issuer.store.client(id).await?;
    Ok(client.map_or(Loaded::Nothing, |client| Loaded::Client(Box::new(client))))
}
