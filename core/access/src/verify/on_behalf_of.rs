//! On whose behalf a call is made, where its caller says so: signed with the
//! key that is registered with the API key, or refused. It authorises nothing.

use std::sync::Arc;

use base::Timestamp;
use http::{HeaderMap, HeaderName};
use jose::{AllowList, KeySet, OnBehalfOfClaims, TokenError, VerificationKey};

use crate::route::Route;
use crate::{Denial, Judge, OnBehalfOf, Principal, Rule};

/// The header that says so.
static HEADER: HeaderName = HeaderName::from_static("doorward-on-behalf-of");

/// The principal, with what the header says. Without the header nothing is
/// looked at; with one that does not count the request is refused, or somebody
/// would believe that it had been recorded.
pub(crate) fn check(
    principal: Principal,
    (route, headers): (&Route, &HeaderMap),
    judge: &Judge<'_>,
    now: Timestamp,
) -> Result<Principal, Denial> {
    let mut lines = headers.get_all(&HEADER).iter();
    let Some(line) = lines.next() else {
        return Ok(principal);
    };
    let refused = |why: &str| {
        Denial::new(Rule::OnBehalfOf)
            .genuine_as(&principal)
            .with_finding(format!("On whose behalf the call is made: {why}"))
    };
    let Principal::ApiKey(key) = &principal else {
        return Err(refused("only a call with an API key can say so."));
    };
    let Some(registered) = key.entry.on_behalf_of_key() else {
        return Err(refused("no key is registered with this API key."));
    };
    let (Ok(text), None) = (line.to_str(), lines.next()) else {
        return Err(refused("the header is there twice, or is no text."));
    };
    let audience = route.audience().as_str();
    match verify(text, registered, (key.entry.id(), audience), (judge, now)) {
        Ok(on_behalf_of) => Ok(principal.acting_for(Arc::new(on_behalf_of))),
        Err(error) => Err(refused(&format!("it does not count ({}).", error.reason()))),
    }
}

fn verify(
    text: &str,
    registered: &str,
    expected: (&str, &str),
    (judge, now): (&Judge<'_>, Timestamp),
) -> Result<OnBehalfOf, TokenError> {
    let key = VerificationKey::parse(registered.as_bytes()).map_err(|_| TokenError::KeyUnknown)?;
    // RFC 8725 section 3.1: the registered key says which algorithm.
    let allow = AllowList::only(key.algorithm());
    let claims = jose::verify::<OnBehalfOfClaims>(text, &KeySet::new(vec![key]), &allow)?;
    claims.check(expected, judge.time_limits.leeway(), now)?;
    Ok(OnBehalfOf {
        subject: claims.subject.to_string(),
        purpose: claims.purpose.to_string(),
    })
}
