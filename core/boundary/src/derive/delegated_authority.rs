//! Delegated authority: a call on an end-user's authority carries an access
//! token that the end-user granted (authorization code with PKCE), never an API
//! key, which cannot say for whom it acts.
//!
//! Articles: 000, 'Ask whose authority the call uses before you pick a
//! credential'; 002, 'Is a user involved?'; 003, 'OAuth2: Delegated
//! Authorization at the Right Scale'; 001, 'OAuth 2.0 for Delegated Access'.

use credential::CredentialKind::{ApiKey, AuthorizationCode, Session};

use super::Row;
use super::draft::{Asked, Draft};
use crate::{Authority, Caller, Rule};

pub(super) const ROW: Row = Row {
    rule: Rule::DelegatedAuthority,
    articles: &[
        "article 000, 'Ask whose authority the call uses before you pick a credential'",
        "article 002, 'Is a user involved?'",
        "article 003, 'OAuth2: Delegated Authorization at the Right Scale'",
        "article 001, 'OAuth 2.0 for Delegated Access'",
    ],
    apply,
};

fn apply(asked: &Asked<'_>, draft: &mut Draft) {
    let facts = asked.facts;
    // `anyone` has already been refused for it.
    if facts.authority != Authority::Delegated || facts.caller == Caller::Anyone {
        return;
    }
    // A browser's session is the end-user's own login: `public_client` rules on it.
    draft.narrow_to(&[AuthorizationCode, Session]);
    if facts.caller != Caller::Browser {
        draft.narrow_to(&[AuthorizationCode]);
    }
    draft.never(
        ApiKey,
        "the call uses an end-user's authority, and a key cannot say whose",
        "write accepts = [\"authorization_code\"], or authority = \"own\" if no end-user is involved",
    );
    draft.because(format!(
        "The {} acts on an end-user's authority, so it carries a token that the end-user granted (authorization code with PKCE).",
        facts.caller
    ));
}

#[cfg(test)]
mod tests {
    use credential::CredentialKind::{ApiKey, AuthorizationCode, Session};

    use crate::derive::fixture::{accepted, errors, facts, written};
    use crate::{Authority, Caller, Consequence, DataClass, Rule};

    #[test]
    fn a_delegated_call_carries_what_the_end_user_granted() {
        for caller in [Caller::Mobile, Caller::Partner, Caller::Service] {
            let facts = facts(
                caller,
                Authority::Delegated,
                DataClass::User,
                Consequence::Read,
            );
            assert_eq!(accepted(&facts), [AuthorizationCode], "{caller}");
        }
        let browser = facts(
            Caller::Browser,
            Authority::Delegated,
            DataClass::User,
            Consequence::Read,
        );
        assert_eq!(accepted(&browser), [AuthorizationCode, Session]);
    }

    #[test]
    fn a_key_is_a_contradiction_whatever_the_caller() {
        let mut wanted = written();
        wanted.accepts = Some(vec![ApiKey, AuthorizationCode]);
        for caller in [
            Caller::Browser,
            Caller::Mobile,
            Caller::Partner,
            Caller::Service,
        ] {
            let facts = facts(
                caller,
                Authority::Delegated,
                DataClass::Own,
                Consequence::Read,
            );
            let found = errors(&facts, &wanted);
            assert_eq!(found, [(Rule::DelegatedAuthority, "accepts")], "{caller}");
        }
    }
}
