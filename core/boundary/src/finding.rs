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
    /// Refuses the document for something that it takes more than the document
    /// to find. The finding stands where `way` ends: each of its texts is looked
    /// for after the one before it.
    pub fn refuse(
        &mut self,
        document: &str,
        way: &[&str],
        rule: Rule,
        (message, fix): (String, String),
    ) {
        let span = way.iter().fold(0..0, |found: Range<usize>, text| {
            let rest = document.get(found.end..).unwrap_or_default();
            rest.find(text).map_or(found.clone(), |at| {
                found.end + at..found.end + at + text.len()
            })
        });
        let before = document.get(..span.start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        self.findings.push(Finding {
            severity: Severity::Error,
            rule,
            endpoint: None,
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            span,
            message,
            fix,
        });
        self.findings
            .sort_by_key(|finding| (finding.span.start, finding.span.end));
        self.inventory = None;
    }

    /// The findings that refuse the document.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_refusal_stands_where_its_way_ends() {
        let document = "[api.a]\nalgorithm = 1\n[api.b]\n  algorithm = 2\n";
        for (way, place) in [
            (&["[api.b]", "algorithm"][..], (4, 3)),
            (&["[api.a]", "algorithm"], (2, 1)),
            (&["[api.b]", "not there"], (3, 1)),
            (&["not there"], (1, 1)),
        ] {
            let mut reading = Reading {
                inventory: Some(Inventory::default()),
                findings: Vec::new(),
            };
            let said = ("wrong".to_owned(), "right".to_owned());
            reading.refuse(document, way, Rule::TokenAlgorithm, said);
            let found = &reading.findings[0];
            assert_eq!((found.line, found.column), place, "{way:?}");
            assert!(reading.inventory.is_none() && reading.errors().count() == 1);
        }
    }
}
