//! A pure rule is tested without a store, a server or a program.

use crate::layers::finding::Finding;
use crate::layers::graph::{Graph, Need};
use crate::layers::table::row;

/// Test dependencies are free, but those of the core stay in the core.
pub(crate) fn check(graph: &Graph) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in &graph.members {
        if !row(&member.name).is_some_and(|row| row.is_core()) {
            continue;
        }
        for edge in &member.declares {
            let leaves = row(&edge.to).is_some_and(|row| !row.is_core());
            if edge.need == Need::Test && leaves {
                findings.push(Finding {
                    edge: format!("{} -> {} (dev-dependencies)", member.name, edge.to),
                    row: "a core crate is tested with the core alone".to_owned(),
                    fix: format!(
                        "move the test to the crate `{}` or to e2e, and remove the dev-dependency from {}/Cargo.toml",
                        edge.to, member.directory
                    ),
                });
            }
        }
    }
    findings
}
