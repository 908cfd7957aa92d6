//! `GET /admin/v1/audit/verify`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use crate::Admin;
use crate::answer::VerdictAnswer;
use crate::openapi::OperatorProblems;
use crate::problem::Failure;

/// Verify the audit
///
/// Walks the whole chain and names the first entry that was altered, added or
/// removed. Keep `head` elsewhere: whoever can rewrite the whole store can
/// rewrite the whole chain, but not what you kept.
#[utoipa::path(
    get,
    path = "/admin/v1/audit/verify",
    operation_id = "verify_audit",
    tag = "audit",
    security(("operator_token" = ["read:audit"])),
    responses(
        (status = 200, description = "What was found", body = VerdictAnswer),
        OperatorProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
) -> Result<Json<VerdictAnswer>, Failure> {
    let verdict = admin.store.verify_audit().await?;
    Ok(Json(VerdictAnswer::from(&verdict)))
}
