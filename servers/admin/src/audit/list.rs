//! `GET /admin/v1/audit`.

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

const DEFAULT: u32 = 100;

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AfterQuery {
    /// Those after this number; 0, or left out: from the first one.
    #[param(example = 0)]
    after: Option<u64>,
    /// How many at most: 1 to 1000; 100 if it is left out.
    #[param(minimum = 1, maximum = 1000, example = 100)]
    limit: Option<u32>,
}

/// Read the audit
///
/// From a place on, the oldest first.
#[utoipa::path(
    get,
    path = "/admin/v1/audit",
    operation_id = "list_audit",
    tag = "audit",
    security(("operator_token" = ["read:audit"])),
    params(AfterQuery),
    responses(
        (status = 200, description = "The entries", body = AuditPage),
        OperatorProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    StrictQuery(query): StrictQuery<AfterQuery>,
) -> Result<Json<AuditPage>, Failure> {
    let limit = check(query.limit, DEFAULT)?;
    let after = query.after.unwrap_or(0);
    Ok(Json(render(&admin.store.audit_after(after, limit).await?)))
}
