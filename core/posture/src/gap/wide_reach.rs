//! One key that opens much turns every incident into a big one (article 004,
//! "one team key shared by many").

use super::{Finding, Surroundings};
use crate::{Row, RowKind, reach};

pub(super) fn check(row: &Row, surroundings: &Surroundings<'_>) -> Option<Finding> {
    // The issuers and their keys open everything by their nature.
    if !matches!(row.kind, RowKind::ApiKey | RowKind::Client) {
        return None;
    }
    let most = surroundings.thresholds.endpoints;
    let opens = reach(row, surroundings.inventory, surroundings.now).count();
    (opens > most).then(|| {
        Finding::new(
            format!("It opens {opens} endpoints; more than {most} is a wide reach."),
            "make one credential for each job, each with the scopes of that job",
        )
    })
}
