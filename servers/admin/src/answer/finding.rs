//! A finding of an inventory in answers.

use boundary::Finding;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What was found in a document, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FindingAnswer {
    /// `error` refuses the document; `warning` and `note` do not.
    #[schema(example = "error")]
    pub severity: String,
    /// The rule that found it.
    #[schema(example = "internal_is_topology")]
    pub rule: String,
    /// The endpoint; nothing if it is about an API or the document.
    #[serde(default)]
    #[schema(example = "payouts.create")]
    pub endpoint: Option<String>,
    /// The bytes of the document that it is about.
    pub span: SpanAnswer,
    /// The line, from 1.
    #[schema(example = 12)]
    pub line: usize,
    /// The column, in characters from 1.
    #[schema(example = 11)]
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub fix: String,
}

/// Bytes of a document: from the first one to before the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SpanAnswer {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl From<&Finding> for FindingAnswer {
    fn from(finding: &Finding) -> Self {
        Self {
            severity: finding.severity.as_str().to_owned(),
            rule: finding.rule.to_string(),
            endpoint: finding.endpoint.clone(),
            span: SpanAnswer {
                start: finding.span.start,
                end: finding.span.end,
            },
            line: finding.line,
            column: finding.column,
            message: finding.message.clone(),
            fix: finding.fix.clone(),
        }
    }
}
