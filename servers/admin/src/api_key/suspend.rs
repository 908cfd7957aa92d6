//! `POST /admin/v1/api_key/{id}/suspend`.

use std::sync::Arc;

use authority::api_key::suspend;
use axum::extract::{Path, State};
use axum::{Extension, Json};

use super::act::act;
use crate::Admin;
use crate::answer::ChangedApiKeyAnswer;
use crate::credential_body::RevocationBody;
use crate::malformed::StrictJson;
use crate::openapi::{
    BodyProblems, CommitProblems, FieldProblems, NotFoundProblem, OperatorProblems,
};
use crate::operator::Asked;
use crate::problem::Failure;

/// Suspend an API key
///
/// It is refused everywhere until somebody resumes it.
#[utoipa::path(
    post,
    path = "/admin/v1/api_key/{id}/suspend",
    operation_id = "suspend_api_key",
    tag = "api_key",
    security(("operator_token" = ["write:api_key"])),
    params(("id" = String, Path, description = "The key's public id", example = "k4z8k2m6q0v1c3x5")),
    request_body = RevocationBody,
    responses(
        (status = 200, description = "Suspended", body = ChangedApiKeyAnswer),
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
    StrictJson(body): StrictJson<RevocationBody>,
) -> Result<Json<ChangedApiKeyAnswer>, Failure> {
    let reason = body.check()?;
    let acted = act(&admin, &asked, &id, |api_key, origin, now| {
        suspend(api_key, &reason, origin, now)
    });
    acted.await.map(Json)
}
