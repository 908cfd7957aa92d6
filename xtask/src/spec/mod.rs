//! `cargo xtask spec`: which sections are cited, where, and what tests them.

mod attack;
mod coverage;

use std::process::ExitCode;

use self::attack::{Attacks, Level};
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
        let attacks = Attacks::read(&files)?;
        print_attacks(&attacks);
        let findings = attacks.findings();
        for finding in &findings {
            println!("finding: {finding}");
        }
        let untested = coverage.untested().count();
        println!(
            "spec: {} sections cited, {untested} without a test",
            coverage.sections.len()
        );
        println!(
            "spec: {} attacks, {} findings",
            attacks.rows.len(),
            findings.len()
        );
        Ok(if self.strict && untested + findings.len() > 0 {
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

fn print_attacks(attacks: &Attacks) {
    println!("attacks on tokens, and the tests that show each:");
    for attack in &attacks.rows {
        println!("{} {}", attack.id, attack.says);
        for level in &attack.at {
            for test in attacks.tests(attack, *level) {
                println!("    {}  {test}", level.as_str());
            }
        }
        if let Some(open) = &attack.open {
            let missing: Vec<&str> = [Level::Unit, Level::Gate]
                .into_iter()
                .filter(|level| !attack.at.contains(level))
                .map(Level::as_str)
                .collect();
            println!("    not at {}: {open}", missing.join(" and "));
        }
    }
    println!();
}
