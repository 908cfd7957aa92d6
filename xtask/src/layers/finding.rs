//! What breaks the table, said so that it can be mended.

use std::fmt;

/// One broken row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The edge, or the crate when no edge is to blame.
    pub(crate) edge: String,
    /// The row or rule that it breaks.
    pub(crate) row: String,
    /// What to do.
    pub(crate) fix: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "finding: {}", self.edge)?;
        writeln!(f, "    row: {}", self.row)?;
        writeln!(f, "    fix: {}", self.fix)
    }
}
