//! Some dependencies have one door, and only the named crates stand at it.

use crate::layers::finding::Finding;
use crate::layers::graph::Graph;
use crate::layers::table::DOORS;

/// Nobody but the named crates uses the dependency directly, third-party
/// packages included.
pub(crate) fn check(graph: &Graph) -> Vec<Finding> {
    let mut findings = Vec::new();
    for door in DOORS {
        for user in graph.users_of(door.to) {
            if door.through.contains(&user) {
                continue;
            }
            findings.push(Finding {
                edge: format!("{user} -> {}", door.to),
                row: format!(
                    "{} only through {}: {}",
                    door.to,
                    door.through.join(", "),
                    door.because
                ),
                fix: format!(
                    "remove `{}` from `{user}` and call one of {}",
                    door.to,
                    door.through.join(", ")
                ),
            });
        }
    }
    findings
}
