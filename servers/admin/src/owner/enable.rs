//! `POST /admin/v1/owner/{name}/enable`.

use std::sync::Arc;

use authority::owner::enable;
use axum::extract::{Path, State};
use axum::{Extension, Json};

use super::{act, named};
use crate::Admin;
use crate::answer::ChangedOwnerAnswer;
use crate::openapi::{CommitProblems, FieldProblems, OperatorProblems};
use crate::operator::Asked;
use crate::problem::Failure;

/// Enable an owner
///
/// What they own is accepted again, as far as it has not ended meanwhile.
#[utoipa::path(
    post,
    path = "/admin/v1/owner/{name}/enable",
    operation_id = "enable_owner",
    tag = "owner",
    security(("operator_token" = ["write:owner"])),
    params(("name" = String, Path, description = "The owner", example = "team-weather")),
    responses(
        (status = 200, description = "Enabled", body = ChangedOwnerAnswer),
        OperatorProblems,
        FieldProblems,
        CommitProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    Path(name): Path<String>,
) -> Result<Json<ChangedOwnerAnswer>, Failure> {
    let name = named(&name)?;
    let acted = act(&admin, &name, |held| {
        enable(&name, held, &asked.origin, asked.now)
    });
    acted.await.map(Json)
}
