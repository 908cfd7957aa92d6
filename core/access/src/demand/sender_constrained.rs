//! Some endpoints take only a credential that is bound to its holder's key.

use crate::route::Route;
use crate::{Denial, Principal, Rule};

/// No proof of possession can be checked yet, so such an endpoint is closed to
/// everyone; a bound token presented as a bearer token was refused before.
pub(crate) fn check(route: &Route, principal: &Principal) -> Result<(), Denial> {
    match principal {
        Principal::Anonymous => Ok(()),
        _ if !route.endpoint().demand.sender_constrained => Ok(()),
        _ => Err(Denial::new(Rule::SenderConstrained)
            .with_detail(
                "The endpoint demands proof of the holder's key, which cannot be checked here.",
            )
            .with_fix("Ask the API's owner: no credential can meet this demand at this gate.")),
    }
}
