//! `POST /admin/v1/api_key/{id}/rollback`.

use std::sync::Arc;

use authority::api_key::roll_back;
use axum::extract::{Path, State};
use axum::{Extension, Json};

use super::act::act;
use super::rotation_body::StepBody;
use crate::Admin;
use crate::answer::ChangedApiKeyAnswer;
use crate::malformed::StrictJson;
use crate::openapi::{
    BodyProblems, CommitProblems, FieldProblems, NotFoundProblem, OperatorProblems,
};
use crate::operator::Asked;
use crate::problem::Failure;

/// Undo the last step of an API key's rotation
///
/// After a cut-over the older secret is accepted again until the rotation ends,
/// and the newer one stays accepted. Before a cut-over the newer secret is
/// withdrawn for good. After the end there is nothing to go back to.
#[utoipa::path(
    post,
    path = "/admin/v1/api_key/{id}/rollback",
    operation_id = "roll_back_api_key",
    tag = "api_key",
    security(("operator_token" = ["write:api_key"])),
    params(("id" = String, Path, description = "The key's public id", example = "k4z8k2m6q0v1c3x5")),
    request_body = StepBody,
    responses(
        (status = 200, description = "Rolled back", body = ChangedApiKeyAnswer),
        OperatorProblems,
        BodyProblems,
        NotFoundProblem,
        FieldProblems,
        CommitProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    StrictJson(StepBody {}): StrictJson<StepBody>,
) -> Result<Json<ChangedApiKeyAnswer>, Failure> {
    act(&admin, &asked, &id, roll_back).await.map(Json)
}
