//! `GET /admin/v1/inventory`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use crate::Admin;
use crate::answer::InventoryAnswer;
use crate::openapi::OperatorProblems;
use crate::problem::Failure;

/// Show the inventory in force
///
/// Each endpoint with its facts, what they demand, and why. Version 0 means
/// that none was applied yet, and then every request is denied.
#[utoipa::path(
    get,
    path = "/admin/v1/inventory",
    operation_id = "show_inventory",
    tag = "inventory",
    security(("operator_token" = ["read:inventory"])),
    responses(
        (status = 200, description = "The version in force", body = InventoryAnswer),
        OperatorProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
) -> Result<Json<InventoryAnswer>, Failure> {
    let version = admin.store.inventory().await?;
    let answer = version.as_ref().map(InventoryAnswer::from);
    Ok(Json(answer.unwrap_or_else(InventoryAnswer::none)))
}
