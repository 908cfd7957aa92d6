//! `cargo xtask mutants`: which change of the verifier no test notices.

use std::process::{Command, ExitCode};

use crate::fault::Fault;
use crate::tool::Tool;
use crate::workspace::{Workspace, cargo};

const CARGO_MUTANTS: Tool = Tool {
    name: "cargo-mutants",
    version: "27.1.0",
};

/// Change what parses and verifies tokens, one place at a time, and see that a
/// test fails. What is changed is said in `.cargo/mutants.toml`; it takes hours.
#[derive(Debug, clap::Args)]
pub(crate) struct Mutants {
    /// Change only this file of them, such as `core/jose/src/verify.rs`.
    #[arg(long, value_name = "PATH")]
    file: Vec<String>,
    /// Only this part of them, such as `0/8`.
    #[arg(long, value_name = "K/N")]
    shard: Option<String>,
}

impl Mutants {
    /// Fails when a change survives that `.cargo/mutants.toml` does not leave
    /// out.
    pub(crate) fn run(&self) -> Result<ExitCode, Fault> {
        let workspace = Workspace::find()?;
        let mut command = Command::new(cargo());
        command
            .env("PATH", CARGO_MUTANTS.ready(&workspace)?)
            .args(["mutants", "--package", "jose", "--package", "access"])
            .arg("--output")
            .arg(&workspace.target)
            .current_dir(&workspace.root);
        for file in &self.file {
            command.args(["--re", &named_in(file, &workspace)?]);
        }
        if let Some(shard) = &self.shard {
            command.args(["--shard", shard]);
        }
        let status = command
            .status()
            .map_err(|error| Fault::new("cannot run cargo mutants", error))?;
        Ok(if status.success() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

/// What the names of the changes in `file` match. The tool's own `--file` adds
/// to the files that the configuration names, and so leaves none out. (Whatever
/// the pattern, the tool keeps the few changes that delete a field.)
fn named_in(file: &str, workspace: &Workspace) -> Result<String, Fault> {
    if !workspace.root.join(file).is_file() {
        return Err(Fault::new(file, "there is no such file to change"));
    }
    Ok(format!("^{}:", file.replace('.', "\\.")))
}
