//! From facts to a demand: one rule, one file, one ordered table.

mod accountability;
mod anyone;
mod consequence_class;
mod delegated_authority;
mod draft;
#[cfg(test)]
mod fixture;
mod internal_is_topology;
mod irreversible;
mod legacy_basic;
mod lightest_that_fits;
mod owner_binding;
mod partner;
mod public_client;
mod scopes_named;
mod written_demand;

use base::Timestamp;

pub(crate) use self::draft::Outcome;
pub use self::draft::Verdict;
use self::draft::{Asked, Draft};
use crate::written::Written;
use crate::{Demand, Facts, Rule, Severity};

/// One rule: its name, the passages that it comes from, what it does.
struct Row {
    rule: Rule,
    articles: &'static [&'static str],
    apply: fn(&Asked<'_>, &mut Draft),
}

/// The order is normative.
///
/// Who may call comes first: each of those rules narrows what is accepted,
/// never widens it, and the graver stands before the lighter, so the first
/// sentence that a person reads is the one that decides. Then what is at stake
/// sets the clocks. Legacy Basic is the only rule that widens, so it stands
/// after everything that narrows and judges what they left. What the endpoint
/// writes itself is compared with all of that. The last rows need the accepted
/// kinds to be final.
const TABLE: &[Row] = &[
    anyone::ROW,
    delegated_authority::ROW,
    public_client::ROW,
    partner::ROW,
    internal_is_topology::ROW,
    lightest_that_fits::ROW,
    consequence_class::ROW,
    irreversible::ROW,
    legacy_basic::ROW,
    written_demand::ROW,
    scopes_named::ROW,
    owner_binding::ROW,
    accountability::ROW,
];

/// What these facts alone demand, before an endpoint names its scopes or writes
/// anything else; or the contradictions among them.
pub fn demand_of(facts: &Facts) -> Result<Demand, Vec<Verdict>> {
    let outcome = derive(facts, &Written::default(), Timestamp::EPOCH);
    let (contradictions, _): (Vec<_>, Vec<_>) = outcome
        .verdicts
        .into_iter()
        .partition(|verdict| verdict.severity == Severity::Error);
    if contradictions.is_empty() {
        Ok(outcome.demand)
    } else {
        Err(contradictions)
    }
}

/// What an endpoint with these facts demands at `now`, given what it writes.
pub(crate) fn derive(facts: &Facts, written: &Written, now: Timestamp) -> Outcome {
    let asked = Asked {
        facts,
        written,
        now,
    };
    let mut draft = Draft::new();
    for row in TABLE {
        draft.enter(row.rule, row.articles);
        (row.apply)(&asked, &mut draft);
    }
    draft.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_row_has_its_own_name_and_its_articles() {
        let names: BTreeSet<Rule> = TABLE.iter().map(|row| row.rule).collect();
        assert_eq!(names.len(), TABLE.len());
        for row in TABLE {
            assert!(!row.articles.is_empty(), "{}", row.rule);
            for article in row.articles {
                let number = article.strip_prefix("article 00").unwrap();
                assert!(number.starts_with(['0', '1', '2', '3', '4']), "{article}");
                assert!(
                    article.contains(", '") && article.ends_with('\''),
                    "{article}"
                );
            }
        }
    }
}
