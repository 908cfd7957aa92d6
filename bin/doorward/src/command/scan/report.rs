//! What a scan says, for people and for programs. The secret is in neither.

use secret_scan::{Counts, Finding, Place, Report};
use serde_json::{Value, json};

use crate::table::{plain, table, text as table_text};

/// For people.
pub(super) fn text(report: &Report) -> String {
    let mut parts = Vec::new();
    if !report.findings.is_empty() {
        let mut rows = table(["place", "kind", "id", "class"]);
        for finding in &report.findings {
            rows.add_row([
                plain(&place(&finding.place)),
                finding.kind.to_string(),
                finding.id.clone().unwrap_or_default(),
                finding.class.tag().to_owned(),
            ]);
        }
        parts.push(table_text(&rows));
    }
    if !report.not_read.is_empty() {
        let mut rows = table(["not read", "why"]);
        for not_read in &report.not_read {
            rows.add_row([plain(&not_read.place), plain(&not_read.why)]);
        }
        parts.push(table_text(&rows));
    }
    parts.push(summary(report));
    parts.join("\n\n")
}

fn summary(report: &Report) -> String {
    let found = number(report.findings.len() as u64 + report.unlisted, "credential");
    let mut text = match report.findings.len() {
        0 => "Nothing of ours was found".to_owned(),
        _ => format!("{found} of ours found"),
    };
    if report.unlisted > 0 {
        text.push_str(&format!(", {} of them not listed", report.unlisted));
    }
    text.push_str(&format!(" in {}.", counts(report.read)));
    let not_read = report.not_read.len() as u64 + report.not_read_unlisted;
    if not_read > 0 {
        text.push_str(&format!(" Not read: {}.", number(not_read, "place")));
    }
    if !report.findings.is_empty() {
        text.push_str("\nWhat was found is known to whoever could read it: revoke it (doorward key revoke ID --reason leaked), then take it out.");
    }
    text
}

/// How much was read.
pub(super) fn counts(counts: Counts) -> String {
    let mut text = number(counts.files, "file");
    if counts.objects > 0 {
        text.push_str(&format!(", {}", number(counts.objects, "git object")));
    }
    match counts.bytes {
        bytes if bytes < 10 << 20 => text.push_str(&format!(", {} KiB", bytes.div_ceil(1 << 10))),
        bytes => text.push_str(&format!(", {} MiB", bytes >> 20)),
    }
    text
}

fn number(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

/// Where something is, in one word that can be copied: `FILE:LINE:COLUMN`,
/// `FILE@OFFSET`, `ARCHIVE!ENTRY`, `git:COMMIT:PATH`.
fn place(place: &Place) -> String {
    let path = place.path.display();
    let at = match (place.in_name, place.line, place.column) {
        (true, _, _) => " (its name)".to_owned(),
        (_, Some(line), Some(column)) => format!(":{line}:{column}"),
        _ => format!("@{}", place.offset),
    };
    match (&place.object, &place.entry) {
        (Some(object), entry) => {
            let inside = entry.as_deref().map(|entry| format!(":{entry}"));
            let object = place.commit.as_ref().unwrap_or(object);
            format!("{path} git:{object}{}{at}", inside.unwrap_or_default())
        }
        (None, Some(entry)) => format!("{path}!{entry}{at}"),
        (None, None) => format!("{path}{at}"),
    }
}

/// For programs.
pub(super) fn json(report: &Report) -> String {
    let findings: Vec<Value> = report.findings.iter().map(finding).collect();
    let not_read = report
        .not_read
        .iter()
        .map(|not_read| json!({ "place": not_read.place, "why": not_read.why }));
    let answer = json!({
        "findings": findings,
        "unlisted": report.unlisted,
        "read": {
            "files": report.read.files,
            "bytes": report.read.bytes,
            "objects": report.read.objects,
        },
        "not_read": not_read.collect::<Vec<Value>>(),
        "not_read_unlisted": report.not_read_unlisted,
    });
    serde_json::to_string_pretty(&answer).unwrap_or_default()
}

fn finding(finding: &Finding) -> Value {
    let place = &finding.place;
    json!({
        "kind": finding.kind,
        "id": finding.id,
        "class": finding.class.tag(),
        "path": place.path.to_string_lossy(),
        "entry": place.entry,
        "commit": place.commit,
        "object": place.object,
        "line": place.line,
        "column": place.column,
        "offset": place.offset,
        "in_name": place.in_name,
    })
}

/// A text of somebody else's for a message: no control characters, no secret.
pub(super) fn shown(text: &str) -> String {
    plain(&secret_scan::without_secrets(text))
}
