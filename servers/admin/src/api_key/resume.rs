//! `POST /admin/v1/api_key/{id}/resume`.

use std::sync::Arc;

use authority::api_key::resume;
use axum::extract::{Path, State};
use axum::{Extension, Json};

use super::act::act;
use crate::Admin;
use crate::answer::ChangedApiKeyAnswer;
use crate::openapi::{CommitProblems, NotFoundProblem, OperatorProblems};
use crate::operator::Asked;
use crate::problem::Failure;

/// Resume an API key
///
/// Takes a suspension back. Where nobody has reviewed the key in time, it wants
/// a review instead.
#[utoipa::path(
    post,
    path = "/admin/v1/api_key/{id}/resume",
    operation_id = "resume_api_key",
    tag = "api_key",
    security(("operator_token" = ["write:api_key"])),
    params(("id" = String, Path, description = "The key's public id", example = "k4z8k2m6q0v1c3x5")),
    responses(
        (status = 200, description = "Resumed", body = ChangedApiKeyAnswer),
        OperatorProblems,
        NotFoundProblem,
        CommitProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Result<Json<ChangedApiKeyAnswer>, Failure> {
    act(&admin, &asked, &id, resume).await.map(Json)
}
