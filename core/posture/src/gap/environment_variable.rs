//! Environment variables are the least that will do; a secrets manager is what
//! production asks for (article 002).

use super::{Finding, Surroundings};
use crate::{Row, StorageLevel};

pub(super) fn check(row: &Row, surroundings: &Surroundings<'_>) -> Option<Finding> {
    let storage = row.storage.as_ref()?;
    let is = surroundings.production && storage.level == StorageLevel::Environment;
    is.then(|| {
        Finding::new(
            format!(
                "Its secret is an environment variable ({}): the baseline, not the standard.",
                storage.place
            ),
            "read it from a secrets manager at the start of the program",
        )
    })
}
