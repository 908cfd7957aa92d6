//! `POST /admin/v1/account/{id}/enable`.

use std::sync::Arc;

use authority::account::enable;
use axum::extract::{Path, State};
use axum::{Extension, Json};

use super::act;
use crate::Admin;
use crate::answer::ChangedAccountAnswer;
use crate::openapi::{CommitProblems, NotFoundProblem, OperatorProblems};
use crate::operator::Asked;
use crate::problem::Failure;

/// Enable an account
///
/// Its person may log in again. What ended when it was disabled stays ended.
#[utoipa::path(
    post,
    path = "/admin/v1/account/{id}/enable",
    operation_id = "enable_account",
    tag = "account",
    security(("operator_token" = ["write:account"])),
    params(("id" = String, Path, description = "The account's id", example = "u4z8k2m6q0v1c3x5")),
    responses(
        (status = 200, description = "Enabled", body = ChangedAccountAnswer),
        OperatorProblems,
        NotFoundProblem,
        CommitProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Result<Json<ChangedAccountAnswer>, Failure> {
    let acted = act(&admin, &id, |account| {
        enable(account, &asked.origin, asked.now)
    });
    acted.await.map(Json)
}
