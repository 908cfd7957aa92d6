//! Normal and build dependencies follow the table.

use crate::layers::finding::Finding;
use crate::layers::graph::{Graph, Need};
use crate::layers::table::row;

/// Each declared edge between two crates of the house is in the row of the
/// first. A crate without a row is another rule's finding.
pub(crate) fn check(graph: &Graph) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in &graph.members {
        let Some(mine) = row(&member.name) else {
            continue;
        };
        for edge in &member.declares {
            let of_the_house = row(&edge.to).is_some() || is_member(graph, &edge.to);
            if edge.need == Need::Test || !of_the_house || mine.allows(&edge.to) {
                continue;
            }
            findings.push(Finding {
                edge: format!("{} -> {} ({})", member.name, edge.to, edge.need.table()),
                row: mine.to_string(),
                fix: format!(
                    "remove `{}` from [{}] of {}/Cargo.toml; take what is needed as an argument, or move it to a crate that the row allows",
                    edge.to,
                    edge.need.table(),
                    member.directory
                ),
            });
        }
    }
    findings
}

fn is_member(graph: &Graph, name: &str) -> bool {
    graph.members.iter().any(|member| member.name == name)
}
