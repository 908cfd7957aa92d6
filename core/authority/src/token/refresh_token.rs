//! The refresh token grant: RFC 6749 section 6, with rotation (RFC 9700 section
//! 4.14.2). In this order:
//!
//! | # | rule | if not |
//! |---|---|---|
//! | 1 | a refresh token is there, and has the shape of one | `invalid_request`, `invalid_grant` |
//! | 2 | we made it | `invalid_grant` |
//! | 3 | it is the client's | `invalid_grant` |
//! | 4 | its family has not ended, and it is the newest or an honest retry | `invalid_grant`; reuse ends the family |
//! | 5 | who granted it, what they granted and, unless it is offline, the session still stand | `invalid_grant` |
//! | 6 | the scopes and the resource were granted | `invalid_scope`, `invalid_target` |

use base::{Entropy, Timestamp};
use boundary::Consequence;
use credential::PresentedRefreshToken;

use super::{Decided, Facts, NotIssued, TokenRefusal, TokenRequest, delegated};
use crate::Effect;
use crate::audit::Origin;
use crate::client::authenticate::AuthenticatedClient;
use crate::token_family::{
    self, EndReason, NotGivenOut, NotPresentable, Presented, TokenFamily, check_given_out, present,
};
use crate::versioned::Versioned;

pub(super) fn issue(
    request: &TokenRequest,
    client: AuthenticatedClient<'_>,
    facts: Facts<'_>,
    origin: &Origin,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Decided, NotIssued> {
    let (family, generation) = known(request, facts)?;
    let client = client.client().filter(|client| client.id == family.client);
    let client = client.ok_or_else(|| refused("refresh_token_of_another_client"))?;
    let may_replace = !reaches_irreversible(family, facts);
    let next = match present(family, generation, may_replace, now) {
        Ok(Presented::Successor(next)) => next,
        Ok(Presented::Reuse) => {
            let writes = token_family::end(family, EndReason::RefreshReuse, origin, now);
            return Err(NotIssued::Refused(refused("refresh_reuse"), writes));
        }
        Err(NotPresentable::Ended) => return Err(refused("family_ended").into()),
        Err(NotPresentable::Expired) => return Err(refused("family_expired").into()),
    };
    let of_account = (family.account.as_str(), family.subject_version);
    let account = delegated::standing(of_account, &family.scopes, facts)?;
    if !family.is_offline {
        let session = facts.delegation.session;
        let session = session.filter(|session| session.id == family.session);
        if !session.is_some_and(|session| session.is_standing(account, now)) {
            return Err(refused("session_ended").into());
        }
    }
    let at = (facts, now);
    let mut decided = delegated::issue(request, (client, account), &next, None, at, entropy)?;
    decided.writes.effects = vec![Effect::put(family.version, next.into_record())];
    Ok(decided)
}

/// Rules 1 and 2.
fn known<'a>(
    request: &TokenRequest,
    facts: Facts<'a>,
) -> Result<(&'a TokenFamily, u64), TokenRefusal> {
    let Some(text) = &request.refresh_token else {
        return Err(TokenRefusal::invalid_request(
            "refresh_token",
            "refresh_token is missing",
        ));
    };
    let presented = PresentedRefreshToken::parse(text.expose())
        .map_err(|_| refused("refresh_token_malformed"))?;
    let family = facts.delegation.family;
    let family = family.filter(|family| family.id == *presented.family());
    let family = family.ok_or_else(|| refused("refresh_token_unknown"))?;
    let here = (facts.environment, facts.digest_keys);
    match check_given_out(&presented, family, here) {
        Ok(()) => Ok((family, presented.generation())),
        Err(NotGivenOut::Wrong) => Err(refused("refresh_token_wrong")),
        Err(NotGivenOut::Elsewhere) => Err(refused("wrong_environment")),
    }
}

/// Whether its tokens can do what cannot be undone.
fn reaches_irreversible(family: &TokenFamily, facts: Facts<'_>) -> bool {
    facts.inventory.endpoints().any(|(_, endpoint)| {
        endpoint.facts.consequence == Consequence::Irreversible
            && family.scopes.api.covers(&endpoint.demand.scopes)
    })
}

/// To whoever presents it every failure is one; the audit tells them apart.
fn refused(rule: &'static str) -> TokenRefusal {
    TokenRefusal::invalid_grant(
        rule,
        "the refresh token is unknown, used, too old or another client's",
    )
}
