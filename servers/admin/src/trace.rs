//! `GET /admin/v1/trace/{request_id}`.

use std::sync::Arc;

use authority::Refusal;
use axum::Json;
use axum::extract::{Path, State};
use snapshot::{DecisionRecord, RequestId};
use store::audit::{AuditBody, AuditEntry};

use crate::Admin;
use crate::answer::{AuditEntryAnswer, DerivationAnswer, ReasonAnswer, TraceAnswer};
use crate::openapi::{NotFoundProblem, OperatorProblems};
use crate::problem::Failure;

/// Trace one request
///
/// Every audit entry about it, in order, and why its endpoint demanded what it
/// did under the inventory that was in force then.
#[utoipa::path(
    get,
    path = "/admin/v1/trace/{request_id}",
    operation_id = "trace_request",
    tag = "audit",
    security(("operator_token" = ["read:audit"])),
    params(("request_id" = String, Path, description = "As x-request-id gave it",
        example = "r4z8k2m6q0v1c3x5")),
    responses(
        (status = 200, description = "What is known about it", body = TraceAnswer),
        OperatorProblems,
        NotFoundProblem,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Path(request_id): Path<String>,
) -> Result<Json<TraceAnswer>, Failure> {
    let entries = match request_id.parse::<RequestId>() {
        Ok(request_id) => admin.store.audit_of_request(&request_id).await?,
        Err(_) => Vec::new(),
    };
    if entries.is_empty() {
        return Err(Failure::from(Refusal::NotFound {
            kind: "trace",
            id: String::new(),
        }));
    }
    let derivation = match decision(&entries) {
        Some(decision) => derivation(&admin, decision).await?,
        None => None,
    };
    Ok(Json(TraceAnswer {
        request_id,
        entries: entries.iter().map(AuditEntryAnswer::from).collect(),
        derivation,
    }))
}

fn decision(entries: &[AuditEntry]) -> Option<&DecisionRecord> {
    entries.iter().find_map(|entry| match &entry.body {
        AuditBody::Decision(decision) => Some(decision.as_ref()),
        AuditBody::Event(_) | AuditBody::Outcome(_) => None,
    })
}

async fn derivation(
    admin: &Admin,
    decision: &DecisionRecord,
) -> Result<Option<DerivationAnswer>, Failure> {
    let Some(id) = &decision.endpoint else {
        return Ok(None);
    };
    let version = admin
        .store
        .inventory_version(decision.inventory_version)
        .await?;
    let endpoint = version
        .as_ref()
        .and_then(|version| version.inventory.endpoint(id.as_str()));
    Ok(endpoint.map(|(_, endpoint)| DerivationAnswer {
        endpoint: endpoint.id.to_string(),
        matches: endpoint.matches.to_string(),
        inventory_version: decision.inventory_version,
        reasons: endpoint
            .demand
            .reasons
            .iter()
            .map(ReasonAnswer::from)
            .collect(),
    }))
}
