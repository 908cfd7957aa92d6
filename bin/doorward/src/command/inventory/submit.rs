//! `doorward inventory plan` and `apply`.

use admin::answer::{AppliedAnswer, PlannedAnswer};

use super::{Document, differences, report};
use crate::admin_api::{Failure, Session};
use crate::answer::{Exit, Fault};
use crate::command::api_key::in_force_text;
use crate::table::Paper;

/// Shows what the document would change.
pub(super) fn plan(session: &Session, document: &Document) -> Result<Exit, Fault> {
    let planned = planned(session, document)?;
    let planned = session.tell(planned, |planned| planned_text(document, planned))?;
    Ok(if planned.applicable {
        Exit::Done
    } else {
        Exit::Finding
    })
}

/// What the document would change, as the admin API says it.
pub(super) fn planned(session: &Session, document: &Document) -> Result<serde_json::Value, Fault> {
    let answer = session.send_document("/admin/v1/inventory/plan", &document.text);
    answer.map_err(|failure| session.refused(failure))
}

/// Puts the document in force.
pub(super) fn apply(
    session: &Session,
    document: &Document,
    expected_version: Option<u64>,
) -> Result<Exit, Fault> {
    let path = match expected_version {
        Some(expected) => format!("/admin/v1/inventory/apply?expected_version={expected}"),
        None => "/admin/v1/inventory/apply".to_owned(),
    };
    match session.send_document(&path, &document.text) {
        Ok(applied) => {
            session.tell(applied, |applied| applied_text(document, applied))?;
            Ok(Exit::Done)
        }
        Err(Failure::Problem(problem)) if !problem.findings.is_empty() && !session.is_json() => {
            let findings = report::render(document, &problem.findings, Paper::Plain);
            let count = report::count(&problem.findings);
            Err(Fault::new(
                format!("{} was refused: {count}\n\n{findings}\n", document.name),
                "correct what is marked above; the version in force stays until then",
            ))
        }
        Err(failure) => Err(session.refused(failure)),
    }
}

fn planned_text(document: &Document, planned: &PlannedAnswer) -> String {
    let mut parts = Vec::new();
    if !planned.findings.is_empty() {
        parts.push(report::render(
            document,
            &planned.findings,
            Paper::of_stdout(),
        ));
    }
    let count = report::count(&planned.findings);
    let name = &document.name;
    let version = planned.in_force_version;
    if planned.applicable {
        parts.push(differences::text(&planned.differences));
        parts.push(format!(
            "{name} can be applied on version {version}: {count}. To do it:\n\n  \
             doorward inventory apply {name} --expected-version {version}"
        ));
    } else {
        parts.push(format!(
            "{name} would be refused: {count}. Version {version} stays in force."
        ));
    }
    parts.join("\n\n")
}

fn applied_text(document: &Document, applied: &AppliedAnswer) -> String {
    let mut parts = Vec::new();
    if !applied.findings.is_empty() {
        parts.push(report::render(
            document,
            &applied.findings,
            Paper::of_stdout(),
        ));
    }
    parts.push(differences::text(&applied.differences));
    parts.push(format!(
        "Version {} is applied. {}",
        applied.version,
        in_force_text(applied.in_force, "The gate judges by it")
    ));
    parts.join("\n\n")
}
