//! `POST /admin/v1/account/{id}/log_out`.

use std::sync::Arc;

use authority::session::end_all;
use axum::extract::{Path, State};
use axum::{Extension, Json};

use super::act;
use crate::Admin;
use crate::answer::ChangedAccountAnswer;
use crate::openapi::{CommitProblems, NotFoundProblem, OperatorProblems};
use crate::operator::Asked;
use crate::problem::Failure;

/// Log a person out everywhere
///
/// Every session and every token ends, on every device. The person may log in
/// again. `in_force` says since when the gate refuses the tokens.
#[utoipa::path(
    post,
    path = "/admin/v1/account/{id}/log_out",
    operation_id = "log_out_account",
    tag = "account",
    security(("operator_token" = ["write:account"])),
    params(("id" = String, Path, description = "The account's id", example = "u4z8k2m6q0v1c3x5")),
    responses(
        (status = 200, description = "Logged out", body = ChangedAccountAnswer),
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
        Ok(end_all(account, &asked.origin, asked.now))
    });
    acted.await.map(Json)
}
