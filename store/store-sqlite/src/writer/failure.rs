//! Why one piece of work was not done.

use store::{CommitError, Conflict, StoreFault};

use crate::fault::fault;

/// Keeps apart what undoes one piece of work and what undoes its transaction.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The work is refused; its neighbours go on.
    Refused(CommitError),
    /// The transaction cannot go on.
    Fault(StoreFault),
    /// The same, and after it nobody knows what is on the disk.
    Uncertain(StoreFault),
}

impl From<Conflict> for Failure {
    fn from(conflict: Conflict) -> Self {
        Self::Refused(CommitError::Conflict(conflict))
    }
}

impl From<StoreFault> for Failure {
    fn from(fault: StoreFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        // After a failed flush the operating system may have dropped the pages
        // that it could not write: to try again would prove nothing.
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::SystemIoFailure) => Self::Uncertain(fault(error)),
            _ => Self::Fault(fault(error)),
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(_: serde_json::Error) -> Self {
        Self::Fault(StoreFault::unavailable(
            "a record cannot be written as JSON",
        ))
    }
}
