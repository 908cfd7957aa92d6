//! `GET /admin/v1/client/{id}`.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};

use super::load;
use crate::Admin;
use crate::answer::ClientAnswer;
use crate::openapi::{NotFoundProblem, OperatorProblems};
use crate::operator::Asked;
use crate::problem::Failure;

/// Show one client
#[utoipa::path(
    get,
    path = "/admin/v1/client/{id}",
    operation_id = "show_client",
    tag = "client",
    security(("operator_token" = ["read:client"])),
    params(("id" = String, Path, description = "The client identifier", example = "c4z8k2m6q0v1c3x5")),
    responses(
        (status = 200, description = "The record", body = ClientAnswer),
        OperatorProblems,
        NotFoundProblem,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Result<Json<ClientAnswer>, Failure> {
    let client = load(&admin, &id).await?;
    Ok(Json(ClientAnswer::new(&client, asked.now)))
}
