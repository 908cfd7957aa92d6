//! One run of cargo whose test results are counted as they stream by.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};

use super::part::Part;
use super::tally::Tally;
use crate::fault::Fault;
use crate::workspace::cargo;

/// A run of cargo.
#[derive(Debug)]
pub(crate) struct Step {
    /// What it does, for the heading.
    pub(crate) title: &'static str,
    /// What cargo is called with.
    pub(crate) arguments: &'static [&'static str],
}

impl Step {
    /// Runs the step from `root`, told of `parts`, and counts its tests.
    pub(crate) fn run(&self, root: &Path, parts: &[Part]) -> Result<Tally, Fault> {
        let mut command = Command::new(cargo());
        command.args(self.arguments).current_dir(root);
        for part in parts {
            part.tell(&mut command);
        }
        count(command)
    }
}

/// Runs `command`, lets its output through and counts. A command that fails
/// without a failed test is one failure: a build that broke must not look like
/// tests that passed.
fn count(mut command: Command) -> Result<Tally, Fault> {
    let fault = |error| Fault::new("cannot run the tests", error);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(fault)?;
    let mut tally = match child.stdout.take() {
        Some(output) => echo(output).map_err(fault)?,
        None => Tally::default(),
    };
    let status = child.wait().map_err(fault)?;
    if !status.success() && tally.failed == 0 {
        println!("the step failed: {status}");
        tally.failed = 1;
    }
    Ok(tally)
}

fn echo(output: impl Read) -> std::io::Result<Tally> {
    let mut tally = Tally::default();
    let mut reader = BufReader::new(output);
    let mut bytes = Vec::new();
    while reader.read_until(b'\n', &mut bytes)? > 0 {
        // A test may print bytes that are not UTF-8; that is no reason to stop
        // counting.
        let line = String::from_utf8_lossy(&bytes).into_owned();
        print!("{line}");
        if let Some(counts) = Tally::of_line(&line) {
            tally.add(counts);
        }
        bytes.clear();
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSED: &str = "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured\n";

    #[test]
    fn counting_goes_on_after_bytes_that_are_not_text() {
        let mut output = b"\xff\xfe noise\n".to_vec();
        output.extend_from_slice(PASSED.as_bytes());
        let tally = echo(output.as_slice()).unwrap();
        assert_eq!(tally.to_string(), "total: 2 passed, 0 failed, 1 skipped");
    }

    #[test]
    fn a_step_that_fails_without_a_failed_test_is_one_failure() {
        let mut command = Command::new(cargo());
        command.arg("no-such-subcommand").stderr(Stdio::null());
        assert_eq!(count(command).unwrap().failed, 1);
    }

    #[test]
    fn a_step_that_succeeds_without_tests_counts_nothing() {
        let mut command = Command::new(cargo());
        command.arg("--version");
        assert_eq!(count(command).unwrap(), Tally::default());
    }

    #[test]
    fn a_program_that_is_not_there_is_a_fault() {
        let fault = count(Command::new("no-such-program-here")).unwrap_err();
        assert!(fault.to_string().starts_with("cannot run the tests"));
    }
}
