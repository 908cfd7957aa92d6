//! `cargo xtask spec`: which sections are cited, where, and what tests them.

mod attack;
mod coverage;
mod requirement;

use std::process::ExitCode;

use self::attack::{Attacks, Level};
use self::coverage::{Coverage, cover};
use self::requirement::Met;
use crate::fault::Fault;
use crate::tracked::tracked_files;
use crate::workspace::Workspace;

/// The exit code of a strict run that found something without a check or a test.
const FINDING: u8 = 2;

/// List every cited RFC section, every requirement and every attack, with what
/// checks and what tests it.
#[derive(Debug, clap::Args)]
pub(crate) struct Spec {
    /// Exit with 2 when a requirement of docs/spec/requirements.toml or an
    /// attack of docs/spec/attacks.toml lacks its check or its test.
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
        let requirements = requirement::read(&files, &coverage)?;
        print_requirements(&requirements);
        let mut findings = attacks.findings();
        findings.extend(requirements.iter().flat_map(Met::findings));
        for finding in &findings {
            println!("finding: {finding}");
        }
        let untested = coverage.untested().count();
        println!(
            "spec: {} sections cited, {untested} without a test",
            coverage.sections.len()
        );
        println!(
            "spec: {} requirements, {} attacks, {} findings",
            requirements.len(),
            attacks.rows.len(),
            findings.len()
        );
        Ok(if self.strict && !findings.is_empty() {
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

fn print_requirements(requirements: &[Met]) {
    println!("what the standards require:");
    for met in requirements {
        println!("{}: {}", met.requirement.section, met.requirement.says);
        if let Some(why_not) = &met.requirement.why_not {
            println!("    does not apply: {why_not}");
            continue;
        }
        for place in &met.checks {
            println!("    checked  {place}");
        }
        for test in &met.tests {
            println!("    tested   {test}");
        }
    }
    println!();
}
