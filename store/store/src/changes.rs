//! What the change log answers.

use snapshot::NumberedChange;

/// The changes after a revision.
#[derive(Debug, Clone)]
pub enum Changes {
    /// The next ones in order, without a hole; empty at the head.
    Steps(Vec<NumberedChange>),
    /// The log does not connect to that revision: it was trimmed, or the
    /// revision is not of this store. Only a whole snapshot helps.
    Gap,
}
