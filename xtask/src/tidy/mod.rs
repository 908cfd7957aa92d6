//! `cargo xtask tidy`: what a compiler does not judge.

mod exception;
mod finding;
mod rule;

use std::process::ExitCode;

use self::finding::{Finding, Weight};
use crate::fault::Fault;
use crate::tracked::{Tracked, tracked_files};
use crate::workspace::Workspace;

/// Check file sizes, names, citations and what must never be committed.
#[derive(Debug, clap::Args)]
pub(crate) struct Tidy {}

/// The rules, one file each. Each reads one file of the repository.
const RULES: &[fn(&Tracked) -> Vec<Finding>] = &[
    rule::file_budget::check,
    rule::empty_name::check,
    rule::machine_path::check,
    rule::download_address::check,
    rule::citation_form::check,
];

impl Tidy {
    /// Prints warnings and findings; fails on a finding.
    pub(crate) fn run(&self) -> Result<ExitCode, Fault> {
        let files = tracked_files(&Workspace::find()?.root)?;
        let found = findings(&files);
        for finding in &found {
            println!("{finding}");
        }
        let errors = count(&found, Weight::Error);
        println!(
            "tidy: {} files, {} warnings, {errors} findings",
            files.len(),
            count(&found, Weight::Warning),
        );
        Ok(if errors == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

fn findings(files: &[Tracked]) -> Vec<Finding> {
    files
        .iter()
        .flat_map(|file| RULES.iter().flat_map(|rule| rule(file)))
        .collect()
}

fn count(findings: &[Finding], weight: Weight) -> usize {
    findings
        .iter()
        .filter(|finding| finding.weight == weight)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tracked(path: &str, text: &str) -> Tracked {
        Tracked {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn every_rule_is_asked_about_every_file() {
        let long = "fn a() {}\n".repeat(401);
        let machine = format!("see /{}/notes\n", "work");
        let found = findings(&[
            tracked("core/base/src/id.rs", &long),
            tracked("core/base/src/util.rs", ""),
            tracked("docs/page.md", &machine),
            tracked("Cargo.lock", "source = \"git+https://example.com/a\"\n"),
            tracked("core/base/src/name.rs", "//= https://example.com\n"),
        ]);
        let paths: Vec<&str> = found.iter().map(|finding| finding.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "core/base/src/id.rs",
                "core/base/src/util.rs",
                "docs/page.md",
                "Cargo.lock",
                "core/base/src/name.rs",
            ]
        );
    }

    #[test]
    fn a_warning_is_not_a_finding() {
        let found = findings(&[tracked("core/base/src/id.rs", &"//\n".repeat(301))]);
        assert_eq!(count(&found, Weight::Warning), 1);
        assert_eq!(count(&found, Weight::Error), 0);
    }
}
