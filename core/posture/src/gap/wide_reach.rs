//! One key that opens much turns every incident into a big one (article 004,
//! "one team key shared by many").

use super::{Finding, Surroundings};
use crate::{Row, RowKind, reach};

pub(super) fn check(row: &Row, surroundings: &Surroundings<'_>) -> Option<Finding> {
    // The issuers and their keys open everything by their nature.
    if !matches!(row.kind, RowKind::ApiKey | RowKind::Client) {
        return None;
    }
    let thresholds = &surroundings.thresholds;
    let fix = "make one credential for each job, each with the scopes of that job";
    let opens = reach(row, surroundings.inventory, surroundings.now).count();
    if opens > thresholds.endpoints {
        let most = thresholds.endpoints;
        let told = format!("It opens {opens} endpoints; more than {most} is a wide reach.");
        return Some(Finding::new(told, fix));
    }
    // Scopes that open nothing today open what the inventory gets tomorrow.
    let (has, most) = (row.scopes.len(), thresholds.scopes);
    (has > most).then(|| {
        let told = format!("It has {has} scopes; more than {most} is a wide reach.");
        Finding::new(told, fix)
    })
}
