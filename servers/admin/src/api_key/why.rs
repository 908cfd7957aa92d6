//! `GET /admin/v1/api_key/{id}/why`.

use std::sync::Arc;

use authority::owner::Owner;
use axum::extract::{Path, State};
use axum::{Extension, Json};
use base::Lifetime;
use snapshot::{UseSurroundings, findings};

use super::{load, reach, usage};
use crate::Admin;
use crate::answer::{ApiKeyAnswer, UseFindingAnswer, UsedAnswer, WhyAnswer};
use crate::openapi::{NotFoundProblem, OperatorProblems};
use crate::operator::Asked;
use crate::owner;
use crate::problem::Failure;

/// For how long a key may go unused before that is a finding.
const UNUSED_AFTER: Lifetime = Lifetime::from_secs(90 * 86_400);

/// Say why an API key is there
///
/// Who owns it, what it opens by the inventory in force, and the command that
/// disables it and nothing else; how it is used, and what is odd about that.
#[utoipa::path(
    get,
    path = "/admin/v1/api_key/{id}/why",
    operation_id = "explain_api_key",
    tag = "api_key",
    security(("operator_token" = ["read:api_key"])),
    params(("id" = String, Path, description = "The key's public id", example = "k4z8k2m6q0v1c3x5")),
    responses(
        (status = 200, description = "The answers", body = WhyAnswer),
        OperatorProblems,
        NotFoundProblem,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Result<Json<WhyAnswer>, Failure> {
    let api_key = load(&admin, &id).await?;
    let used = usage::of(&admin, &api_key).await?;
    let owner = owner::of(&admin, &api_key).await?;
    let around = UseSurroundings {
        created_at: api_key.created_at,
        owner_is_disabled: owner.as_ref().is_some_and(Owner::is_disabled),
        unused_after: UNUSED_AFTER,
    };
    let found = findings(&used, &around, asked.now);
    let answer = ApiKeyAnswer::new(&api_key, owner.as_ref(), asked.now);
    let command = format!("doorward key revoke {} --reason REASON", api_key.id);
    Ok(Json(WhyAnswer {
        opens: reach::of(&admin, &api_key, asked.now).await?,
        disable: command,
        used: UsedAnswer::from(&used),
        findings: found.iter().map(UseFindingAnswer::from).collect(),
        api_key: answer.used(&api_key, &used, asked.now),
    }))
}
