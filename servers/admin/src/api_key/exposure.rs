//! `GET /admin/v1/api_key/{id}/exposure`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};

use super::{load, usage};
use crate::Admin;
use crate::answer::{ExposedAnswer, ExposureAnswer};
use crate::openapi::{NotFoundProblem, OperatorProblems};
use crate::problem::Failure;

/// List where an API key was readable for others
///
/// Every place in which a gate saw it, or somebody reported it.
#[utoipa::path(
    get,
    path = "/admin/v1/api_key/{id}/exposure",
    operation_id = "list_api_key_exposures",
    tag = "api_key",
    security(("operator_token" = ["read:api_key"])),
    params(("id" = String, Path, description = "The key's public id", example = "k4z8k2m6q0v1c3x5")),
    responses(
        (status = 200, description = "The places; none if it was never seen in one", body = ExposureAnswer),
        OperatorProblems,
        NotFoundProblem,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Path(id): Path<String>,
) -> Result<Json<ExposureAnswer>, Failure> {
    let api_key = load(&admin, &id).await?;
    let used = usage::of(&admin, &api_key).await?;
    Ok(Json(ExposureAnswer {
        id: api_key.id.to_string(),
        places: used.exposures.iter().map(ExposedAnswer::from).collect(),
    }))
}
