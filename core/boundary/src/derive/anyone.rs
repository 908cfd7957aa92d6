//! Nobody in particular: `caller = anyone` and `data = public` take no
//! credential and are limited per address; with anything else they contradict.
//!
//! Articles: 000, 'identify the requester first'; it also counts APIs without
//! any authentication or rate limit as the risk that they are.

use super::Row;
use super::draft::{Asked, Draft};
use crate::{Authority, Caller, DataClass, Rule};

pub(super) const ROW: Row = Row {
    rule: Rule::Anyone,
    articles: &[
        "article 000, 'identify the requester first, then grant only the access that actor needs'",
        "article 000, '52% of APIs reviewed had no authentication mechanisms in place'",
    ],
    apply,
};

fn apply(asked: &Asked<'_>, draft: &mut Draft) {
    let facts = asked.facts;
    if facts.caller != Caller::Anyone {
        return;
    }
    draft.narrow_to(&[]);
    draft.demand.limit_per_address = true;
    draft.because(
        "Nobody in particular calls it and it shows only what is public, so no credential is asked for and each address is limited.",
    );
    if facts.data != DataClass::Public {
        draft.contradict(
            "data",
            format!(
                "anyone may call, but the data is {}: whoever reaches it must be known",
                facts.data
            ),
            "write data = \"public\", or name the caller: browser, mobile, partner or service",
        );
    }
    if facts.authority == Authority::Delegated {
        draft.contradict(
            "authority",
            "anyone may call, but the authority is delegated: an end-user delegates to a client that is known",
            "write authority = \"own\", or name the caller: browser, mobile, partner or service",
        );
    }
    refuse_what_needs_a_credential(asked, draft);
}

fn refuse_what_needs_a_credential(asked: &Asked<'_>, draft: &mut Draft) {
    let written = asked.written;
    let has_scopes = written.scopes.as_ref().is_some_and(|set| !set.is_empty());
    let accepts = written
        .accepts
        .as_ref()
        .is_some_and(|kinds| !kinds.is_empty());
    for (field, is_written) in [
        ("accepts", accepts),
        ("scopes", has_scopes),
        ("owner_param", written.owner_param.is_some()),
        ("sender_constrained", written.sender_constrained),
        ("encrypted_tokens", written.encrypted_tokens.is_some()),
    ] {
        if is_written {
            draft.contradict(
                field,
                format!("anyone may call without a credential, so `{field}` would never be judged"),
                format!(
                    "remove `{field}`, or name the caller: browser, mobile, partner or service"
                ),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::derive::fixture::{accepted, facts, refused_by};
    use crate::{Authority, Caller, Consequence, DataClass, Rule, demand_of};

    #[test]
    fn the_public_takes_no_credential_and_is_limited_per_address() {
        let public = facts(
            Caller::Anyone,
            Authority::Own,
            DataClass::Public,
            Consequence::Read,
        );
        let demand = demand_of(&public).unwrap();
        assert!(demand.accepts.is_empty());
        assert!(demand.limit_per_address);
    }

    #[test]
    fn whoever_reaches_more_than_the_public_is_known() {
        for data in [
            DataClass::Own,
            DataClass::User,
            DataClass::Money,
            DataClass::Admin,
        ] {
            let wrong = facts(Caller::Anyone, Authority::Own, data, Consequence::Read);
            assert_eq!(refused_by(&wrong), [(Rule::Anyone, "data")]);
        }
        let wrong = facts(
            Caller::Anyone,
            Authority::Delegated,
            DataClass::Public,
            Consequence::Read,
        );
        assert_eq!(refused_by(&wrong), [(Rule::Anyone, "authority")]);
    }

    #[test]
    fn nobody_else_is_limited_per_address_by_this_rule() {
        let known = facts(
            Caller::Service,
            Authority::Own,
            DataClass::Public,
            Consequence::Read,
        );
        assert!(!accepted(&known).is_empty());
        assert!(!demand_of(&known).unwrap().limit_per_address);
    }
}
