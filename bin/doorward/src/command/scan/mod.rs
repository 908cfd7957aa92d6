//! `doorward scan`: our credentials wherever they leaked to, offline.

mod patterns;
mod report;

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

use clap::Args;
use secret_scan::{Counts, Report, Root};

use crate::answer::{self, Exit, Fault};

/// Find our credentials in files, archives, git histories and logs.
///
/// Works offline, without a configuration: a credential is known by its prefix
/// and its checksum. Opens zip (APK, IPA, JAR), gzip and tar, reads every
/// object of a git history, and never prints a secret. Exits with 0 if nothing
/// was found, 2 if something was, 3 if nothing was found but not everything
/// could be read.
#[derive(Args)]
pub(crate) struct Scan {
    /// Files and directories; `-` is standard input.
    #[arg(value_name = "PATH", required_unless_present = "patterns")]
    paths: Vec<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    /// How many threads look; as many as there are cores, if not said.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Print our kinds as rules for other scanners, and scan nothing.
    #[arg(long, conflicts_with_all = ["paths", "json", "threads"])]
    patterns: bool,
}

impl Scan {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        if self.patterns {
            answer::print(&patterns::text())?;
            return Ok(Exit::Done);
        }
        let roots = roots(&self.paths)?;
        let threads = match self.threads {
            Some(threads) => usize::from(threads),
            None => std::thread::available_parallelism().map_or(1, usize::from),
        };
        let mut progress = Progress::new();
        let report = secret_scan::scan(&roots, threads, &mut |counts| progress.show(counts));
        progress.clear();
        answer::print(&if self.json {
            report::json(&report)
        } else {
            report::text(&report)
        })?;
        Ok(exit(&report))
    }
}

fn exit(report: &Report) -> Exit {
    if !report.findings.is_empty() {
        Exit::Finding
    } else if !report.not_read.is_empty() {
        Exit::Incomplete
    } else {
        Exit::Done
    }
}

/// What was named, if all of it is there: a slip of the pen is no clean scan.
fn roots(paths: &[PathBuf]) -> Result<Vec<Root>, Fault> {
    let root = |path: &PathBuf| {
        if path.as_os_str() == "-" {
            return Ok(Root::Stdin);
        }
        match path.symlink_metadata() {
            Ok(_) => Ok(Root::Path(path.clone())),
            Err(error) => Err(Fault::new(
                report::shown(&format!("{} cannot be scanned: {error}", path.display())),
                "name files and directories that are there, or - for standard input",
            )),
        }
    };
    paths.iter().map(root).collect()
}

/// How far it is, on a terminal alone.
struct Progress {
    is_shown: bool,
}

impl Progress {
    fn new() -> Self {
        Self { is_shown: false }
    }

    fn show(&mut self, counts: Counts) {
        let mut stderr = std::io::stderr().lock();
        if !stderr.is_terminal() {
            return;
        }
        self.is_shown = true;
        // Nobody is left to tell if standard error is closed.
        let _ = write!(stderr, "\r\u{1b}[K{}", report::counts(counts));
        let _ = stderr.flush();
    }

    fn clear(&self) {
        if self.is_shown {
            let _ = write!(std::io::stderr(), "\r\u{1b}[K");
        }
    }
}
