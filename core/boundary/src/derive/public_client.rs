//! Browsers and phones keep no secret: what is in a bundle or a page is read by
//! anyone, so there is OAuth with PKCE, or, in a browser, a first-party session
//! (an opaque cookie), and never an API key.
//!
//! Articles: 004, 'match the method to the caller type' and 'Never accept API
//! keys in browser apps'; 001, 'Never expose credentials in client-side
//! JavaScript or mobile apps'. Article 003 calls OAuth over-engineered for
//! first-party applications; the session beside it settles that.

use credential::CredentialKind::{ApiKey, AuthorizationCode, ClientCredentials, Session};

use super::Row;
use super::draft::{Asked, Draft};
use crate::{Caller, Rule};

pub(super) const ROW: Row = Row {
    rule: Rule::PublicClient,
    articles: &[
        "article 004, 'match the method to the caller type'",
        "article 004, 'Never accept API keys in browser apps'",
        "article 001, 'Never expose credentials in client-side JavaScript or mobile apps'",
        "article 003, 'overengineered for first-party applications'",
    ],
    apply,
};

fn apply(asked: &Asked<'_>, draft: &mut Draft) {
    match asked.facts.caller {
        Caller::Browser => {
            draft.narrow_to(&[AuthorizationCode, Session]);
            draft.because(
                "A browser keeps no secret, so it holds a token got with PKCE or a first-party session cookie, never an API key.",
            );
        }
        Caller::Mobile => {
            draft.narrow_to(&[AuthorizationCode]);
            draft.because(
                "An installed application keeps no secret, so it holds a token got with PKCE, never an API key.",
            );
        }
        // Nobody is known, so no caller is told apart: `anyone` has ruled.
        Caller::Anyone => return,
        Caller::Partner | Caller::Service => {
            draft.narrow_to(&[ApiKey, AuthorizationCode, ClientCredentials]);
            draft.never(
                Session,
                "a session is a login in a browser, and no browser calls",
                "remove \"session\" from accepts, or write caller = \"browser\"",
            );
            return;
        }
    }
    draft.never(
        ApiKey,
        "browsers and phones keep no secret, so anyone can read the key",
        "write accepts = [\"authorization_code\"], or put a server of yours in between: caller = \"service\"",
    );
    draft.never(
        ClientCredentials,
        "browsers and phones keep no secret, so no client secret proves who calls",
        "write accepts = [\"authorization_code\"], or put a server of yours in between: caller = \"service\"",
    );
    if asked.facts.caller == Caller::Mobile {
        draft.never(
            Session,
            "a session is a login in a browser, and an installed application calls",
            "write accepts = [\"authorization_code\"]",
        );
    }
}

#[cfg(test)]
mod tests {
    use credential::CredentialKind::{ApiKey, AuthorizationCode, ClientCredentials, Session};

    use crate::derive::fixture::{accepted, debt, errors, facts, written};
    use crate::{Authority, Caller, Consequence, DataClass, Rule};

    #[test]
    fn a_browser_may_hold_a_session_and_a_phone_may_not() {
        let of = |caller| facts(caller, Authority::Own, DataClass::Own, Consequence::Read);
        assert_eq!(accepted(&of(Caller::Browser)), [AuthorizationCode, Session]);
        assert_eq!(accepted(&of(Caller::Mobile)), [AuthorizationCode]);
        for caller in [Caller::Partner, Caller::Service] {
            assert!(!accepted(&of(caller)).contains(&Session));
        }
    }

    #[test]
    fn no_exception_gives_a_browser_or_a_phone_a_secret() {
        for caller in [Caller::Browser, Caller::Mobile] {
            for kind in [ApiKey, ClientCredentials] {
                let mut wanted = written();
                wanted.accepts = Some(vec![kind]);
                wanted.exception = Some(debt("2026-09-01T00:00:00Z"));
                let facts = facts(caller, Authority::Own, DataClass::Public, Consequence::Read);
                let found = errors(&facts, &wanted);
                assert_eq!(found, [(Rule::PublicClient, "accepts")], "{caller} {kind}");
            }
        }
    }

    #[test]
    fn a_session_is_a_browsers_only() {
        let mut wanted = written();
        wanted.accepts = Some(vec![Session]);
        for caller in [Caller::Mobile, Caller::Partner, Caller::Service] {
            let facts = facts(caller, Authority::Own, DataClass::Own, Consequence::Read);
            assert_eq!(errors(&facts, &wanted), [(Rule::PublicClient, "accepts")]);
        }
    }
}
