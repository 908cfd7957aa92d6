//! Every endpoint answers three questions: what proves who calls (derived), what
//! decides (scopes, owner binding, this table), and where roles are managed
//! (`roles_from`); and every decision that matters is recorded: each denial,
//! and each permit where something changes.
//!
//! Articles: 000, 'What proves the caller's identity?' and 'you also need a
//! clear record of the authorization decision behind each sensitive action'.

use super::Row;
use super::draft::{Asked, Draft};
use crate::{Consequence, Record, Rule};

pub(super) const ROW: Row = Row {
    rule: Rule::Accountability,
    articles: &[
        "article 000, 'What proves the caller's identity?'",
        "article 000, 'you also need a clear record of the authorization decision behind each sensitive action'",
    ],
    apply,
};

fn apply(asked: &Asked<'_>, draft: &mut Draft) {
    let derived = if asked.facts.consequence >= Consequence::Write {
        Record::Every
    } else {
        Record::Denials
    };
    let wanted = asked.written.record.unwrap_or(derived);
    if wanted < derived {
        draft.contradict(
            "record",
            format!(
                "the consequence is {}, so each permit is recorded, not only each denial",
                asked.facts.consequence
            ),
            "remove `record`, or write record = \"every\"",
        );
    }
    draft.demand.record = wanted.max(derived);
    draft.because(match draft.demand.record {
        Record::Every => "Each denial and each permit is recorded.",
        Record::Denials => "Each denial is recorded.",
    });
}

#[cfg(test)]
mod tests {
    use crate::derive::fixture::{bank_transfer, errors, outcome, weather_job, written};
    use crate::{Record, Rule, demand_of};

    #[test]
    fn what_changes_something_is_recorded_and_the_rest_can_be() {
        assert_eq!(demand_of(&weather_job()).unwrap().record, Record::Denials);
        assert_eq!(demand_of(&bank_transfer()).unwrap().record, Record::Every);
        let mut wanted = written();
        wanted.record = Some(Record::Every);
        assert_eq!(
            outcome(&weather_job(), &wanted).demand.record,
            Record::Every
        );
        wanted.record = Some(Record::Denials);
        let found = errors(&bank_transfer(), &wanted);
        assert_eq!(found, [(Rule::Accountability, "record")]);
    }
}
