//! Programs in Python and Node, where `cargo xtask test` has prepared them.

use std::path::{Path, PathBuf};
use std::process::Command;

/// `e2e/python/NAME` in the prepared Python; `None` where there is none, which
/// is said aloud.
pub fn python(name: &str) -> Option<Command> {
    let interpreter = prepared("DOORWARD_TEST_PYTHON")?;
    let mut command = Command::new(interpreter);
    command.arg(source("python", name));
    Some(command)
}

/// `e2e/node/NAME`, a module, with the prepared packages; `None` where there
/// are none, which is said aloud.
///
/// The packages stand below the target directory and a module finds packages
/// beside itself, so it is handed over as text and runs in their directory.
pub fn node(name: &str) -> Option<Command> {
    let packages = prepared("DOORWARD_TEST_NODE")?;
    let text = std::fs::read_to_string(source("node", name)).expect("the module is there");
    let mut command = Command::new("node");
    command
        .current_dir(packages)
        .args(["--input-type=module", "--eval"])
        .arg(text);
    Some(command)
}

#[expect(clippy::print_stderr, reason = "a test that is left out says so")]
fn prepared(variable: &str) -> Option<PathBuf> {
    let place = std::env::var_os(variable).map(PathBuf::from);
    if place.is_none() {
        eprintln!("left out: no {variable}; `cargo xtask test` sets it where it can");
    }
    place
}

fn source(language: &str, name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(language)
        .join(name)
}
