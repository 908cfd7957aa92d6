//! `POST /admin/v1/api_key/{id}/transfer`.

use std::sync::Arc;

use authority::api_key::{TransferRequest, transfer};
use axum::extract::{Path, State};
use axum::{Extension, Json};

use super::act::act;
use super::body::TransferBody;
use crate::Admin;
use crate::answer::ChangedApiKeyAnswer;
use crate::malformed::StrictJson;
use crate::openapi::{
    BodyProblems, CommitProblems, FieldProblems, NotFoundProblem, OperatorProblems,
};
use crate::operator::Asked;
use crate::owner;
use crate::problem::Failure;

/// Transfer an API key
///
/// Somebody else answers for it from now on. The key of an owner who is gone is
/// accepted again with that.
#[utoipa::path(
    post,
    path = "/admin/v1/api_key/{id}/transfer",
    operation_id = "transfer_api_key",
    tag = "api_key",
    security(("operator_token" = ["write:api_key"])),
    params(("id" = String, Path, description = "The key's public id", example = "k4z8k2m6q0v1c3x5")),
    request_body = TransferBody,
    responses(
        (status = 200, description = "Transferred", body = ChangedApiKeyAnswer),
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
    StrictJson(body): StrictJson<TransferBody>,
) -> Result<Json<ChangedApiKeyAnswer>, Failure> {
    let request = TransferRequest::from(body);
    let known = owner::known(&admin, request.owner.as_deref()).await?;
    let acted = act(&admin, &asked, &id, |api_key, origin, now| {
        transfer(api_key, &request, known.as_ref(), origin, now)
    });
    acted.await.map(Json)
}
