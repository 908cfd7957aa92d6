//! The networks of an API key bind it and the tokens that it was exchanged
//! for: whoever stole one can do nothing with it from elsewhere.

use std::net::IpAddr;

use crate::{Denial, Principal, Rule};

/// `peer` is the real one, beyond the proxies that are trusted and none else.
pub(crate) fn check(principal: &Principal, peer: IpAddr) -> Result<(), Denial> {
    match principal {
        Principal::ApiKey(key) if !key.entry.allows_peer(Some(peer)) => {
            Err(Denial::new(Rule::ApiKeyNetwork)
                .genuine_as(principal)
                .with_finding("The API key may not be used from this network."))
        }
        Principal::Token(token) if !token.client.allows_peer(peer) => {
            Err(Denial::new(Rule::ClientNetwork).genuine_as(principal))
        }
        _ => Ok(()),
    }
}
