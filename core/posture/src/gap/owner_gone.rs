//! Somebody is behind each credential (article 004: keys whose owner has left
//! are the ones that nobody misses until they are used).

use super::{Finding, Surroundings};
use crate::Row;

pub(super) fn check(row: &Row, surroundings: &Surroundings<'_>) -> Option<Finding> {
    let owner = &row.owner.as_ref()?.name;
    surroundings.gone_owners.contains(owner).then(|| {
        Finding::new(
            format!("Its owner {owner} is no longer there."),
            "transfer it to whoever needs it, or revoke it",
        )
    })
}
