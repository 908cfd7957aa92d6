//! `POST /admin/v1/api_key/{id}/renew`.

use std::sync::Arc;

use authority::api_key::renew;
use axum::extract::{Path, State};
use axum::{Extension, Json};

use super::act::act;
use super::body::RenewalBody;
use crate::Admin;
use crate::answer::ChangedApiKeyAnswer;
use crate::malformed::StrictJson;
use crate::openapi::{
    BodyProblems, CommitProblems, FieldProblems, NotFoundProblem, OperatorProblems,
};
use crate::operator::Asked;
use crate::problem::Failure;

/// Renew an API key
///
/// Its secret lives longer, never beyond what its policy allows a secret of its
/// age: then it has to be rotated.
#[utoipa::path(
    post,
    path = "/admin/v1/api_key/{id}/renew",
    operation_id = "renew_api_key",
    tag = "api_key",
    security(("operator_token" = ["write:api_key"])),
    params(("id" = String, Path, description = "The key's public id", example = "k4z8k2m6q0v1c3x5")),
    request_body = RenewalBody,
    responses(
        (status = 200, description = "Renewed", body = ChangedApiKeyAnswer),
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
    StrictJson(body): StrictJson<RenewalBody>,
) -> Result<Json<ChangedApiKeyAnswer>, Failure> {
    let acted = act(&admin, &asked, &id, |api_key, origin, now| {
        renew(api_key, body.expires_in.as_deref(), origin, now)
    });
    acted.await.map(Json)
}
