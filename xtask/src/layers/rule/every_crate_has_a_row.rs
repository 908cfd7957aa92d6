//! A crate that the table does not know has no place in the house.

use crate::layers::finding::Finding;
use crate::layers::graph::Graph;
use crate::layers::table::row;

/// Each member has a row and lives in the directory that the row names.
pub(crate) fn check(graph: &Graph) -> Vec<Finding> {
    graph
        .members
        .iter()
        .filter_map(|member| {
            let Some(row) = row(&member.name) else {
                return Some(Finding {
                    edge: format!("{} ({})", member.name, member.directory),
                    row: "the crate is not in the table".to_owned(),
                    fix: "make it a module of a crate that is, or give it a row in xtask/src/layers/table.rs and in the design, with the boundary that only a crate can prove".to_owned(),
                });
            };
            (row.path != member.directory).then(|| Finding {
                edge: format!("{} ({})", member.name, member.directory),
                row: format!("{} is the directory of {}", row.path, member.name),
                fix: format!("move the crate to {}", row.path),
            })
        })
        .collect()
}
