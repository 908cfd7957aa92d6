//! What lies where many look is known to many.

use super::{Finding, Surroundings};
use crate::{Row, StorageLevel};

pub(super) fn check(row: &Row, _: &Surroundings<'_>) -> Option<Finding> {
    let storage = row.storage.as_ref()?;
    (storage.level == StorageLevel::SharedStorage).then(|| {
        Finding::new(
            format!("Its secret lies on shared storage ({}).", storage.place),
            "rotate it, and give the new secret straight to a secrets manager",
        )
    })
}
