//! A credential is for one API. RFC 9068 section 4: `aud`, byte for byte.

use crate::route::Route;
use crate::{Denial, Principal, Rule};

pub(crate) fn check(route: &Route, principal: &Principal) -> Result<(), Denial> {
    match principal {
        Principal::Anonymous => Ok(()),
        Principal::ApiKey(key) if key.entry.audience() == route.audience().as_str() => Ok(()),
        Principal::ApiKey(_) => Err(Denial::new(Rule::ApiKeyAudience)),
        Principal::Foreign(foreign) => {
            let opening = foreign.fact.rules().audiences_of(route.api());
            let held = &foreign.fact.claims().audience;
            let opens = opening
                .unwrap_or_default()
                .iter()
                .any(|audience| held.contains(audience));
            opens
                .then_some(())
                .ok_or_else(|| Denial::new(Rule::TokenAudience))
        }
        Principal::Token(token) => {
            let wrong = |_| Denial::new(Rule::TokenAudience);
            token
                .claims
                .check_audience(route.audience().as_str())
                .map_err(wrong)
        }
    }
}
