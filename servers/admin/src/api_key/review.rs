//! `POST /admin/v1/api_key/{id}/review`.

use std::sync::Arc;

use authority::api_key::review;
use axum::extract::{Path, State};
use axum::{Extension, Json};

use super::act::act;
use super::body::ReviewBody;
use crate::Admin;
use crate::answer::ChangedApiKeyAnswer;
use crate::credential_body::one_line;
use crate::malformed::StrictJson;
use crate::openapi::{
    BodyProblems, CommitProblems, FieldProblems, NotFoundProblem, OperatorProblems,
};
use crate::operator::Asked;
use crate::problem::Failure;

/// Review an API key
///
/// Says that it is still needed as it is: its next review is due a period later,
/// and if it was suspended because nobody had looked, it goes on.
#[utoipa::path(
    post,
    path = "/admin/v1/api_key/{id}/review",
    operation_id = "review_api_key",
    tag = "api_key",
    security(("operator_token" = ["write:api_key"])),
    params(("id" = String, Path, description = "The key's public id", example = "k4z8k2m6q0v1c3x5")),
    request_body = ReviewBody,
    responses(
        (status = 200, description = "Reviewed", body = ChangedApiKeyAnswer),
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
    StrictJson(body): StrictJson<ReviewBody>,
) -> Result<Json<ChangedApiKeyAnswer>, Failure> {
    let fix = "say in one line what you found, such as \"still needed, read only\"";
    let note = one_line("note", body.note, fix)?;
    let acted = act(&admin, &asked, &id, |api_key, origin, now| {
        review(api_key, &note, origin, now)
    });
    acted.await.map(Json)
}
