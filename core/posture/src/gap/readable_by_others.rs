//! A secret is its reader's alone.

use super::{Finding, Surroundings};
use crate::Row;

pub(super) fn check(row: &Row, _: &Surroundings<'_>) -> Option<Finding> {
    let storage = row.storage.as_ref()?;
    (storage.readable_by_others == Some(true)).then(|| {
        Finding::new(
            format!("Others on the machine can read {}.", storage.place),
            format!(
                "chmod 600 {}, and replace it if somebody may have read it",
                storage.place
            ),
        )
    })
}
