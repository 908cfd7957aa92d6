//! A rotation that nobody has tried is a plan and no ability (article 002,
//! "build a revocation strategy before you need one").

use super::{Finding, Surroundings, days};
use crate::{Row, RowKind};

pub(super) fn check(row: &Row, surroundings: &Surroundings<'_>) -> Option<Finding> {
    if row.kind != RowKind::ApiKey {
        return None;
    }
    let thresholds = &surroundings.thresholds;
    let sentence = match row.last_drill_at {
        Some(at) if surroundings.now.since(at) > thresholds.drill => format!(
            "Its rotation was last drilled {} ago.",
            days(surroundings.now.since(at))
        ),
        None if surroundings.now.since(row.created_at?) >= thresholds.first_drill => {
            "Its rotation was never drilled.".to_owned()
        }
        Some(_) | None => return None,
    };
    Some(Finding::new(
        sentence,
        format!("doorward drill rotate {}", row.id),
    ))
}
