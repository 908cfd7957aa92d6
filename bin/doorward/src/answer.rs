//! How a command ends: what it prints and its exit status.
//!
//! Results go to standard output; talk, progress and faults go to standard
//! error. Colours and borders appear on a terminal alone.

use std::io::Write as _;
use std::process::ExitCode;

/// The exit status of a command that did its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, and nothing to report: 0.
    Done,
    /// Done, and something was found that wants attention: 2.
    Finding,
    /// Not everything could be looked at: 3.
    Incomplete,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Finding => 2,
            Exit::Incomplete => 3,
        })
    }
}

/// A command that could not do its work: exit status 1.
#[derive(Debug)]
pub(crate) struct Fault {
    /// What went wrong, with the file, address or field that it is about.
    pub(crate) message: String,
    /// What to do.
    pub(crate) fix: String,
}

impl Fault {
    pub(crate) fn new(message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            fix: fix.into(),
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\n  fix: {}", self.message, self.fix)
    }
}

/// Tells a fault on standard error.
pub(crate) fn fault(fault: &Fault) -> ExitCode {
    let mut stderr = anstream::stderr().lock();
    // Nobody is left to tell if standard error is closed.
    let _ = writeln!(stderr, "doorward: {fault}");
    ExitCode::from(1)
}

/// Prints what is shown this once. Unlike [`print()`], a reader that went away is
/// a fault: nobody has seen it, and nobody ever will.
pub(crate) fn print_once(text: &str) -> Result<(), Fault> {
    let mut stdout = anstream::stdout().lock();
    writeln!(stdout, "{text}")
        .and_then(|()| stdout.flush())
        .map_err(|error| {
            Fault::new(
                format!("what is shown only once could not be written: {error}"),
                "look where standard output goes and do it again; revoke a credential that was made, for nobody has its secret",
            )
        })
}

/// Prints a result on standard output. A reader that went away (`| head`)
/// ends the command quietly.
pub(crate) fn print(text: &str) -> Result<(), Fault> {
    let mut stdout = anstream::stdout().lock();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Fault::new(
            format!("standard output cannot be written: {error}"),
            "check where it goes",
        )),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Prints a part of a result that comes piece by piece. A reader that went away
/// ends the command quietly, as with [`print()`].
pub(crate) fn print_part(text: &str) -> Result<(), Fault> {
    let mut stdout = anstream::stdout().lock();
    match write!(stdout, "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Fault::new(
            format!("standard output cannot be written: {error}"),
            "check where it goes",
        )),
        Ok(()) | Err(_) => Ok(()),
    }
}
