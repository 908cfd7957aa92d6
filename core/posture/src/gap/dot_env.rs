//! A `.env` file in production is read by other processes, baked into images
//! and served by misconfigured web servers (article 002).

use super::{Finding, Surroundings};
use crate::{Row, StorageLevel};

pub(super) fn check(row: &Row, surroundings: &Surroundings<'_>) -> Option<Finding> {
    if !surroundings.production {
        return None;
    }
    let found = surroundings.dot_env.iter().find(|file| {
        let mut holds = file.holds.iter();
        holds.any(|(kind, id)| *kind == row.kind && *id == row.id)
    });
    let told = row.storage.as_ref();
    let told = told.filter(|storage| storage.level == StorageLevel::DotEnv);
    let place = match (found, told) {
        (Some(file), _) => &file.path,
        (None, Some(storage)) => &storage.place,
        (None, None) => return None,
    };
    Some(Finding::new(
        format!("Its secret lies in {place}, and this is production."),
        "rotate it, keep the new secret in a secrets manager, and delete it from the file",
    ))
}
