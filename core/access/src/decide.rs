//! The one ordered table.

use std::sync::Arc;

use base::Timestamp;
use credential::DigestKeys;
use jose::TimeLimits;
use jose::encryption::DecryptionKeys;
use snapshot::Freshness;

use crate::present::{self, Presented};
use crate::route::{CanonicalPath, Route};
use crate::{
    Conditional, Denial, Principal, Request, Rule, TokenFacts, View, demand, transport, verify,
};

/// What requests are judged by.
#[derive(Clone, Copy)]
pub struct Judge<'a> {
    /// What is known.
    pub view: &'a View,
    /// Whether a token's signature is good.
    pub facts: &'a dyn TokenFacts,
    /// What decrypts tokens, for the endpoints that ask for encrypted ones.
    pub decryption_keys: &'a DecryptionKeys,
    /// The keys of the stored digests.
    pub digest_keys: &'a DigestKeys,
    /// How old the knowledge of revocations is.
    pub freshness: Freshness,
    /// How instants of tokens are judged.
    pub time_limits: TimeLimits,
}

/// What came of judging a request.
#[derive(Debug, Clone)]
#[must_use = "a decision that is not followed protects nothing"]
pub enum Decision {
    /// It may not pass.
    Denial(Denial),
    /// It may pass, once its claims are settled.
    Conditional(Conditional),
}

/// Judges one request at `now`.
pub fn decide(judge: &Judge<'_>, request: &Request<'_>, now: Timestamp) -> Decision {
    match table(judge, request, now) {
        Ok(conditional) => Decision::Conditional(conditional),
        Err(denial) if denial.endpoint().is_none() => {
            Decision::Denial(named(judge, request, denial))
        }
        Err(denial) => Decision::Denial(denial),
    }
}

/// The rules, in their order. The order is normative:
///
/// 1. The transport comes first: a credential that was readable on the way is
///    lost, whatever it was meant for.
/// 2. Then what stands where it is logged, for the same reason, also on a path
///    that leads nowhere.
/// 3. The path is made canonical before anything looks at it, and the endpoint
///    is found before the caller is judged, because the endpoint says what is
///    demanded. What is not listed is denied before any secret is looked at.
/// 4. The one credential is found: ambiguity is refused, never resolved.
/// 5. It is verified: genuine, then still accepted. A bad credential is 401
///    before a forbidden act is 403, so verification comes before everything
///    that weighs what a good credential may do.
/// 6. What the endpoint demands of the credential (401), then what the caller
///    may do (403).
/// 7. What only the world outside can settle is claimed, last.
fn table(judge: &Judge<'_>, request: &Request<'_>, now: Timestamp) -> Result<Conditional, Denial> {
    transport::check(judge, request)?;
    present::check_misplaced(judge, request)?;
    let (route, path) = judge.view.routes().find(request)?;
    let at_route = |denial: Denial| denial.at(route);
    check_open(route, now).map_err(at_route)?;
    let principal = authenticate(judge, request, route, now).map_err(at_route)?;
    let principal = verify::check_on_behalf_of(principal, (route, request.headers), judge, now)
        .map_err(at_route)?;
    let live_check = authorize(judge, route, path, &principal, now)
        .map_err(|denial| denial.at(route).genuine_as(&principal))?;
    Ok(Conditional {
        route: Arc::clone(route),
        principal,
        target: request.target.into(),
        live_check,
    })
}

fn check_open(route: &Route, now: Timestamp) -> Result<(), Denial> {
    if route.endpoint().is_closed(now) {
        return Err(Denial::new(Rule::EndpointClosed));
    }
    Ok(())
}

/// What was denied before the route was found still names its endpoint in the
/// audit, if it has one.
fn named(judge: &Judge<'_>, request: &Request<'_>, denial: Denial) -> Denial {
    match judge.view.routes().find(request) {
        Ok((route, _)) => denial.at(route),
        Err(_) => denial,
    }
}

/// Who is calling.
fn authenticate(
    judge: &Judge<'_>,
    request: &Request<'_>,
    route: &Route,
    now: Timestamp,
) -> Result<Principal, Denial> {
    let presented = present::find(request)?;
    if let Presented::ApiKey(text) = presented {
        present::check_browser(judge, request, text)?;
    }
    let demand = &route.endpoint().demand;
    if demand.accepts.is_empty() {
        // Nobody in particular is asked for. A credential sent along is not
        // judged, so that it opens and closes nothing, and is never forwarded.
        return Ok(Principal::Anonymous);
    }
    if matches!(presented, Presented::OtherScheme) {
        return Err(demand::other_scheme(route.endpoint(), now));
    }
    let principal = verify::check(presented, demand.encrypted_tokens, judge, now)?;
    verify::check_network(&principal, request.peer)?;
    Ok(principal)
}

/// Whether that caller may do this. What a live check can still avert is given
/// back.
fn authorize(
    judge: &Judge<'_>,
    route: &Route,
    path: CanonicalPath<'_>,
    principal: &Principal,
    now: Timestamp,
) -> Result<Option<Denial>, Denial> {
    demand::check_credential_kind(route, principal, now)?;
    demand::check_sender_constrained(route, principal)?;
    demand::check_audience(route, principal)?;
    let too_stale = match principal {
        // Nothing about nobody can have been revoked.
        Principal::Anonymous => None,
        _ => demand::check_feed_lag(route, judge, now)?,
    };
    let too_old = demand::check_token_age(route, principal, now)?;
    demand::check_scope(route, principal)?;
    demand::check_owner(route, principal, path)?;
    Ok(too_stale.or(too_old))
}
