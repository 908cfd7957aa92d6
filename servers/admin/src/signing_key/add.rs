//! `POST /admin/v1/signing_key`.

use std::sync::Arc;

use authority::signing_key::add;
use axum::extract::State;
use axum::{Extension, Json};
use ephemeral::SystemEntropy;

use super::act::act;
use super::body::AdditionBody;
use super::remote::remote_key;
use crate::Admin;
use crate::answer::ChangedSigningKeysAnswer;
use crate::malformed::StrictJson;
use crate::openapi::{BodyProblems, CommitProblems, FieldProblems, OperatorProblems};
use crate::operator::Asked;
use crate::problem::Failure;

/// Stage a signing key
///
/// In a new lane, or in one that has no next key. A new lane begins to sign by
/// itself once its first key has been published for long enough.
#[utoipa::path(
    post,
    path = "/admin/v1/signing_key",
    operation_id = "add_signing_key",
    tag = "signing_key",
    security(("operator_token" = ["write:signing_key"])),
    request_body = AdditionBody,
    responses(
        (status = 200, description = "Staged", body = ChangedSigningKeysAnswer),
        OperatorProblems,
        BodyProblems,
        FieldProblems,
        CommitProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    StrictJson(body): StrictJson<AdditionBody>,
) -> Result<Json<ChangedSigningKeysAnswer>, Failure> {
    let (lane, uri) = body.check()?;
    let key = remote_key(&admin, uri, Some(lane)).await?;
    let changed = act(&admin, &asked, move |facts, origin, now| {
        let entropy = &mut SystemEntropy;
        add(lane, key.clone(), (facts, origin), now, entropy)
    });
    changed.await.map(Json)
}
