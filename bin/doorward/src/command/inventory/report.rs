//! Findings, each at its place in the document.

use admin::answer::FindingAnswer;
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report,
    Severity,
};

use super::Document;
use crate::table::Paper;

const WIDTH: usize = 100;

/// Every finding with the line that it is about, a mark under it, the rule
/// and what to write instead.
pub(super) fn render(document: &Document, findings: &[FindingAnswer], paper: Paper) -> String {
    let theme = match paper {
        Paper::Coloured => GraphicalTheme::unicode(),
        Paper::Terminal | Paper::Plain => GraphicalTheme::unicode_nocolor(),
    };
    let printer = GraphicalReportHandler::new_themed(theme)
        .with_width(WIDTH)
        .with_links(false);
    let mut out = String::new();
    for finding in findings {
        let mut one = String::new();
        let report = report(document, finding);
        if printer.render_report(&mut one, report.as_ref()).is_err() {
            one = plainly(document, finding);
        }
        for line in one.lines() {
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out
}

/// How many of each kind, in one line.
pub(super) fn count(findings: &[FindingAnswer]) -> String {
    let of = |severity: &str, one: &str, many: &str| {
        let found = findings
            .iter()
            .filter(|finding| finding.severity == severity);
        number(found.count(), one, many)
    };
    [
        of("error", "error", "errors"),
        of("warning", "warning", "warnings"),
        of("note", "note", "notes"),
    ]
    .join(", ")
}

/// A number with its noun.
pub(super) fn number(number: usize, one: &str, many: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        other => format!("{other} {many}"),
    }
}

fn report(document: &Document, finding: &FindingAnswer) -> Report {
    let place = match &finding.endpoint {
        Some(endpoint) => format!("in {endpoint}"),
        None => "here".to_owned(),
    };
    let span = finding.span.start..finding.span.end;
    let severity = match finding.severity.as_str() {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        _ => Severity::Advice,
    };
    let diagnostic = MietteDiagnostic::new(finding.message.clone())
        .with_code(finding.rule.clone())
        .with_severity(severity)
        .with_help(finding.fix.clone())
        .with_label(LabeledSpan::at(span, place));
    let source = NamedSource::new(document.name.clone(), document.text.clone());
    Report::new(diagnostic).with_source_code(source)
}

fn plainly(document: &Document, finding: &FindingAnswer) -> String {
    format!(
        "{}:{}:{} {} {}: {}\n  fix: {}",
        document.name,
        finding.line,
        finding.column,
        finding.severity,
        finding.rule,
        finding.message,
        finding.fix
    )
}
