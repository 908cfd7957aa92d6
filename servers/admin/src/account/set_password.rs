//! `POST /admin/v1/account/{id}/set_password`.

use std::sync::Arc;

use authority::account::{require_password, set_password};
use axum::extract::{Path, State};
use axum::{Extension, Json};
use base::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{act, hashed, load};
use crate::Admin;
use crate::answer::ChangedAccountAnswer;
use crate::malformed::StrictJson;
use crate::openapi::{
    BodyProblems, CommitProblems, FieldProblems, NotFoundProblem, OperatorProblems,
};
use crate::operator::Asked;
use crate::problem::Failure;

/// Another password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordBody {
    /// From 8 characters to 1024 bytes. It is neither kept nor answered.
    #[serde(default)]
    #[schema(min_length = 8, write_only)]
    password: Option<String>,
}

/// Set the password of an account
///
/// Every session and every token from before it ends. The answer comes once the
/// gate of this process refuses the tokens, and `in_force` says how long that took.
#[utoipa::path(
    post,
    path = "/admin/v1/account/{id}/set_password",
    operation_id = "set_account_password",
    tag = "account",
    security(("operator_token" = ["write:account"])),
    params(("id" = String, Path, description = "The account's id", example = "u4z8k2m6q0v1c3x5")),
    request_body = PasswordBody,
    responses(
        (status = 200, description = "Set", body = ChangedAccountAnswer),
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
    StrictJson(body): StrictJson<PasswordBody>,
) -> Result<Json<ChangedAccountAnswer>, Failure> {
    let password = body.password.map(Secret::new);
    let password = require_password(password.as_ref())?.clone();
    // Nothing is hashed for nobody.
    load(&admin, &id).await?;
    let hash = hashed(&admin, password).await?;
    let acted = act(&admin, &id, |account| {
        Ok(set_password(
            account,
            hash.clone(),
            &asked.origin,
            asked.now,
        ))
    });
    acted.await.map(Json)
}
