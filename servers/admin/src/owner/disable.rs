//! `POST /admin/v1/owner/{name}/disable`.

use std::sync::Arc;

use authority::owner::{disable, require_another};
use axum::extract::{Path, State};
use axum::{Extension, Json};

use super::{act, named};
use crate::Admin;
use crate::answer::ChangedOwnerAnswer;
use crate::credential_body::RevocationBody;
use crate::malformed::StrictJson;
use crate::openapi::{BodyProblems, CommitProblems, FieldProblems, OperatorProblems};
use crate::operator::Asked;
use crate::problem::Failure;

/// Disable an owner
///
/// Every API key of theirs is refused at once, every token of their clients, and
/// every operator token, until each is transferred or the owner is enabled.
/// Nobody disables the owner of the token that asks: another operator does it.
#[utoipa::path(
    post,
    path = "/admin/v1/owner/{name}/disable",
    operation_id = "disable_owner",
    tag = "owner",
    security(("operator_token" = ["write:owner"])),
    params(("name" = String, Path, description = "The owner", example = "team-weather")),
    request_body = RevocationBody,
    responses(
        (status = 200, description = "Disabled", body = ChangedOwnerAnswer),
        OperatorProblems,
        BodyProblems,
        FieldProblems,
        CommitProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    Path(name): Path<String>,
    StrictJson(body): StrictJson<RevocationBody>,
) -> Result<Json<ChangedOwnerAnswer>, Failure> {
    let name = named(&name)?;
    let reason = body.check()?;
    require_another(&name, &asked.owner)?;
    let acted = act(&admin, &name, |held| {
        disable(&name, held, &reason, &asked.origin, asked.now)
    });
    acted.await.map(Json)
}
