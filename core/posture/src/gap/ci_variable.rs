//! A plaintext variable of a build system is read by every job and every log
//! (article 002, "many CI/CD systems store secrets in plaintext environment
//! variables on build runners").

use super::{Finding, Surroundings};
use crate::{Row, StorageLevel};

pub(super) fn check(row: &Row, _: &Surroundings<'_>) -> Option<Finding> {
    let storage = row.storage.as_ref()?;
    (storage.level == StorageLevel::CiVariable).then(|| {
        Finding::new(
            format!(
                "Its secret is a variable of a build system ({}): every job there can read it.",
                storage.place
            ),
            "let the job fetch a short token as a client, or the secret from a secrets manager",
        )
    })
}
