//! Rule 2: the client is one that may ask here. Whether it is unknown, has
//! ended, or is of a type that never asks is one page (negative test AUT-042).

use base::Timestamp;

use super::{AuthorizationRequest, AuthorizeFacts, PageRefusal};
use crate::client::Client;

pub(super) fn check<'a>(
    request: &AuthorizationRequest,
    facts: AuthorizeFacts<'a>,
    now: Timestamp,
) -> Result<&'a Client, PageRefusal> {
    let refused = |rule| {
        PageRefusal::new(
            rule,
            "the application that sent you here is not known, or may not ask for you",
        )
    };
    if request.client_id.is_none() {
        return Err(refused("client_id_missing"));
    }
    let client = facts.client.ok_or(refused("client_unknown"))?;
    if client.environment != facts.environment.name {
        return Err(refused("wrong_environment"));
    }
    if !client.is_active(now) {
        return Err(refused("client_ended"));
    }
    if facts.owner_is_disabled {
        return Err(refused("client_owner_disabled"));
    }
    match client.client_type.is_delegated() {
        true => Ok(client),
        false => Err(refused("client_type")),
    }
}
