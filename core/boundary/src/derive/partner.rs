//! A partner gets its own: client credentials, or a key of its own that it
//! exchanges for a short token. The key itself is accepted only in a
//! compatibility window with an end, and never where money, other people's data
//! or harm is at stake.
//!
//! Articles: 004, 'issue per-partner keys and short-lived JWT access tokens
//! after API key authentication'; 000, 'a simple static credential to get the
//! first partner live quickly' and 'Keep compatibility for existing key-based
//! integrations'.

use base::Timestamp;
use credential::CredentialKind::{ApiKey, ClientCredentials};

use super::Row;
use super::draft::{Asked, Draft};
use crate::written::Debt;
use crate::{Authority, Caller, Rule};

pub(super) const ROW: Row = Row {
    rule: Rule::Partner,
    articles: &[
        "article 004, 'per-partner keys and short-lived JWT access tokens after API key authentication'",
        "article 000, 'a simple static credential to get the first partner live quickly'",
        "article 000, 'Keep compatibility for existing key-based integrations'",
    ],
    apply,
};

const MIGRATION: &str = "move the partner from the raw key to the key exchanged for a short JWT (token exchange), then to OAuth client credentials; then remove raw_api_key_until";

fn apply(asked: &Asked<'_>, draft: &mut Draft) {
    let facts = asked.facts;
    let is_own = facts.caller == Caller::Partner && facts.authority == Authority::Own;
    if !is_own {
        if asked.written.raw_api_key_until.is_some() {
            draft.contradict(
                "raw_api_key_until",
                format!(
                    "a compatibility window is for a partner on its own authority, not for caller = {} with authority = {}",
                    facts.caller, facts.authority
                ),
                "remove raw_api_key_until",
            );
        }
        return;
    }
    draft.because(
        "A partner calls on its own authority, so it has client credentials of its own, or a key of its own that it exchanges for a short token.",
    );
    draft.demand.exchanged_api_key = true;
    let window = asked.written.raw_api_key_until;
    let is_open = window.is_some_and(|until| open_window(asked, until, draft));
    if is_open {
        draft.narrow_to(&[ApiKey, ClientCredentials]);
    } else {
        draft.narrow_to(&[ClientCredentials]);
        draft.never(
            ApiKey,
            "a partner's raw key leaks once and works until somebody notices",
            "let the partner exchange its key for a short token; if it cannot yet, write raw_api_key_until = \"...\" with the day on which it will",
        );
    }
}

/// Whether the key itself is accepted until then.
fn open_window(asked: &Asked<'_>, until: Timestamp, draft: &mut Draft) -> bool {
    const FIELD: &str = "raw_api_key_until";
    if asked.is_beyond_an_api_key() {
        draft.contradict(
            FIELD,
            format!(
                "data = {} with consequence = {} needs a scoped token that ends soon, even for a while",
                asked.facts.data, asked.facts.consequence
            ),
            "remove raw_api_key_until: the partner exchanges its key for a short token",
        );
        return false;
    }
    if asked.now >= until {
        draft.contradict(
            FIELD,
            format!("the compatibility window ended at {until}"),
            "remove raw_api_key_until, or write the day on which the partner will have moved",
        );
        return false;
    }
    draft.demand.raw_api_key_until = Some(until);
    draft.because(format!(
        "Its raw key is accepted until {until}, while it moves."
    ));
    draft.warn(
        FIELD,
        format!(
            "the partner's raw API key is accepted until {until}: a leaked one works until then"
        ),
        MIGRATION,
    );
    if let Some(owner) = asked.written.owner.clone() {
        let debt = Debt {
            reason: "compatibility with a key-based integration".to_owned(),
            owner,
            until,
        };
        draft.owe(
            &debt,
            "a partner's raw API key is accepted".to_owned(),
            false,
        );
    }
    true
}

#[cfg(test)]
mod tests {
    use credential::CredentialKind::{ApiKey, ClientCredentials};

    use crate::derive::fixture::{NOW, accepted, errors, facts, of, outcome, written};
    use crate::{Authority, Caller, Consequence, DataClass, Facts, Rule, Severity};

    fn report() -> Facts {
        facts(
            Caller::Partner,
            Authority::Own,
            DataClass::Own,
            Consequence::Read,
        )
    }

    #[test]
    fn a_partner_has_client_credentials() {
        assert_eq!(accepted(&report()), [ClientCredentials]);
    }

    #[test]
    fn a_partner_exchanges_its_key_with_and_without_a_window() {
        let mut wanted = written();
        assert!(outcome(&report(), &wanted).demand.exchanged_api_key);
        wanted.raw_api_key_until = Some("2026-12-31T00:00:00Z".parse().unwrap());
        assert!(outcome(&report(), &wanted).demand.exchanged_api_key);
        for (caller, authority) in [
            (Caller::Partner, Authority::Delegated),
            (Caller::Browser, Authority::Own),
            (Caller::Mobile, Authority::Own),
        ] {
            let facts = facts(caller, authority, DataClass::Own, Consequence::Read);
            assert!(!outcome(&facts, &written()).demand.exchanged_api_key);
        }
    }

    #[test]
    fn a_raw_key_needs_a_window_and_the_way_out_is_shown() {
        let mut wanted = written();
        wanted.accepts = Some(vec![ApiKey, ClientCredentials]);
        assert_eq!(errors(&report(), &wanted), [(Rule::Partner, "accepts")]);

        wanted.raw_api_key_until = Some("2026-12-31T00:00:00Z".parse().unwrap());
        let outcome = outcome(&report(), &wanted);
        assert_eq!(outcome.demand.accepts, [ApiKey, ClientCredentials]);
        let now = NOW.parse().unwrap();
        assert!(outcome.demand.accepts_at(ApiKey, now));
        let after = "2026-12-31T00:00:00Z".parse().unwrap();
        assert!(!outcome.demand.accepts_at(ApiKey, after));
        assert!(outcome.demand.accepts_at(ClientCredentials, after));
        let warnings = of(&outcome, Severity::Warning);
        assert!(warnings[0].fix.contains("short JWT") && warnings[0].fix.contains("OAuth"));
        assert!(!outcome.exceptions[0].closes_endpoint);
    }

    #[test]
    fn a_window_opens_neither_money_nor_harm_nor_the_past() {
        let mut wanted = written();
        wanted.raw_api_key_until = Some("2026-12-31T00:00:00Z".parse().unwrap());
        for (data, consequence) in [
            (DataClass::User, Consequence::Read),
            (DataClass::Money, Consequence::Read),
            (DataClass::Admin, Consequence::Read),
            (DataClass::Own, Consequence::Sensitive),
            (DataClass::Public, Consequence::Irreversible),
        ] {
            let facts = facts(Caller::Partner, Authority::Own, data, consequence);
            assert_eq!(
                errors(&facts, &wanted),
                [(Rule::Partner, "raw_api_key_until")]
            );
        }
        wanted.raw_api_key_until = Some(NOW.parse().unwrap());
        assert_eq!(
            errors(&report(), &wanted),
            [(Rule::Partner, "raw_api_key_until")]
        );
    }

    #[test]
    fn a_window_is_for_a_partner_on_its_own_authority() {
        let mut wanted = written();
        wanted.raw_api_key_until = Some("2026-12-31T00:00:00Z".parse().unwrap());
        for (caller, authority) in [
            (Caller::Service, Authority::Own),
            (Caller::Partner, Authority::Delegated),
            (Caller::Browser, Authority::Own),
        ] {
            let facts = facts(caller, authority, DataClass::Own, Consequence::Read);
            assert_eq!(
                errors(&facts, &wanted),
                [(Rule::Partner, "raw_api_key_until")]
            );
        }
    }
}
