//! A scope that is granted and never used is access for a thief alone (article
//! 002, "the gap between what the token permits and what the application
//! enforces").

use super::{Finding, Surroundings};
use crate::{Row, RowKind};

pub(super) fn check(row: &Row, surroundings: &Surroundings<'_>) -> Option<Finding> {
    let usage = row.usage.as_ref()?;
    let watched_for = surroundings.now.since(usage.seen?.first_at);
    let whole = usage.untold == 0 && watched_for >= surroundings.thresholds.never_used;
    if !whole || !matches!(row.kind, RowKind::ApiKey | RowKind::Client) {
        return None;
    }
    let used = usage
        .endpoints
        .keys()
        .filter_map(|id| surroundings.inventory.endpoint(id.as_str()))
        .flat_map(|(_, endpoint)| endpoint.demand.scopes.iter().cloned());
    let unused = row.scopes.without(&used.collect());
    (!unused.is_empty()).then(|| {
        Finding::new(
            format!("It holds {unused} and has opened no endpoint with that."),
            "make one without that scope, and revoke this one",
        )
    })
}
