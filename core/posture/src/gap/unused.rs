//! What was needed once may not be needed any more.

use super::{Finding, Surroundings, days};
use crate::Row;

pub(super) fn check(row: &Row, surroundings: &Surroundings<'_>) -> Option<Finding> {
    let idle = surroundings.now.since(row.last_used_at()?);
    (idle >= surroundings.thresholds.unused).then(|| {
        Finding::new(
            format!("It was not used for {}.", days(idle)),
            "ask its owner; suspend it first if nobody knows",
        )
    })
}
