//! What is measured, built as it is shipped.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use cargo_metadata::Message;

use crate::fault::Fault;
use crate::workspace::{Workspace, cargo};

/// Builds the product as it is shipped.
pub(crate) fn product(workspace: &Workspace) -> Result<PathBuf, Fault> {
    build(
        workspace,
        &["build", "--package", "doorward", "--bin", "doorward"],
        "doorward",
    )
}

/// Builds the bench of the bare signature with the same settings.
pub(crate) fn signature_bench(workspace: &Workspace) -> Result<PathBuf, Fault> {
    let arguments = [
        "bench",
        "--no-run",
        "--package",
        "jose",
        "--bench",
        "verify",
    ];
    build(workspace, &arguments, "verify")
}

fn build(workspace: &Workspace, arguments: &[&str], target: &str) -> Result<PathBuf, Fault> {
    let fault = |why: String| Fault::new(format_args!("cannot build {target}"), why);
    let output = Command::new(cargo())
        .args(arguments)
        .args([
            "--profile",
            "dist",
            "--message-format",
            "json-render-diagnostics",
        ])
        .current_dir(&workspace.root)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| fault(error.to_string()))?;
    if !output.status.success() {
        return Err(fault(output.status.to_string()));
    }
    Message::parse_stream(output.stdout.as_slice())
        .filter_map(Result::ok)
        .find_map(|message| match message {
            Message::CompilerArtifact(artifact) if artifact.target.name == target => {
                artifact.executable.map(PathBuf::from)
            }
            _ => None,
        })
        .ok_or_else(|| fault("cargo named no program".to_owned()))
}
