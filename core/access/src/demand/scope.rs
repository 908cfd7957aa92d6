//! A credential does only what its scopes name, each byte for byte.

use crate::route::Route;
use crate::{Denial, Principal, Rule};

pub(crate) fn check(route: &Route, principal: &Principal) -> Result<(), Denial> {
    let demanded = &route.endpoint().demand.scopes;
    if principal.holds(demanded) {
        return Ok(());
    }
    // RFC 6750 section 3.1: the answer may name the scope that is needed.
    Err(Denial::new(Rule::Scope)
        .with_detail(format!(
            "The endpoint demands {demanded}, and the credential lacks some of it."
        ))
        .with_missing(demanded.clone()))
}
