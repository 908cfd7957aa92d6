//! HTTP Basic only as a debt: with a reason, an owner and an end, where a key
//! would do too, and never by default.
//!
//! Articles: 000, 'Basic Authentication is usually a legacy exception, not a
//! default'; 002, 'Evaluate whether your "internal" traffic will stay
//! internal', which wants time-limited tokens where more is at stake.

use credential::CredentialKind::Basic;

use super::Row;
use super::draft::{Asked, Draft};
use crate::{Authority, Caller, Rule};

pub(super) const ROW: Row = Row {
    rule: Rule::LegacyBasic,
    articles: &[
        "article 000, 'Basic Authentication is usually a legacy exception, not a default'",
        "article 002, 'Evaluate whether your \"internal\" traffic will stay internal'",
    ],
    apply,
};

const FIELD: &str = "basic";

fn apply(asked: &Asked<'_>, draft: &mut Draft) {
    let Some(debt) = &asked.written.basic else {
        draft.never(
            Basic,
            "HTTP Basic is a legacy debt and needs a reason, an owner and an end",
            "remove \"basic\" from accepts, or write basic = { owner = \"...\", reason = \"...\", until = \"...\" }",
        );
        return;
    };
    let facts = asked.facts;
    let is_machine = matches!(facts.caller, Caller::Partner | Caller::Service);
    if !is_machine || facts.authority != Authority::Own || asked.is_beyond_an_api_key() {
        draft.contradict(
            FIELD,
            format!(
                "HTTP Basic never ends and names no scope: it cannot serve caller = {}, authority = {}, data = {}, consequence = {}",
                facts.caller, facts.authority, facts.data, facts.consequence
            ),
            "remove `basic`; it is only for a partner or a service, on its own authority, with public or own data and consequence read or write",
        );
        return;
    }
    if asked.now >= debt.until {
        draft.contradict(
            FIELD,
            format!("HTTP Basic was to end at {}", debt.until),
            "remove `basic`, or write until when it is still needed, and why",
        );
        return;
    }
    draft.demand.accepts.push(Basic);
    draft.demand.basic_until = Some(debt.until);
    draft.because(format!(
        "HTTP Basic is accepted as a debt until {}: {}",
        debt.until, debt.reason
    ));
    draft.owe(debt, "HTTP Basic is accepted".to_owned(), false);
    draft.warn(
        FIELD,
        format!(
            "HTTP Basic is accepted until {}: a debt of {}",
            debt.until, debt.owner
        ),
        "give the caller an API key or client credentials, then remove `basic`",
    );
}

#[cfg(test)]
mod tests {
    use credential::CredentialKind::Basic;

    use crate::derive::fixture::{
        NOW, accepted, bank_transfer, debt, errors, facts, of, outcome, weather_job, written,
    };
    use crate::{Authority, Caller, Consequence, DataClass, Rule, Severity};

    #[test]
    fn basic_is_never_a_default_and_always_a_dated_debt() {
        assert!(!accepted(&weather_job()).contains(&Basic));
        let mut wanted = written();
        wanted.accepts = Some(vec![Basic]);
        assert_eq!(
            errors(&weather_job(), &wanted),
            [(Rule::LegacyBasic, "accepts")]
        );

        wanted.accepts = None;
        wanted.basic = Some(debt("2026-09-01T00:00:00Z"));
        let outcome = outcome(&weather_job(), &wanted);
        assert!(outcome.demand.accepts_at(Basic, NOW.parse().unwrap()));
        assert!(
            !outcome
                .demand
                .accepts_at(Basic, "2026-09-01T00:00:00Z".parse().unwrap())
        );
        assert_eq!(of(&outcome, Severity::Warning)[0].rule, Rule::LegacyBasic);
        assert_eq!(outcome.exceptions[0].rule, Rule::LegacyBasic);
    }

    #[test]
    fn basic_ends() {
        let mut wanted = written();
        for past in [NOW, "2020-01-01T00:00:00Z"] {
            wanted.basic = Some(debt(past));
            assert_eq!(
                errors(&weather_job(), &wanted),
                [(Rule::LegacyBasic, "basic")]
            );
        }
    }

    #[test]
    fn basic_is_only_for_machines_with_little_at_stake() {
        let mut wanted = written();
        wanted.basic = Some(debt("2026-09-01T00:00:00Z"));
        for wrong in [
            bank_transfer(),
            facts(
                Caller::Browser,
                Authority::Own,
                DataClass::Own,
                Consequence::Read,
            ),
            facts(
                Caller::Service,
                Authority::Delegated,
                DataClass::Own,
                Consequence::Read,
            ),
            facts(
                Caller::Service,
                Authority::Own,
                DataClass::User,
                Consequence::Read,
            ),
            facts(
                Caller::Partner,
                Authority::Own,
                DataClass::Own,
                Consequence::Sensitive,
            ),
        ] {
            assert_eq!(errors(&wrong, &wanted), [(Rule::LegacyBasic, "basic")]);
        }
    }
}
