//! A secret does not become older than its policy says (article 002, "rotate
//! every 90 days minimum").

use super::{Finding, Surroundings, days};
use crate::Row;

pub(super) fn check(row: &Row, surroundings: &Surroundings<'_>) -> Option<Finding> {
    let age = surroundings.now.since(row.secret_since?);
    let longest = row.longest_age?;
    (age > longest).then(|| {
        Finding::new(
            format!(
                "Its secret is {} old, and its policy allows {}.",
                days(age),
                days(longest)
            ),
            "rotate it now",
        )
    })
}
