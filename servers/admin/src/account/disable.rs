//! `POST /admin/v1/account/{id}/disable`.

use std::sync::Arc;

use authority::account::disable;
use axum::extract::{Path, State};
use axum::{Extension, Json};

use super::act;
use crate::Admin;
use crate::answer::ChangedAccountAnswer;
use crate::credential_body::RevocationBody;
use crate::malformed::StrictJson;
use crate::openapi::{
    BodyProblems, CommitProblems, FieldProblems, NotFoundProblem, OperatorProblems,
};
use crate::operator::Asked;
use crate::problem::Failure;

/// Disable an account
///
/// Nobody logs in as that person until it is enabled. Every session and every
/// token ends, for good; `in_force` says since when the gate refuses them.
#[utoipa::path(
    post,
    path = "/admin/v1/account/{id}/disable",
    operation_id = "disable_account",
    tag = "account",
    security(("operator_token" = ["write:account"])),
    params(("id" = String, Path, description = "The account's id", example = "u4z8k2m6q0v1c3x5")),
    request_body = RevocationBody,
    responses(
        (status = 200, description = "Disabled", body = ChangedAccountAnswer),
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
) -> Result<Json<ChangedAccountAnswer>, Failure> {
    let reason = body.check()?;
    let acted = act(&admin, &id, |account| {
        disable(account, &reason, &asked.origin, asked.now)
    });
    acted.await.map(Json)
}
