//! A path can be bound to the token's subject, so that a token for one user
//! never reaches another user's resource. Where a user's data is reached under
//! a param and nothing is bound, that is reported.
//!
//! Articles: 002, 'Where does an API key's implicit trust intersect with a
//! user-scoped resource?'; 004, 'Use correct claim checks'.

use credential::CredentialKind::{AuthorizationCode, Session};

use super::Row;
use super::draft::{Asked, Draft};
use crate::{DataClass, Rule};

pub(super) const ROW: Row = Row {
    rule: Rule::OwnerBinding,
    articles: &[
        "article 002, 'Where does an API key's implicit trust intersect with a user-scoped resource?'",
        "article 004, 'Use correct claim checks'",
    ],
    apply,
};

fn apply(asked: &Asked<'_>, draft: &mut Draft) {
    let Some(path) = &asked.written.path else {
        return;
    };
    // `anyone` has already refused it: nobody has a subject.
    if draft.demand.limit_per_address {
        return;
    }
    let Some(param) = &asked.written.owner_param else {
        let may_bind = draft
            .demand
            .accepts
            .iter()
            .any(|k| matches!(k, AuthorizationCode | Session));
        if asked.facts.data == DataClass::User && may_bind && path.params().next().is_some() {
            draft.note(
                "match",
                "it reaches an end-user's data under a param that is not bound to the token's subject: the upstream alone keeps one user from another's",
                "write owner_param = \"...\" if a param names the end-user",
            );
        }
        return;
    };
    if !path.has_param(param) {
        let params: Vec<String> = path.params().map(|name| format!("{{{name}}}")).collect();
        let has = if params.is_empty() {
            "no param".to_owned()
        } else {
            params.join(", ")
        };
        draft.contradict(
            "owner_param",
            format!("the path {path} has {has}, not {{{param}}}"),
            "name a param of the path, without braces",
        );
        return;
    }
    draft.demand.owner_param = Some(param.clone());
    draft.because(format!(
        "{{{param}}} of the path must be the token's subject."
    ));
}

#[cfg(test)]
mod tests {
    use crate::derive::fixture::{bank_transfer, errors, facts, of, outcome, written};
    use crate::{Authority, Caller, Consequence, DataClass, Rule, Severity};

    #[test]
    fn a_param_of_the_path_can_be_bound_to_the_subject() {
        let mut wanted = written();
        wanted.owner_param = Some("user".to_owned());
        let bound = outcome(&bank_transfer(), &wanted);
        assert_eq!(bound.demand.owner_param.as_deref(), Some("user"));
        for wrong in ["users", "", "{user}", "User"] {
            wanted.owner_param = Some(wrong.to_owned());
            let found = errors(&bank_transfer(), &wanted);
            assert_eq!(found, [(Rule::OwnerBinding, "owner_param")], "{wrong:?}");
        }
    }

    #[test]
    fn a_users_data_under_an_unbound_param_is_reported() {
        let profile = facts(
            Caller::Mobile,
            Authority::Delegated,
            DataClass::User,
            Consequence::Read,
        );
        let loose = outcome(&profile, &written());
        assert_eq!(of(&loose, Severity::Note)[0].rule, Rule::OwnerBinding);
        let mut wanted = written();
        wanted.path = Some("/v1/me".parse().unwrap());
        assert!(outcome(&profile, &wanted).verdicts.is_empty());
    }
}
