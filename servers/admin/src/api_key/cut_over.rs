//! `POST /admin/v1/api_key/{id}/cut_over`.

use std::sync::Arc;

use authority::api_key::cut_over;
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

/// Refuse the older secret of an API key that is being rotated
///
/// The answer comes once the gate of this process refuses it, and `in_force`
/// says how long that took. Until the rotation ends it can be undone. Look at
/// `rotation` of the key first: it says whether the older secret is still used.
#[utoipa::path(
    post,
    path = "/admin/v1/api_key/{id}/cut_over",
    operation_id = "cut_over_api_key",
    tag = "api_key",
    security(("operator_token" = ["write:api_key"])),
    params(("id" = String, Path, description = "The key's public id", example = "k4z8k2m6q0v1c3x5")),
    request_body = StepBody,
    responses(
        (status = 200, description = "Cut over", body = ChangedApiKeyAnswer),
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
    act(&admin, &asked, &id, cut_over).await.map(Json)
}
