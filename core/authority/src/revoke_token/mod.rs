//! The revocation endpoint: RFC 7009.
//!
//! The order of the rules is normative: who asks is settled before what they
//! ask, so that a stranger learns nothing about a token.
//!
//! | # | rule | refusal | source |
//! |---|---|---|---|
//! | 1 | the client is who it says | `invalid_client` | RFC 7009 section 2.1 |
//! | 2 | a token is there | `invalid_request` | RFC 7009 section 2.1 |
//! | 3 | it is one of ours; if not, it is done already | | RFC 7009 section 2.2 |
//! | 4 | it was issued to that client | `invalid_grant` | RFC 7009 section 2.1 |
//!
//! A refresh token ends its family, with every access token of it; an access
//! token ends alone. The hint is not needed: the two have shapes of their own.

#[cfg(test)]
mod tests;

use base::Timestamp;
use credential::{DigestKeys, Environment, PresentedRefreshToken};
use jose::AccessTokenClaims;
use snapshot::Change;

use crate::audit::{Action, Origin};
use crate::client::authenticate::{Arrival, KnownClient, PresentedClient, authenticate};
use crate::token::{TokenRefusal, TokenRequest, refused};
use crate::token_family::{self, EndReason, TokenFamily, check_given_out};
use crate::{Plan, Writes};

/// What the decision needs to know.
#[derive(Clone, Copy)]
pub struct RevokeFacts<'a> {
    /// The environment.
    pub environment: &'a Environment,
    /// The client with the identifier that was presented.
    pub client: KnownClient<'a>,
    /// From where the request came, and where it arrived.
    pub arrival: Arrival,
    /// The keys of stored digests.
    pub digest_keys: &'a DigestKeys,
    /// The family of the refresh token that was presented: not believed yet.
    pub family: Option<&'a TokenFamily>,
    /// The claims of the access token that was presented, if its signature is
    /// ours and so is its issuer; it may have expired.
    pub access_token: Option<&'a AccessTokenClaims>,
}

/// Decides a revocation request. What is unknown, wrong or over is done.
pub fn decide(
    request: &TokenRequest,
    presented: &PresentedClient,
    facts: RevokeFacts<'_>,
    origin: &Origin,
    now: Timestamp,
) -> Plan<Result<(), TokenRefusal>> {
    match revoke(request, presented, facts, origin, now) {
        Ok(writes) => Plan {
            outcome: Ok(()),
            writes,
        },
        Err(refusal) => refused(refusal, origin, now),
    }
}

fn revoke(
    request: &TokenRequest,
    presented: &PresentedClient,
    facts: RevokeFacts<'_>,
    origin: &Origin,
    now: Timestamp,
) -> Result<Writes, TokenRefusal> {
    let keys = (facts.environment, facts.digest_keys);
    let client = authenticate(presented, facts.client, facts.arrival, keys, now)?;
    let Some(text) = &request.token else {
        return Err(TokenRefusal::invalid_request("token", "token is missing"));
    };
    if let Ok(token) = PresentedRefreshToken::parse(text.expose()) {
        let given_out = |family: &&TokenFamily| check_given_out(&token, family, keys).is_ok();
        let Some(family) = facts.family.filter(given_out) else {
            return Ok(Writes::default());
        };
        if family.client.as_str() != client.id() {
            return Err(another_clients());
        }
        return Ok(token_family::end(
            family,
            EndReason::RevokedByClient,
            origin,
            now,
        ));
    }
    let Some(claims) = facts.access_token.filter(|claims| now < claims.expires_at) else {
        return Ok(Writes::default());
    };
    if claims.client_id.as_str() != client.id() {
        return Err(another_clients());
    }
    let target = Some(claims.token_id.to_string());
    let detail = "an access token, by its client".to_owned();
    Ok(Writes {
        audit: vec![origin.event(Action::TokenRevoked, target, detail, now)],
        changes: vec![Change::TokenDenied {
            jti: claims.token_id.to_string(),
            // The gates allow for clocks that are behind.
            expires_at: claims.expires_at.after(crate::account::SLACK),
        }],
        ..Writes::default()
    })
}

/// It is genuine, and somebody else's: nothing is revoked.
fn another_clients() -> TokenRefusal {
    TokenRefusal::invalid_grant(
        "token_of_another_client",
        "the token was issued to another client",
    )
}
