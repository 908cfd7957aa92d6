//! `GET /admin/v1/inventory/diff`.

use std::sync::Arc;

use authority::Refusal;
use authority::inventory::InventoryVersion;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::differences;
use crate::Admin;
use crate::answer::DiffAnswer;
use crate::malformed::StrictQuery;
use crate::openapi::{NotFoundProblem, OperatorProblems};
use crate::problem::Failure;

/// Which versions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DiffQuery {
    /// The older one.
    #[param(example = 2)]
    from: u64,
    /// The newer one; the one in force if it is left out.
    #[param(example = 3)]
    to: Option<u64>,
}

/// Compare two versions of the inventory
#[utoipa::path(
    get,
    path = "/admin/v1/inventory/diff",
    operation_id = "diff_inventory",
    tag = "inventory",
    security(("operator_token" = ["read:inventory"])),
    params(DiffQuery),
    responses(
        (status = 200, description = "What changed from one to the other", body = DiffAnswer),
        OperatorProblems,
        NotFoundProblem,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    StrictQuery(query): StrictQuery<DiffQuery>,
) -> Result<Json<DiffAnswer>, Failure> {
    let from = known(admin.store.inventory_version(query.from).await?)?;
    let to = known(match query.to {
        Some(to) => admin.store.inventory_version(to).await?,
        None => admin.store.inventory().await?,
    })?;
    Ok(Json(DiffAnswer {
        from: from.version,
        to: to.version,
        differences: differences(&from.inventory, &to.inventory),
    }))
}

fn known(version: Option<InventoryVersion>) -> Result<InventoryVersion, Failure> {
    version.ok_or_else(|| {
        Failure::from(Refusal::NotFound {
            kind: "inventory",
            id: String::new(),
        })
    })
}
