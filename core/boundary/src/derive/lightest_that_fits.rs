//! The lightest that fits: a service that reads or writes what is its own or
//! public takes an API key; client credentials are accepted too, and an OAuth
//! flow alone is reported as more than is needed.
//!
//! Articles: 000, 'Pick the lightest method that still matches your trust
//! boundary'; 003, 'API Keys: The Right Tool for Machine-to-Machine'; 002, 'Is
//! it machine-to-machine only?'; 001, 'API Keys for Simple Integrations'.

use credential::CredentialKind::{ApiKey, ClientCredentials};

use super::Row;
use super::draft::{Asked, Draft};
use crate::{Authority, Caller, Rule};

pub(super) const ROW: Row = Row {
    rule: Rule::LightestThatFits,
    articles: &[
        "article 000, 'Pick the lightest method that still matches your trust boundary'",
        "article 003, 'API Keys: The Right Tool for Machine-to-Machine'",
        "article 002, 'Is it machine-to-machine only?'",
        "article 001, 'API Keys for Simple Integrations'",
    ],
    apply,
};

fn apply(asked: &Asked<'_>, draft: &mut Draft) {
    let facts = asked.facts;
    let is_own = facts.caller == Caller::Service && facts.authority == Authority::Own;
    if !is_own || asked.is_beyond_an_api_key() {
        return;
    }
    draft.narrow_to(&[ApiKey, ClientCredentials]);
    draft.because(format!(
        "A service with a stable identity reaches data = {} with consequence = {}, so an API key fits; client credentials are accepted too.",
        facts.data, facts.consequence
    ));
    let wanted = asked.written.accepts.as_deref();
    let refuses_keys = wanted.is_some_and(|kinds| !kinds.is_empty() && !kinds.contains(&ApiKey));
    // A key that was exchanged is a key that lives minutes: where one is
    // accepted as it is, so is what it was exchanged for.
    draft.demand.exchanged_api_key = !refuses_keys;
    if refuses_keys {
        draft.note(
            "accepts",
            "over-engineered: no end-user is involved and little is at stake, so a scoped API key fits and an OAuth flow is more to run than it protects",
            "write accepts = [\"api_key\"], or remove `accepts` to take either",
        );
    }
}

#[cfg(test)]
mod tests {
    use credential::CredentialKind::{ApiKey, ClientCredentials};

    use crate::derive::fixture::{accepted, facts, of, outcome, weather_job, written};
    use crate::{Authority, Caller, Consequence, DataClass, Rule, Severity};

    #[test]
    fn a_service_with_little_at_stake_takes_a_key() {
        for data in [DataClass::Public, DataClass::Own] {
            for consequence in [Consequence::Read, Consequence::Write] {
                let facts = facts(Caller::Service, Authority::Own, data, consequence);
                assert_eq!(accepted(&facts), [ApiKey, ClientCredentials]);
            }
        }
    }

    #[test]
    fn more_than_is_needed_is_said_and_not_refused() {
        let mut wanted = written();
        wanted.accepts = Some(vec![ClientCredentials]);
        let tight = outcome(&weather_job(), &wanted);
        assert_eq!(tight.demand.accepts, [ClientCredentials]);
        let notes = of(&tight, Severity::Note);
        assert_eq!(notes.len(), 1);
        assert_eq!(notes[0].rule, Rule::LightestThatFits);
        assert!(of(&tight, Severity::Error).is_empty());
        assert!(!tight.demand.exchanged_api_key, "no key, in no form");

        wanted.accepts = Some(vec![ApiKey]);
        let keys = outcome(&weather_job(), &wanted);
        assert!(keys.verdicts.is_empty() && keys.demand.exchanged_api_key);
    }
}
