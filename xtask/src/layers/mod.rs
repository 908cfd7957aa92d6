//! `cargo xtask layers`: the dependency table, enforced.

mod finding;
mod graph;
mod rule;
mod table;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::process::ExitCode;

use self::finding::Finding;
use self::graph::{Graph, Need};
use crate::fault::Fault;
use crate::workspace::Workspace;

/// Check that every crate uses only what the dependency table allows.
#[derive(Debug, clap::Args)]
pub(crate) struct Layers {
    /// The root manifest of the workspace to check, instead of this one.
    #[arg(long, value_name = "FILE")]
    manifest_path: Option<PathBuf>,
}

/// The rules, in the order in which their findings are read: first whether the
/// table knows the crate at all, last the chains that explain the rest.
const RULES: &[fn(&Graph) -> Vec<Finding>] = &[
    rule::every_crate_has_a_row::check,
    rule::a_crate_uses_only_its_row::check,
    rule::house_names_come_from_the_house::check,
    rule::core_tests_stay_in_core::check,
    rule::dependencies_with_one_door::check,
    rule::out_of_reach::check,
];

impl Layers {
    /// Prints what each crate uses and every finding; fails on a finding.
    pub(crate) fn run(&self) -> Result<ExitCode, Fault> {
        let manifest = match &self.manifest_path {
            Some(path) => path.clone(),
            None => Workspace::find()?.root.join("Cargo.toml"),
        };
        let graph = Graph::of(&manifest)?;
        print_uses(&graph);
        let findings = findings(&graph);
        for finding in &findings {
            println!("{finding}");
        }
        println!(
            "layers: {} crates, {} findings",
            graph.members.len(),
            findings.len()
        );
        Ok(if findings.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

fn findings(graph: &Graph) -> Vec<Finding> {
    RULES.iter().flat_map(|rule| rule(graph)).collect()
}

fn print_uses(graph: &Graph) {
    println!("{:<22} uses", "crate");
    let mut members: Vec<_> = graph.members.iter().collect();
    members.sort_by_key(|member| table::position(&member.name));
    for member in members {
        let uses: Vec<&str> = member
            .declares
            .iter()
            .filter(|edge| edge.need != Need::Test && table::row(&edge.to).is_some())
            .map(|edge| edge.to.as_str())
            .collect();
        let uses = if uses.is_empty() {
            "-".to_owned()
        } else {
            uses.join(" ")
        };
        println!("{:<22} {uses}", member.directory);
    }
    println!();
}
