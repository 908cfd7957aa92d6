//! What an endpoint writes itself may only be tighter than what its facts
//! derive. Looser needs an exception with a reason, an owner and an end, and
//! what earlier rules shut out for good no exception opens.
//!
//! Articles: 000, 'use the method that matches your trust boundary now, not the
//! one that is merely quickest to demo'; 003, 'technical debt with a security
//! surface'; 002, 'differentiate by consequence'.

use base::Lifetime;
use credential::CredentialKind::{self, ApiKey, Basic, ClientCredentials};

use super::Row;
use super::draft::{Asked, Draft};
use crate::duration::print;
use crate::{Consequence, EncryptedTokens, Rule};

pub(super) const ROW: Row = Row {
    rule: Rule::WrittenDemand,
    articles: &[
        "article 000, 'use the method that matches your trust boundary now, not the one that is merely quickest to demo'",
        "article 003, 'technical debt with a security surface'",
        "article 002, 'differentiate by consequence'",
    ],
    apply,
};

fn apply(asked: &Asked<'_>, draft: &mut Draft) {
    let mut loosened = Vec::new();
    accepts(asked, draft, &mut loosened);
    let derived = (draft.demand.max_token_age, draft.demand.max_feed_lag);
    if let Some(wanted) = asked.written.max_token_age
        && clock(
            asked,
            draft,
            ("max_token_age", derived.0, wanted),
            &mut loosened,
        )
    {
        draft.demand.max_token_age = wanted;
    }
    if let Some(wanted) = asked.written.max_feed_lag
        && clock(
            asked,
            draft,
            ("max_feed_lag", derived.1, wanted),
            &mut loosened,
        )
    {
        draft.demand.max_feed_lag = wanted;
    }
    only_tokens(asked, draft);
    judge_exception(asked, draft, &loosened);
}

/// What only a token can meet.
fn only_tokens(asked: &Asked<'_>, draft: &mut Draft) {
    let no_token = draft.demand.accepts.iter().all(|kind| !is_token(*kind));
    draft.demand.sender_constrained = asked.written.sender_constrained;
    if asked.written.sender_constrained && no_token {
        draft.contradict(
            "sender_constrained",
            "only a token can be bound to a key of its holder, and none is accepted",
            "accept client_credentials or authorization_code, or remove sender_constrained",
        );
    }
    draft.demand.encrypted_tokens = asked.written.encrypted_tokens.unwrap_or_default();
    // `anyone` has already said that nothing is accepted.
    let asks = draft.demand.encrypted_tokens != EncryptedTokens::Refused;
    if asks && no_token && !draft.demand.limit_per_address {
        draft.contradict(
            "encrypted_tokens",
            "only a token can be encrypted for the gate, and none is accepted",
            "accept client_credentials or authorization_code, or remove encrypted_tokens",
        );
    }
}

fn is_token(kind: CredentialKind) -> bool {
    matches!(
        kind,
        CredentialKind::ClientCredentials | CredentialKind::AuthorizationCode
    )
}

/// Narrows the kinds to those that are written; a window that is written in a
/// field of its own stays open.
fn accepts(asked: &Asked<'_>, draft: &mut Draft, loosened: &mut Vec<Loosened>) {
    let Some(wanted) = &asked.written.accepts else {
        return;
    };
    // `anyone` has already said that nothing is accepted.
    if draft.demand.limit_per_address {
        return;
    }
    if wanted.is_empty() {
        draft.contradict(
            "accepts",
            "nothing is accepted, so nobody could ever call",
            "remove `accepts`, or name what is accepted",
        );
        return;
    }
    let derived = std::mem::take(&mut draft.demand.accepts);
    let windows = [
        (ApiKey, draft.demand.raw_api_key_until.is_some()),
        (Basic, draft.demand.basic_until.is_some()),
    ];
    let mut kept: Vec<CredentialKind> = windows
        .into_iter()
        .filter_map(|(kind, is_open)| is_open.then_some(kind))
        .collect();
    for &kind in wanted {
        if let Some(never) = draft.why_never(kind) {
            draft.contradict_never("accepts", never);
        } else {
            // A written `basic` has been judged by its own rule.
            let is_judged = kind == Basic && asked.written.basic.is_some();
            if !is_judged && !derived.contains(&kind) {
                loosened.push(("accepts", format!("{kind} is accepted")));
            }
            kept.push(kind);
        }
    }
    kept.sort_unstable();
    kept.dedup();
    if kept != derived {
        let names: Vec<&str> = kept.iter().map(|kind| kind.as_str()).collect();
        draft.because(format!(
            "The endpoint itself asks for {}.",
            names.join(", ")
        ));
    }
    // What takes neither keys nor a client's own tokens takes no mixture of both.
    let takes_own = kept.contains(&ApiKey) || kept.contains(&ClientCredentials);
    draft.demand.exchanged_api_key &= takes_own;
    draft.demand.accepts = kept;
}

/// What is looser than derived: the field, and what it loosens.
type Loosened = (&'static str, String);

/// Whether the written length of time holds.
fn clock(
    asked: &Asked<'_>,
    draft: &mut Draft,
    (field, derived, wanted): (&'static str, Lifetime, Lifetime),
    loosened: &mut Vec<Loosened>,
) -> bool {
    if wanted < derived {
        draft.because(format!(
            "The endpoint itself asks for {field} = {}.",
            print(wanted)
        ));
        return true;
    }
    if wanted == derived {
        return false;
    }
    if asked.facts.consequence == Consequence::Irreversible {
        draft.contradict(
            field,
            format!(
                "{} is longer than the {} of what cannot be undone; an older token already passes with a live check, so there is nothing to loosen",
                print(wanted),
                print(derived)
            ),
            format!("remove `{field}`, or write at most \"{}\"", print(derived)),
        );
        return false;
    }
    loosened.push((
        field,
        format!("{field} is {} instead of {}", print(wanted), print(derived)),
    ));
    true
}

fn judge_exception(asked: &Asked<'_>, draft: &mut Draft, loosened: &[Loosened]) {
    let Some(debt) = &asked.written.exception else {
        for (field, what) in loosened {
            draft.contradict(
                field,
                format!("{what}: that is looser than the facts derive"),
                format!("remove `{field}` or tighten it; if it cannot be, write exception = {{ reason = \"...\", owner = \"...\", until = \"...\" }}"),
            );
        }
        return;
    };
    draft.enter(Rule::Exception, ROW.articles);
    if asked.now >= debt.until {
        draft.contradict(
            "exception",
            format!(
                "the exception ended at {}, so the endpoint is closed",
                debt.until
            ),
            "meet what the facts derive and remove `exception`, or renew it with a reason",
        );
        return;
    }
    if loosened.is_empty() {
        draft.warn(
            "exception",
            "the exception loosens nothing",
            "remove `exception`: it excuses nothing and only shows as a debt",
        );
        return;
    }
    for (field, what) in loosened {
        draft.because(format!(
            "By exception until {}: {what}: {}",
            debt.until, debt.reason
        ));
        draft.owe(debt, what.clone(), true);
        draft.warn(
            field,
            format!(
                "by exception of {} until {}: {what}; then the endpoint closes",
                debt.owner, debt.until
            ),
            "meet what the facts derive, then remove `exception`",
        );
    }
}

#[cfg(test)]
mod tests {
    use base::Lifetime;
    use credential::CredentialKind::{ApiKey, AuthorizationCode, Basic, ClientCredentials};

    use crate::derive::fixture::{
        NOW, bank_transfer, debt, errors, facts, of, outcome, weather_job, written,
    };
    use crate::{
        Authority, Caller, Consequence, DataClass, EncryptedTokens, Facts, Rule, Severity,
    };

    fn delegated() -> Facts {
        facts(
            Caller::Partner,
            Authority::Delegated,
            DataClass::User,
            Consequence::Read,
        )
    }

    #[test]
    fn an_endpoint_may_be_tighter() {
        let mut wanted = written();
        wanted.accepts = Some(vec![ApiKey]);
        wanted.max_token_age = Some(Lifetime::from_secs(300));
        wanted.max_feed_lag = Some(Lifetime::from_secs(2));
        let outcome = outcome(&weather_job(), &wanted);
        assert!(outcome.verdicts.is_empty());
        assert_eq!(outcome.demand.accepts, [ApiKey]);
        assert_eq!(outcome.demand.max_token_age.as_secs(), 300);
        assert_eq!(outcome.demand.max_feed_lag.as_secs(), 2);
    }

    #[test]
    fn looser_needs_an_exception_that_closes_the_endpoint_when_it_ends() {
        let mut wanted = written();
        wanted.max_token_age = Some(Lifetime::from_secs(3600));
        wanted.accepts = Some(vec![AuthorizationCode, ClientCredentials]);
        assert_eq!(
            errors(&delegated(), &wanted),
            [
                (Rule::WrittenDemand, "accepts"),
                (Rule::WrittenDemand, "max_token_age")
            ]
        );
        wanted.exception = Some(debt("2026-09-01T00:00:00Z"));
        let outcome = outcome(&delegated(), &wanted);
        assert!(of(&outcome, Severity::Error).is_empty());
        assert_eq!(
            outcome.demand.accepts,
            [ClientCredentials, AuthorizationCode]
        );
        assert_eq!(outcome.demand.max_token_age.as_secs(), 3600);
        assert_eq!(outcome.exceptions.len(), 2);
        assert!(
            outcome
                .exceptions
                .iter()
                .all(|exception| exception.closes_endpoint)
        );
        assert_eq!(of(&outcome, Severity::Warning).len(), 2);
    }

    #[test]
    fn an_exception_that_has_ended_closes_the_endpoint() {
        let mut wanted = written();
        wanted.max_feed_lag = Some(Lifetime::from_secs(3600));
        wanted.exception = Some(debt(NOW));
        assert_eq!(
            errors(&delegated(), &wanted),
            [(Rule::Exception, "exception")]
        );
        wanted.max_feed_lag = None;
        wanted.exception = Some(debt("2026-09-01T00:00:00Z"));
        let unused = outcome(&delegated(), &wanted);
        assert_eq!(of(&unused, Severity::Warning)[0].rule, Rule::Exception);
        assert!(unused.exceptions.is_empty());
    }

    #[test]
    fn no_exception_slows_what_cannot_be_undone() {
        let mut wanted = written();
        wanted.sender_constrained = true;
        wanted.max_token_age = Some(Lifetime::from_secs(46));
        wanted.max_feed_lag = Some(Lifetime::from_secs(2));
        wanted.exception = Some(debt("2026-09-01T00:00:00Z"));
        let found = errors(&bank_transfer(), &wanted);
        let rule = Rule::WrittenDemand;
        assert_eq!(found, [(rule, "max_token_age"), (rule, "max_feed_lag")]);
    }

    #[test]
    fn nobody_could_call_what_accepts_nothing() {
        let mut wanted = written();
        wanted.accepts = Some(Vec::new());
        assert_eq!(
            errors(&weather_job(), &wanted)[0],
            (Rule::WrittenDemand, "accepts")
        );
    }

    #[test]
    fn only_a_token_is_bound_to_its_holder() {
        let mut wanted = written();
        wanted.accepts = Some(vec![ApiKey]);
        wanted.sender_constrained = true;
        let found = errors(&weather_job(), &wanted);
        assert_eq!(found, [(Rule::WrittenDemand, "sender_constrained")]);
    }

    #[test]
    fn only_a_token_is_encrypted_and_nothing_is_unless_it_is_written() {
        let mut wanted = written();
        assert_eq!(
            outcome(&weather_job(), &wanted).demand.encrypted_tokens,
            EncryptedTokens::Refused
        );
        for encrypted in [EncryptedTokens::Accepted, EncryptedTokens::Required] {
            wanted.encrypted_tokens = Some(encrypted);
            wanted.accepts = None;
            let outcome = outcome(&weather_job(), &wanted);
            assert_eq!(outcome.demand.encrypted_tokens, encrypted);
            assert!(of(&outcome, Severity::Error).is_empty());
            wanted.accepts = Some(vec![ApiKey]);
            let found = errors(&weather_job(), &wanted);
            assert_eq!(found, [(Rule::WrittenDemand, "encrypted_tokens")]);
        }
        wanted.encrypted_tokens = Some(EncryptedTokens::Refused);
        assert!(errors(&weather_job(), &wanted).is_empty());
    }

    #[test]
    fn a_window_stays_open_beside_what_is_written() {
        let mut wanted = written();
        wanted.basic = Some(debt("2026-09-01T00:00:00Z"));
        for accepts in [vec![ApiKey], vec![Basic, ApiKey]] {
            wanted.accepts = Some(accepts);
            let outcome = outcome(&weather_job(), &wanted);
            assert_eq!(outcome.demand.accepts, [ApiKey, Basic]);
            assert!(of(&outcome, Severity::Error).is_empty());
        }
    }
}
