//! What stopped a command before it could judge anything.

use std::fmt;

/// A sentence that says what could not be done, and why.
#[derive(Debug)]
pub(crate) struct Fault(String);

impl Fault {
    /// `what` could not be done because of `why`.
    pub(crate) fn new(what: impl fmt::Display, why: impl fmt::Display) -> Self {
        Self(format!("{what}: {why}"))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
