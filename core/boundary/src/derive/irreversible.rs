//! What cannot be undone takes a token younger than 45 s or a live revocation
//! check. Opaque or sender-constrained tokens are preferred: their absence is
//! reported.
//!
//! Articles: 002, 'irreversible actions -- money transfers, data deletion,
//! permission escalation'; 000, 'Sensitive operations should have narrower
//! scopes and stricter actor separation than low-risk reads'.

use super::Row;
use super::draft::{Asked, Draft};
use crate::{Caller, Consequence, Rule};

pub(super) const ROW: Row = Row {
    rule: Rule::Irreversible,
    articles: &[
        "article 002, 'irreversible actions -- money transfers, data deletion, permission escalation'",
        "article 000, 'Sensitive operations should have narrower scopes and stricter actor separation than low-risk reads'",
    ],
    apply,
};

fn apply(asked: &Asked<'_>, draft: &mut Draft) {
    if asked.facts.consequence != Consequence::Irreversible {
        return;
    }
    if asked.facts.caller == Caller::Anyone {
        draft.contradict(
            "consequence",
            "it cannot be undone, and nobody in particular may do it: nobody could be asked afterwards",
            "name the caller: browser, mobile, partner or service",
        );
        return;
    }
    draft.demand.live_check_beyond_age = true;
    draft.because(
        "It cannot be undone, so a token is of this minute, or an older one is checked with the issuer on this very request.",
    );
    if !asked.written.sender_constrained {
        draft.note(
            "consequence",
            "it cannot be undone, and a copied token works for whoever holds it",
            "write sender_constrained = true (DPoP or a client certificate), or issue opaque tokens for its audience",
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::derive::fixture::{bank_transfer, facts, of, outcome, refused_by, written};
    use crate::{Authority, Caller, Consequence, DataClass, Rule, Severity, demand_of};

    #[test]
    fn what_cannot_be_undone_takes_a_fresh_token_or_a_live_check() {
        let demand = demand_of(&bank_transfer()).unwrap();
        assert_eq!(demand.max_token_age.as_secs(), 45);
        assert!(demand.live_check_beyond_age);
        let mild = facts(
            Caller::Mobile,
            Authority::Own,
            DataClass::Own,
            Consequence::Sensitive,
        );
        assert!(!demand_of(&mild).unwrap().live_check_beyond_age);
    }

    #[test]
    fn nobody_in_particular_does_what_cannot_be_undone() {
        let wrong = facts(
            Caller::Anyone,
            Authority::Own,
            DataClass::Public,
            Consequence::Irreversible,
        );
        assert_eq!(refused_by(&wrong), [(Rule::Irreversible, "consequence")]);
    }

    #[test]
    fn a_token_that_anyone_can_copy_is_reported() {
        let mut wanted = written();
        let loose = outcome(&bank_transfer(), &wanted);
        assert_eq!(of(&loose, Severity::Note)[0].rule, Rule::Irreversible);
        wanted.sender_constrained = true;
        let bound = outcome(&bank_transfer(), &wanted);
        assert!(bound.verdicts.is_empty());
        assert!(bound.demand.sender_constrained);
    }
}
