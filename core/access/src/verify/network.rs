//! The networks of an API key bind its tokens too: a token that was stolen
//! opens nothing from elsewhere.

use std::net::IpAddr;

use crate::{Denial, Principal, Rule};

pub(crate) fn check(principal: &Principal, peer: IpAddr) -> Result<(), Denial> {
    match principal {
        Principal::Token(token) if !token.client.allows_peer(peer) => {
            Err(Denial::new(Rule::ClientNetwork).genuine_as(principal))
        }
        _ => Ok(()),
    }
}
