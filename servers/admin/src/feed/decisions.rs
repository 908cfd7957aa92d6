//! `POST /feed/v1/decisions`.

use std::sync::Arc;

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use snapshot::{DecisionRecord, OutcomeRecord};
use store::audit::AuditBody;

use crate::Admin;
use crate::malformed::{LargeJson, Malformed};
use crate::openapi::{BodyProblems, EnvironmentProblem, OperatorProblems};
use crate::problem::Failure;

/// What a gate may report. It cannot write an event of the control plane.
/// Unknown fields are passed over: the gate may be newer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "record")]
pub(crate) enum Report {
    /// It decided.
    Decision(Box<DecisionRecord>),
    /// A permitted request ended.
    Outcome(OutcomeRecord),
}

impl From<Report> for AuditBody {
    fn from(report: Report) -> Self {
        match report {
            Report::Decision(decision) => Self::Decision(decision),
            Report::Outcome(outcome) => Self::Outcome(outcome),
        }
    }
}

/// Report what a gate decided
///
/// All of it becomes durable, in this order, or nothing does.
#[utoipa::path(
    post,
    path = "/feed/v1/decisions",
    operation_id = "report_decisions",
    tag = "feed",
    security(("operator_token" = ["write:feed"])),
    request_body(content = Vec<Object>, content_type = "application/json",
        description = "Each is {\"kind\": \"decision\" or \"outcome\", \"record\": {...}}. At most 4 MiB"),
    responses(
        (status = 204, description = "Durable"),
        OperatorProblems,
        BodyProblems,
        EnvironmentProblem,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    LargeJson(reports): LargeJson<Vec<Report>>,
) -> Result<StatusCode, Failure> {
    let records: Vec<AuditBody> = reports.into_iter().map(AuditBody::from).collect();
    let own = &admin.environment.name;
    if records
        .iter()
        .any(|record| record.environment().is_some_and(|named| named != own))
    {
        return Err(Failure::from(Malformed::OtherEnvironment));
    }
    if !records.is_empty() {
        admin.store.record_decisions(records).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
