//! `GET /admin/v1/inventory/{version}`.

use std::sync::Arc;

use authority::Refusal;
use axum::Json;
use axum::extract::{Path, State};

use crate::Admin;
use crate::answer::InventoryAnswer;
use crate::openapi::{NotFoundProblem, OperatorProblems};
use crate::problem::Failure;

/// Show one version of the inventory
#[utoipa::path(
    get,
    path = "/admin/v1/inventory/{version}",
    operation_id = "show_inventory_version",
    tag = "inventory",
    security(("operator_token" = ["read:inventory"])),
    params(("version" = u64, Path, description = "1 for the first one", example = 3)),
    responses(
        (status = 200, description = "That version", body = InventoryAnswer),
        OperatorProblems,
        NotFoundProblem,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Path(version): Path<String>,
) -> Result<Json<InventoryAnswer>, Failure> {
    let found = match version.parse::<u64>() {
        Ok(version) => admin.store.inventory_version(version).await?,
        Err(_) => None,
    };
    let found = found.ok_or_else(|| Refusal::NotFound {
        kind: "inventory",
        id: String::new(),
    })?;
    Ok(Json(InventoryAnswer::from(&found)))
}
