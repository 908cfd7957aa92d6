//! A document under reading: what is known about it and what was found.

use std::ops::Range;

use base::Timestamp;
use credential::Environment;

use crate::{Finding, Inventory, Reading, Rule, Severity};

/// The most findings that are shown; more help nobody.
const MAX_FINDINGS: usize = 500;

pub(super) struct Document<'e> {
    pub(super) environment: &'e Environment,
    pub(super) now: Timestamp,
    /// The endpoint that is being read.
    pub(super) subject: Option<String>,
    is_refused: bool,
    hidden: usize,
    findings: Vec<Finding>,
}

impl<'e> Document<'e> {
    pub(super) fn new(environment: &'e Environment, now: Timestamp) -> Self {
        Self {
            environment,
            now,
            subject: None,
            is_refused: false,
            hidden: 0,
            findings: Vec::new(),
        }
    }

    pub(super) fn error(
        &mut self,
        rule: Rule,
        span: Range<usize>,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.report(Severity::Error, rule, span, message, fix);
    }

    pub(super) fn report(
        &mut self,
        severity: Severity,
        rule: Rule,
        span: Range<usize>,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.is_refused |= severity == Severity::Error;
        if self.findings.len() >= MAX_FINDINGS {
            self.hidden += 1;
            return;
        }
        self.findings.push(Finding {
            severity,
            rule,
            endpoint: self.subject.clone(),
            span,
            line: 1,
            column: 1,
            message: message.into(),
            fix: fix.into(),
        });
    }

    /// The reading; the inventory is dropped if anything refused it.
    pub(super) fn finish(mut self, source: &str, inventory: Option<Inventory>) -> Reading {
        if self.hidden > 0 {
            let message = format!("{} more findings are not shown", self.hidden);
            self.findings.push(Finding {
                severity: Severity::Note,
                rule: Rule::TooLarge,
                endpoint: None,
                span: source.len()..source.len(),
                line: 1,
                column: 1,
                message,
                fix: "mend those that are shown, then lint again".to_owned(),
            });
        }
        self.findings
            .sort_by_key(|finding| (finding.span.start, finding.span.end));
        place(&mut self.findings, source);
        Reading {
            inventory: inventory.filter(|_| !self.is_refused),
            findings: self.findings,
        }
    }
}

/// Gives each finding its line and column, in one walk over the source: the
/// findings are in its order.
fn place(findings: &mut [Finding], source: &str) {
    let (mut line, mut column) = (1, 1);
    let mut characters = source.char_indices().peekable();
    for finding in findings {
        while let Some((at, character)) = characters.peek().copied() {
            if at >= finding.span.start {
                break;
            }
            characters.next();
            if character == '\n' {
                line += 1;
                column = 1;
            } else if character != '\u{feff}' || at > 0 {
                // A byte order mark at the start is no character of the text.
                column += 1;
            }
        }
        finding.line = line;
        finding.column = column;
    }
}
