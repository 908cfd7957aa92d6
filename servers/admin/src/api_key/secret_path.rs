//! `POST /admin/v1/api_key/{id}/secret_path`.

use std::sync::Arc;

use authority::api_key::{SecretPathRequest, tell_secret_path};
use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;

use super::act::act;
use crate::Admin;
use crate::answer::ChangedApiKeyAnswer;
use crate::malformed::StrictJson;
use crate::openapi::{
    BodyProblems, CommitProblems, FieldProblems, NotFoundProblem, OperatorProblems,
};
use crate::operator::Asked;
use crate::problem::Failure;

/// Where a secret lies; never the secret itself.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({
    "level": "secrets_manager",
    "place": "vault:secret/ci/weather",
    "transport": "written by the pipeline",
    "readers": ["ci-weather"]
}))]
pub(crate) struct ToldSecretPathBody {
    /// `secrets_manager`, `file`, `dot_env`, `environment`, `ci_variable` or
    /// `shared_storage`.
    level: Option<String>,
    /// Where, in one line of at most 200 characters.
    place: Option<String>,
    /// How it came there, in one line of at most 200 characters.
    transport: Option<String>,
    /// Who can read it there: 1 to 32 names.
    readers: Vec<String>,
}

/// Say where the secret of an API key lies
///
/// What was said before is replaced. The register shows it, and finds what is
/// wrong with it.
#[utoipa::path(
    post,
    path = "/admin/v1/api_key/{id}/secret_path",
    operation_id = "tell_api_key_secret_path",
    tag = "api_key",
    security(("operator_token" = ["write:api_key"])),
    params(("id" = String, Path, description = "The key's public id", example = "k4z8k2m6q0v1c3x5")),
    request_body = ToldSecretPathBody,
    responses(
        (status = 200, description = "Written down", body = ChangedApiKeyAnswer),
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
    StrictJson(body): StrictJson<ToldSecretPathBody>,
) -> Result<Json<ChangedApiKeyAnswer>, Failure> {
    let told = SecretPathRequest {
        level: body.level,
        place: body.place,
        transport: body.transport,
        readers: body.readers,
    };
    let changed = act(&admin, &asked, &id, |api_key, origin, now| {
        tell_secret_path(api_key, &told, origin, now)
    });
    changed.await.map(Json)
}
