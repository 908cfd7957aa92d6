//! What has ended and is still presented is somebody's broken job, or somebody
//! else's find.

use super::{Finding, Surroundings};
use crate::{Ended, Row};

pub(super) fn check(row: &Row, _: &Surroundings<'_>) -> Option<Finding> {
    let ended = row.ended?;
    let last_used_at = row.last_used_at()?;
    if last_used_at <= ended.at() || matches!(ended, Ended::Suspended(_)) {
        return None;
    }
    Some(Finding::new(
        format!(
            "It is {} since {} and was presented at {last_used_at}; the gate refused it.",
            ended.as_str(),
            ended.at()
        ),
        "ask its owner which job still has it; if none has, treat it as stolen",
    ))
}
