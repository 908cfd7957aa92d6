//! `GET /admin/v1/account/{id}`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};

use super::load;
use crate::Admin;
use crate::answer::AccountAnswer;
use crate::openapi::{NotFoundProblem, OperatorProblems};
use crate::problem::Failure;

/// Show one account
#[utoipa::path(
    get,
    path = "/admin/v1/account/{id}",
    operation_id = "show_account",
    tag = "account",
    security(("operator_token" = ["read:account"])),
    params(("id" = String, Path, description = "The account's id", example = "u4z8k2m6q0v1c3x5")),
    responses(
        (status = 200, description = "The record", body = AccountAnswer),
        OperatorProblems,
        NotFoundProblem,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Path(id): Path<String>,
) -> Result<Json<AccountAnswer>, Failure> {
    let account = load(&admin, &id).await?;
    Ok(Json(AccountAnswer::from(&account)))
}
