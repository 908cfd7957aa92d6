//! A secret that many can read has many ways out.

use super::{Finding, Surroundings};
use crate::Row;

pub(super) fn check(row: &Row, surroundings: &Surroundings<'_>) -> Option<Finding> {
    let readers = row.storage.as_ref()?.readers.len();
    let most = surroundings.thresholds.readers;
    (readers > most).then(|| {
        Finding::new(
            format!("{readers} can read its secret; {most} is enough."),
            "give each reader a credential of its own",
        )
    })
}
