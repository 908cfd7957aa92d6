//! A credential reaches only what its scopes name, so an endpoint that accepts
//! one names at least one scope, as action and resource.
//!
//! Articles: 002, 'Evaluate scope granularity as an architectural decision, not
//! an afterthought'; 004, 'Restrict scopes to the job'; 001, 'don't give every
//! key full access'.

use super::Row;
use super::draft::{Asked, Draft};
use crate::Rule;

pub(super) const ROW: Row = Row {
    rule: Rule::ScopesNamed,
    articles: &[
        "article 002, 'Evaluate scope granularity as an architectural decision, not an afterthought'",
        "article 004, 'Restrict scopes to the job'",
        "article 001, 'don't give every key full access'",
    ],
    apply,
};

fn apply(asked: &Asked<'_>, draft: &mut Draft) {
    // Only facts are asked about: nothing is named yet.
    let Some(scopes) = &asked.written.scopes else {
        return;
    };
    if draft.demand.limit_per_address {
        return;
    }
    if scopes.is_empty() {
        draft.contradict(
            "scopes",
            "a credential is accepted, but no scope says what it must be allowed",
            "write scopes = [\"action:resource\"], such as [\"read:reports\"]",
        );
        return;
    }
    draft.because(format!("The credential must be allowed {scopes}."));
    draft.demand.scopes = scopes.clone();
}

#[cfg(test)]
mod tests {
    use credential::ScopeSet;

    use crate::derive::fixture::{errors, outcome, weather_job, written};
    use crate::{Caller, Facts, Rule};

    #[test]
    fn what_accepts_a_credential_names_a_scope() {
        let mut wanted = written();
        assert!(
            outcome(&weather_job(), &wanted)
                .demand
                .scopes
                .contains("read:reports")
        );
        wanted.scopes = Some(ScopeSet::empty());
        assert_eq!(
            errors(&weather_job(), &wanted),
            [(Rule::ScopesNamed, "scopes")]
        );
    }

    #[test]
    fn nobody_in_particular_has_no_scope() {
        let anyone = Facts {
            caller: Caller::Anyone,
            data: crate::DataClass::Public,
            ..weather_job()
        };
        assert_eq!(errors(&anyone, &written()), [(Rule::Anyone, "scopes")]);
        let mut wanted = written();
        wanted.scopes = Some(ScopeSet::empty());
        assert!(errors(&anyone, &wanted).is_empty());
    }
}
