//! `GET /admin/v1/api_key/{id}`.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};

use super::{load, usage};
use crate::Admin;
use crate::answer::{ApiKeyAnswer, LastDrillAnswer};
use crate::openapi::{NotFoundProblem, OperatorProblems};
use crate::operator::Asked;
use crate::owner;
use crate::problem::Failure;

/// Show one API key
#[utoipa::path(
    get,
    path = "/admin/v1/api_key/{id}",
    operation_id = "show_api_key",
    tag = "api_key",
    security(("operator_token" = ["read:api_key"])),
    params(("id" = String, Path, description = "The key's public id", example = "k4z8k2m6q0v1c3x5")),
    responses(
        (status = 200, description = "The record", body = ApiKeyAnswer),
        OperatorProblems,
        NotFoundProblem,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Result<Json<ApiKeyAnswer>, Failure> {
    let api_key = load(&admin, &id).await?;
    let used = usage::of(&admin, &api_key).await?;
    let owner = owner::of(&admin, &api_key).await?;
    let answer = ApiKeyAnswer::new(&api_key, owner.as_ref(), asked.now);
    let credential = usage::credential(&api_key);
    let drill = admin.store.last_drill(&credential).await?;
    Ok(Json(ApiKeyAnswer {
        last_drill: drill.map(|drill| LastDrillAnswer::new(&drill, asked.now)),
        ..answer.used(&api_key, &used, asked.now)
    }))
}
