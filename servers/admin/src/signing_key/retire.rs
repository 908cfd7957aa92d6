//! `POST /admin/v1/signing_key/{id}/retire`.

use std::sync::Arc;

use authority::Refusal;
use authority::signing_key::retire;
use axum::extract::{Path, State};
use axum::{Extension, Json};
use jose::KeyId;

use super::act::act;
use crate::Admin;
use crate::answer::ChangedSigningKeysAnswer;
use crate::credential_body::RevocationBody;
use crate::malformed::StrictJson;
use crate::openapi::{
    BodyProblems, CommitProblems, FieldProblems, NotFoundProblem, OperatorProblems,
};
use crate::operator::Asked;
use crate::problem::Failure;

/// Retire a signing key before its time
///
/// A retiring or a next one, for good; never the active one. The answer comes
/// once the gate of this process refuses what it signed.
#[utoipa::path(
    post,
    path = "/admin/v1/signing_key/{id}/retire",
    operation_id = "retire_signing_key",
    tag = "signing_key",
    security(("operator_token" = ["write:signing_key"])),
    params(("id" = String, Path, description = "The key id", example = "s4z8k2m6q0v1c3x5")),
    request_body = RevocationBody,
    responses(
        (status = 200, description = "Retired", body = ChangedSigningKeysAnswer),
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
) -> Result<Json<ChangedSigningKeysAnswer>, Failure> {
    let reason = body.check()?;
    let key_id: KeyId = id.parse().map_err(|_| Refusal::NotFound {
        kind: "signing_key",
        id: String::new(),
    })?;
    let changed = act(&admin, &asked, move |facts, origin, now| {
        Ok(retire(&key_id, &reason, facts, origin, now)?)
    });
    changed.await.map(Json)
}
