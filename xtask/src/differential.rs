//! `cargo xtask differential`: many mutated tokens to our verifier and to those
//! of other people.

use std::process::{Command, ExitCode};

use crate::fault::Fault;
use crate::test::Part;
use crate::workspace::{Workspace, cargo};

/// Tells the test how many tokens to make.
const COUNT: &str = "DOORWARD_TEST_DIFFERENTIAL";

/// Judge the same mutated tokens with our verifier and with five others.
#[derive(Debug, clap::Args)]
pub(crate) struct Differential {
    /// How many tokens.
    #[arg(long, default_value_t = 100_000)]
    tokens: u32,
}

impl Differential {
    /// Fails where a disagreement is not written down, and where a verifier is
    /// missing: here nothing is left out.
    pub(crate) fn run(&self) -> Result<ExitCode, Fault> {
        let workspace = Workspace::find()?;
        let parts = [Part::python(&workspace), Part::node(&workspace)];
        let missing: Vec<String> = parts.iter().filter_map(Part::left_out).collect();
        if !missing.is_empty() {
            return Err(Fault::new(
                "not every verifier is there",
                missing.join("; "),
            ));
        }
        let mut command = Command::new(cargo());
        command
            .args(["test", "--release", "--package", "e2e"])
            .args(["--test", "differential", "--", "--nocapture"])
            .env(COUNT, self.tokens.to_string())
            .current_dir(&workspace.root);
        for part in &parts {
            part.tell(&mut command);
        }
        let status = command
            .status()
            .map_err(|error| Fault::new("cannot run the tests", error))?;
        Ok(if status.success() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}
