//! What is untidy, and where.

use std::fmt;

/// One untidy place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Whether it fails the check.
    pub(crate) weight: Weight,
    /// The file, from the root.
    pub(crate) path: String,
    /// The line, when one is to blame.
    pub(crate) line: Option<usize>,
    /// What is wrong, and what to do.
    pub(crate) sentence: String,
}

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    /// Said, and passed.
    Warning,
    /// Fails the check.
    Error,
}

impl Finding {
    /// A finding about the whole file.
    pub(crate) fn file(path: &str, sentence: String) -> Self {
        Self {
            weight: Weight::Error,
            path: path.to_owned(),
            line: None,
            sentence,
        }
    }

    /// A finding about one line, counted from 1.
    pub(crate) fn line(path: &str, line: usize, sentence: String) -> Self {
        Self {
            line: Some(line),
            ..Self::file(path, sentence)
        }
    }

    /// The same, as a warning.
    pub(crate) fn warning(self) -> Self {
        Self {
            weight: Weight::Warning,
            ..self
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = match self.weight {
            Weight::Warning => "warning",
            Weight::Error => "finding",
        };
        write!(f, "{weight}: {}", self.path)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.sentence)
    }
}
