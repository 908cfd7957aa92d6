//! A registry crate that bears the name of one of ours is not ours.

use crate::layers::finding::Finding;
use crate::layers::graph::Graph;
use crate::layers::table::row;

/// A dependency on a name of the table is taken by path. Our short names exist
/// on public registries too, and a slip in a manifest would pull those in.
pub(crate) fn check(graph: &Graph) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in &graph.members {
        for edge in &member.declares {
            let Some(theirs) = row(&edge.to).filter(|_| !edge.by_path) else {
                continue;
            };
            findings.push(Finding {
                edge: format!("{} -> {} ({})", member.name, edge.to, edge.need.table()),
                row: format!("`{}` is the crate in {}", edge.to, theirs.path),
                fix: format!(
                    "write `{}.workspace = true` in {}/Cargo.toml",
                    edge.to, member.directory
                ),
            });
        }
    }
    findings
}
