//! `cargo xtask spec`: which sections are cited, where, and what tests them.

mod coverage;

use std::process::ExitCode;

use self::coverage::{Coverage, cover};
use crate::fault::Fault;
use crate::tracked::tracked_files;
use crate::workspace::Workspace;

/// The exit code of a strict run that found a section without a test.
const FINDING: u8 = 2;

/// List every cited RFC section, where it is checked and which tests cite it.
#[derive(Debug, clap::Args)]
pub(crate) struct Spec {
    /// Exit with 2 when a section is checked but no test cites it.
    #[arg(long)]
    strict: bool,
}

impl Spec {
    /// Prints the coverage; fails only when strict.
    pub(crate) fn run(&self) -> Result<ExitCode, Fault> {
        let files = tracked_files(&Workspace::find()?.root)?;
        let coverage = cover(&files);
        for (section, cited) in &coverage.sections {
            println!("{section}");
            for place in &cited.checks {
                println!("    checked  {place}");
            }
            for test in &cited.tests {
                println!("    tested   {test}");
            }
        }
        print_untested(&coverage);
        let untested = coverage.untested().count();
        println!(
            "spec: {} sections cited, {untested} without a test",
            coverage.sections.len()
        );
        Ok(if self.strict && untested > 0 {
            ExitCode::from(FINDING)
        } else {
            ExitCode::SUCCESS
        })
    }
}

fn print_untested(coverage: &Coverage) {
    println!("\nchecked without a test that cites it:");
    let mut none = true;
    for (section, cited) in coverage.untested() {
        println!("    {section:<30} {}", cited.checks.join(" "));
        none = false;
    }
    if none {
        println!("    none");
    }
    println!();
}
