//! Finds our credentials in files, directories, archives and git histories,
//! offline: what [`credential::scan`] does for bytes, for everything that holds
//! bytes.
//!
//! - Directories are walked over all cores; symbolic links are not followed,
//!   special files and pseudo file systems are left alone, ignored files are read.
//! - A git directory is read as a history: every object, loose or packed,
//!   reachable or not. Neither `git` nor anything that a repository names is run.
//! - zip (APK, IPA, JAR), gzip and tar are opened, also inside each other.
//!
//! Memory is bounded whatever is read ([`bound`]). What could not be read, or
//! only in part, is named in the [`Report`]; nothing is left out in silence.

mod archive;
pub mod bound;
mod content;
mod file;
mod git;
mod look;
mod queue;
mod report;
mod walk;
mod worker;

use std::path::PathBuf;
use std::time::Duration;

pub use report::{Counts, Finding, NotRead, Place, Report, without_secrets};

/// How often [`scan`] tells how far it is.
pub const PROGRESS_INTERVAL: Duration = Duration::from_millis(200);

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// A file or a directory.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

/// Looks at everything below `roots` with so many threads, and tells
/// `progress` from time to time how much has been read.
pub fn scan(roots: &[Root], threads: usize, progress: &mut dyn FnMut(Counts)) -> Report {
    walk::scan(roots, threads.max(1), progress)
}

#[cfg(test)]
mod bound_tests;
#[cfg(test)]
mod tests;
