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
//! | 5 | the grant type is offered, and the client's | `grant_type.rs` | `unsupported_grant_type`, `unauthorized_client` | RFC 6749 section 5.2 |
//! | 5a | a code is unused, and every proof of it is right | `authorization_code.rs` | `invalid_grant` | RFC 6749 section 4.1.3, RFC 7636 section 4.6 |
//! | 5b | a refresh token is the newest of its family | `refresh_token.rs` | `invalid_grant` | RFC 9700 section 4.14.2 |
//! | 6 | the scopes are the client's | `scope.rs` | `invalid_scope` | RFC 6749 section 3.3 |
//! | 7 | the token is for one API | `resource.rs` | `invalid_target` | RFC 8707 section 2 |
//! | 8 | it lives no longer than what it reaches and what it was got with allow | `lifetime.rs` | | design section 2 |
//! | 9 | the lane of the API signs it, and it does not outlive the key | `signing_key.rs` | | design section 3 |

mod access_token;
mod authorization_code;
mod client_credentials;
mod delegated;
mod grant_type;
mod id_token;
mod lifetime;
mod owner;
mod refresh_token;
mod refusal;
mod request;
mod resource;
mod scope;
mod signing_key;

use base::{Entropy, Secret, Timestamp};
use boundary::Inventory;
use credential::{DigestKeys, Environment};
use jose::SigningInput;
use snapshot::{ActiveKey, IssuerUrl};

use crate::account::Account;
use crate::audit::{Action, Origin};
use crate::authorization_code::AuthorizationCode;
use crate::client::authenticate::{Arrival, KnownClient, PresentedClient, authenticate};
use crate::grant::{Grant, GrantedScopes};
use crate::session::Session;
use crate::token_family::TokenFamily;
use crate::{Effect, Plan, Writes};

#[cfg(test)]
mod tests;

pub use grant_type::GrantType;
pub use id_token::IdTokenDraft;
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
    /// What a person granted, if the request presents something of it.
    pub delegation: Delegation<'a>,
    /// The keys that sign, the default lane's first: public halves and when
    /// each ends. The rules never see the other halves.
    pub signing_keys: &'a [ActiveKey],
}

/// What was loaded for a code or a refresh token: nothing of it is believed yet.
#[derive(Debug, Clone, Copy, Default)]
pub struct Delegation<'a> {
    /// The code with the id that was presented.
    pub code: Option<&'a AuthorizationCode>,
    /// The family of the presented refresh token; for a code, the one that its
    /// first use began.
    pub family: Option<&'a TokenFamily>,
    /// Whose they are.
    pub account: Option<&'a Account>,
    /// The session that they came from.
    pub session: Option<&'a Session>,
    /// What that person has granted to the client.
    pub grant: Option<&'a Grant>,
}

/// An access token to be issued and what the answer says about it (RFC 6749
/// section 5.1). Whoever holds the private key signs it, before the commit.
#[derive(Debug)]
pub struct Issued {
    /// The token, but for its signature.
    pub access_token: SigningInput,
    /// The ID token, which can be written once the access token is signed.
    pub id_token: Option<IdTokenDraft>,
    /// What the client gets the next one with.
    pub refresh_token: Option<Secret>,
    /// Seconds until it expires.
    pub expires_in: u64,
    /// The scopes that it has.
    pub scope: GrantedScopes,
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
    match issue(request, presented, facts, origin, now, entropy) {
        Ok(decided) => Ok(decided.plan(origin, now)),
        Err(NotIssued::Refused(refusal, writes)) => {
            let mut plan = refused(refusal, origin, now);
            plan.writes.append(writes);
            Ok(plan)
        }
        Err(NotIssued::NoKey(fault)) => Err(fault),
    }
}

/// What a grant leads to.
struct Decided {
    issued: Issued,
    /// The id of the access token.
    jti: String,
    /// What the audit adds about how it was got.
    by: String,
    /// What must be written with it.
    writes: Writes,
}

impl Decided {
    fn plan(mut self, origin: &Origin, now: Timestamp) -> Plan<Result<Issued, TokenRefusal>> {
        let issued = self.issued;
        let (scope, seconds, by) = (&issued.scope, issued.expires_in, &self.by);
        let detail = format!("scope {scope}, {seconds} s{by}");
        let event = origin.event(Action::TokenIssued, Some(self.jti), detail, now);
        self.writes.audit.insert(0, event);
        let access = issued.access_token.key_id();
        let identity = issued.id_token.as_ref().map(IdTokenDraft::key_id);
        for key_id in std::iter::once(access).chain(identity.filter(|&id| id != access)) {
            self.writes.effects.push(Effect::UseSigningKey {
                key_id: key_id.clone(),
                at: now,
            });
        }
        Plan {
            outcome: Ok(issued),
            writes: self.writes,
        }
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

/// Why there is no token; and what is written all the same.
enum NotIssued {
    Refused(TokenRefusal, Writes),
    NoKey(NoSigningKey),
}

impl From<TokenRefusal> for NotIssued {
    fn from(refusal: TokenRefusal) -> Self {
        Self::Refused(refusal, Writes::default())
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
    origin: &Origin,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Decided, NotIssued> {
    let client = authenticate(
        presented,
        facts.client,
        facts.arrival,
        (facts.environment, facts.digest_keys),
        now,
    )?;
    owner::check(facts)?;
    match grant_type::check(request, client)? {
        GrantType::AuthorizationCode => {
            authorization_code::issue(request, client, facts, origin, now, entropy)
        }
        GrantType::ClientCredentials => {
            client_credentials::issue(request, client, facts, now, entropy)
        }
        GrantType::RefreshToken => {
            refresh_token::issue(request, client, facts, origin, now, entropy)
        }
    }
}
