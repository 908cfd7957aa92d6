//! Internal is a topology, not a guarantee: a service that reaches users' data,
//! money or the running of the system, or can do harm, holds a scoped token
//! that ends soon. An API key is a contradiction, whatever the exposure says.
//!
//! Articles: 002, 'Evaluate whether your "internal" traffic will stay
//! internal'; 004, 'mTLS or OAuth-based service auth is even better'. Articles
//! 000, 001 and 003 call keys the right tool inside; that holds for what
//! `lightest_that_fits` covers.

use credential::CredentialKind::{ApiKey, ClientCredentials};

use super::Row;
use super::draft::{Asked, Draft};
use crate::{Authority, Caller, Rule};

pub(super) const ROW: Row = Row {
    rule: Rule::InternalIsTopology,
    articles: &[
        "article 002, 'Evaluate whether your \"internal\" traffic will stay internal'",
        "article 004, 'For bigger setups, mTLS or OAuth-based service auth is even better'",
    ],
    apply,
};

fn apply(asked: &Asked<'_>, draft: &mut Draft) {
    let facts = asked.facts;
    let is_own = facts.caller == Caller::Service && facts.authority == Authority::Own;
    if !is_own || !asked.is_beyond_an_api_key() {
        return;
    }
    draft.narrow_to(&[ClientCredentials]);
    draft.never(
        ApiKey,
        "whoever gets inside the network gets what the key reaches, and it neither ends soon nor is narrow",
        "write accepts = [\"client_credentials\"]",
    );
    draft.because(format!(
        "A service reaches data = {} with consequence = {}: being inside the network proves nothing, so it holds a scoped token that ends soon (client credentials).",
        facts.data, facts.consequence
    ));
}

#[cfg(test)]
mod tests {
    use credential::CredentialKind::{ApiKey, ClientCredentials};

    use crate::derive::fixture::{accepted, debt, errors, facts, written};
    use crate::{Authority, Caller, Consequence, DataClass, Exposure, Facts, Rule, demand_of};

    fn heavy() -> Vec<Facts> {
        let of = |data, consequence| facts(Caller::Service, Authority::Own, data, consequence);
        vec![
            of(DataClass::User, Consequence::Read),
            of(DataClass::Money, Consequence::Write),
            of(DataClass::Admin, Consequence::Read),
            of(DataClass::Own, Consequence::Sensitive),
            of(DataClass::Public, Consequence::Irreversible),
        ]
    }

    #[test]
    fn a_service_that_can_do_harm_holds_a_token_and_no_exception_gives_it_a_key() {
        for facts in heavy() {
            assert_eq!(accepted(&facts), [ClientCredentials]);
            let mut wanted = written();
            wanted.accepts = Some(vec![ApiKey]);
            wanted.exception = Some(debt("2026-09-01T00:00:00Z"));
            assert_eq!(
                errors(&facts, &wanted),
                [(Rule::InternalIsTopology, "accepts")]
            );
        }
    }

    #[test]
    fn being_internal_changes_nothing() {
        for public in heavy() {
            let mut internal = public;
            internal.exposure = Exposure::Internal;
            assert_eq!(demand_of(&internal), demand_of(&public));
        }
    }
}
