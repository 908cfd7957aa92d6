//! What reading an inventory found.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::{Inventory, Rule};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// A debt or a risk; the document is still accepted.
    Warning,
    /// The whole document is refused.
    Error,
}

impl Severity {
    /// The name in output and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One finding, at its place in the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The rule that found it.
    pub rule: Rule,
    /// The endpoint's id, or its match while the id is unreadable; nothing for
    /// a finding about an API or the document.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// The bytes of the document that it is about.
    pub span: Range<usize>,
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub fix: String,
}

/// What came of reading a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The inventory; nothing if any finding is an error.
    pub inventory: Option<Inventory>,
    /// All findings, in the order of the document.
    pub findings: Vec<Finding>,
}

impl Reading {
    /// The findings that refuse the document.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
    }
}
