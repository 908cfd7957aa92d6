//! Tools that are installed once, below the target directory.

use std::ffi::OsString;
use std::process::Command;

use crate::fault::Fault;
use crate::workspace::{Workspace, cargo};

/// A subcommand of cargo, pinned.
#[derive(Debug)]
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

impl Tool {
    /// Installs it if it is not there; answers with a PATH that has it.
    pub(crate) fn ready(&self, workspace: &Workspace) -> Result<OsString, Fault> {
        let place = workspace.target.join("tools");
        let fault = |why: String| Fault::new(format!("cannot install {}", self.name), why);
        if !place.join("bin").join(self.name).is_file() {
            println!(
                "installing {} {} into target/tools",
                self.name, self.version
            );
            // Without optimisation: building it costs more than running it.
            let status = Command::new(cargo())
                .args(["install", "--quiet", "--locked", "--debug", "--root"])
                .arg(&place)
                .arg(format!("{}@{}", self.name, self.version))
                .status()
                .map_err(|error| fault(error.to_string()))?;
            if !status.success() {
                return Err(fault(status.to_string()));
            }
        }
        let held = std::env::var_os("PATH").unwrap_or_default();
        let all = std::env::split_paths(&held).chain([place.join("bin")]);
        std::env::join_paths(all).map_err(|error| fault(error.to_string()))
    }
}
