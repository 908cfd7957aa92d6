//! The token endpoint: RFC 6749 section 3.2.
//!
//! The order of the rules is normative. What costs nothing and tells nothing
//! comes first; who asks is settled before what they ask, so that a stranger
//! learns nothing about scopes and audiences.
//!
//! | # | rule | file | refusal | source |
//! |---|---|---|---|---|
//! | 1 | the form is well-formed, no parameter twice | `request.rs` | `invalid_request` | RFC 6749 section 3.2 |
//! | 2 | exactly one way of client authentication | `client/authenticate` | `invalid_request`, `invalid_client` | RFC 6749 section 2.3 |
//! | 3 | the client, or the API key, is who it says | `client/authenticate` | `invalid_client` | RFC 6749 section 3.2.1 |
//! | 4 | its owner is not gone | `owner.rs` | `invalid_client` | features F160 |
//! | 5 | the grant type is offered | `grant_type.rs` | `unsupported_grant_type` | RFC 6749 section 5.2 |
//! | 6 | the scopes are the client's | `scope.rs` | `invalid_scope` | RFC 6749 section 3.3 |
//! | 7 | the token is for one API | `resource.rs` | `invalid_target` | RFC 8707 section 2 |
//! | 8 | it lives no longer than what it reaches and what it was got with allow | `lifetime.rs` | | design section 2 |
//! | 9 | the lane of the API signs it, and it does not outlive the key | `signing_key.rs` | | design section 3 |

mod client_credentials;
pub mod form;
mod grant_type;
mod lifetime;
mod owner;
mod refusal;
mod request;
mod resource;
mod scope;
mod signing_key;

use base::{Entropy, Timestamp};
use boundary::Inventory;
use credential::{DigestKeys, Environment};
use jose::SigningInput;
use snapshot::{ActiveKey, IssuerUrl};

use crate::audit::{Action, Origin};
use crate::client::authenticate::{Arrival, KnownClient, PresentedClient, authenticate};
use crate::{Effect, Plan, Writes};

#[cfg(test)]
mod tests;

pub use grant_type::GrantType;
pub use lifetime::{ACCESS_TOKEN_LIFETIME, EXCHANGED_TOKEN_LIFETIME};
pub use refusal::{ErrorCode, TokenRefusal};
pub use request::TokenRequest;
pub use signing_key::NoSigningKey;

/// What the decision needs to know.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The environment.
    pub environment: &'a Environment,
    /// Its issuer.
    pub issuer: &'a IssuerUrl,
    /// The inventory in force: which scopes reach which endpoints.
    pub inventory: &'a Inventory,
    /// The client or the API key with the identifier that was presented.
    pub client: KnownClient<'a>,
    /// Whether the owner of that client is gone.
    pub owner_is_disabled: bool,
    /// From where the request came, and where it arrived.
    pub arrival: Arrival,
    /// The keys of stored digests.
    pub digest_keys: &'a DigestKeys,
    /// The keys that sign, the default lane's first: public halves and when
    /// each ends. The rules never see the other halves.
    pub signing_keys: &'a [ActiveKey],
}

/// An access token to be issued and what the answer says about it (RFC 6749
/// section 5.1). Whoever holds the private key signs it, before the commit.
#[derive(Debug)]
pub struct Issued {
    /// The token, but for its signature.
    pub access_token: SigningInput,
    /// Seconds until it expires.
    pub expires_in: u64,
    /// The scopes that it has.
    pub scope: credential::ScopeSet,
    /// Which secret of an API key it was got with.
    pub api_key_generation: Option<u32>,
}

/// Decides a token request. Both outcomes are audited, so both are plans. A
/// token is issued under the precondition that its key still signs.
///
/// # Errors
///
/// [`NoSigningKey`]: our own fault, which refuses nobody.
pub fn decide(
    request: &TokenRequest,
    presented: &PresentedClient,
    facts: Facts<'_>,
    origin: &Origin,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Plan<Result<Issued, TokenRefusal>>, NoSigningKey> {
    match issue(request, presented, facts, now, entropy) {
        Ok((issued, jti)) => {
            let by = issued.api_key_generation;
            let by = by.map(|generation| format!(", for an API key, generation {generation}"));
            let detail = format!(
                "scope {}, {} s{}",
                issued.scope,
                issued.expires_in,
                by.unwrap_or_default()
            );
            let event = origin.event(Action::TokenIssued, Some(jti), detail, now);
            let key_id = issued.access_token.key_id().clone();
            Ok(Plan {
                outcome: Ok(issued),
                writes: Writes {
                    effects: vec![Effect::UseSigningKey { key_id, at: now }],
                    audit: vec![event],
                    ..Writes::default()
                },
            })
        }
        Err(NotIssued::Refused(refusal)) => Ok(refused(refusal, origin, now)),
        Err(NotIssued::NoKey(fault)) => Err(fault),
    }
}

/// The plan of a refusal, also of one from before the client was known.
pub fn refused<T>(
    refusal: TokenRefusal,
    origin: &Origin,
    now: Timestamp,
) -> Plan<Result<T, TokenRefusal>> {
    let mut event = origin.event(Action::TokenRefused, None, refusal.description.clone(), now);
    event.rule = Some(refusal.rule.to_owned());
    Plan {
        outcome: Err(refusal),
        writes: Writes {
            audit: vec![event],
            ..Writes::default()
        },
    }
}

/// Why there is no token.
enum NotIssued {
    Refused(TokenRefusal),
    NoKey(NoSigningKey),
}

impl From<TokenRefusal> for NotIssued {
    fn from(refusal: TokenRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<NoSigningKey> for NotIssued {
    fn from(fault: NoSigningKey) -> Self {
        Self::NoKey(fault)
    }
}

fn issue(
    request: &TokenRequest,
    presented: &PresentedClient,
    facts: Facts<'_>,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<(Issued, String), NotIssued> {
    let client = authenticate(
        presented,
        facts.client,
        facts.arrival,
        (facts.environment, facts.digest_keys),
        now,
    )?;
    owner::check(facts)?;
    match grant_type::check(request)? {
        GrantType::ClientCredentials => {
            client_credentials::issue(request, client, facts, now, entropy)
        }
    }
}
