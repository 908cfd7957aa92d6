//! `GET /feed/v1/snapshot`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use snapshot::Snapshot;

use crate::Admin;
use crate::openapi::OperatorProblems;
use crate::problem::Failure;

/// Fetch everything that a gate judges by
///
/// It has the keyed digest of every credential, so its scope is for gates alone.
#[utoipa::path(
    get,
    path = "/feed/v1/snapshot",
    operation_id = "fetch_snapshot",
    tag = "feed",
    security(("operator_token" = ["read:feed"])),
    responses(
        (status = 200, description = "The snapshot, at its revision", body = Object),
        OperatorProblems,
    )
)]
pub(crate) async fn answer(State(admin): State<Arc<Admin>>) -> Result<Json<Snapshot>, Failure> {
    Ok(Json(admin.store.snapshot().await?))
}
