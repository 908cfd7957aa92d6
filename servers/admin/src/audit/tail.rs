//! `GET /admin/v1/audit/tail`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{check, render};
use crate::Admin;
use crate::answer::AuditPage;
use crate::malformed::StrictQuery;
use crate::openapi::OperatorProblems;
use crate::problem::Failure;

const DEFAULT: u32 = 20;

/// How many entries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TailQuery {
    /// How many at most: 1 to 1000; 20 if it is left out.
    #[param(minimum = 1, maximum = 1000, example = 20)]
    limit: Option<u32>,
}

/// Read the newest entries of the audit
///
/// The oldest of them first.
#[utoipa::path(
    get,
    path = "/admin/v1/audit/tail",
    operation_id = "tail_audit",
    tag = "audit",
    security(("operator_token" = ["read:audit"])),
    params(TailQuery),
    responses(
        (status = 200, description = "The entries", body = AuditPage),
        OperatorProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    StrictQuery(query): StrictQuery<TailQuery>,
) -> Result<Json<AuditPage>, Failure> {
    let limit = check(query.limit, DEFAULT)?;
    Ok(Json(render(&admin.store.audit_tail(limit).await?)))
}
