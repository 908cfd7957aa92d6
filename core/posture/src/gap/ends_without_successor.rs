//! What ends soon has a successor by now, or something stops on a day that
//! nobody has chosen.

use super::{Finding, Surroundings, days};
use crate::Row;

pub(super) fn check(row: &Row, surroundings: &Surroundings<'_>) -> Option<Finding> {
    let expires_at = row.expires_at?;
    let left = expires_at.since(surroundings.now);
    // Use is what would stop; what nobody uses may end.
    let is_needed = !row.is_watched || row.last_used_at().is_some();
    let soon = left <= surroundings.thresholds.ends_soon;
    (soon && is_needed && !row.has_successor).then(|| {
        Finding::new(
            format!(
                "It ends in {} ({expires_at}), and nothing follows it.",
                days(left)
            ),
            "rotate it, or make the next one, while both still work",
        )
    })
}
