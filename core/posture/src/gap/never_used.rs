//! A credential that nobody uses is only good for whoever finds it.

use super::{Finding, Surroundings, days};
use crate::Row;

pub(super) fn check(row: &Row, surroundings: &Surroundings<'_>) -> Option<Finding> {
    let created_at = row.created_at?;
    let age = surroundings.now.since(created_at);
    let unseen = row.is_watched && row.last_used_at().is_none();
    (unseen && age >= surroundings.thresholds.never_used).then(|| {
        Finding::new(
            format!("It is {} old and was never used.", days(age)),
            "revoke it: whoever needs one asks for a new one",
        )
    })
}
