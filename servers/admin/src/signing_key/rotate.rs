//! `POST /admin/v1/signing_key/rotate`.

use std::sync::Arc;

use authority::signing_key::{Rotation, replace_all, rotate};
use axum::extract::State;
use axum::{Extension, Json};
use ephemeral::SystemEntropy;

use super::act::act;
use super::body::{Asks, RotationBody};
use super::remote::remote_key;
use crate::Admin;
use crate::answer::ChangedSigningKeysAnswer;
use crate::malformed::StrictJson;
use crate::openapi::{BodyProblems, CommitProblems, FieldProblems, OperatorProblems};
use crate::operator::Asked;
use crate::problem::Failure;

/// Rotate a lane, or replace every key at once
///
/// The next key signs, the active one retires, another next one is published.
/// It works once the next key has been published for long enough. With
/// `emergency`, every key is retired at once, fresh ones sign, and every token
/// that is out is refused; the answer comes once the gate of this process
/// refuses them, and `in_force` says how long that took.
#[utoipa::path(
    post,
    path = "/admin/v1/signing_key/rotate",
    operation_id = "rotate_signing_key",
    tag = "signing_key",
    security(("operator_token" = ["write:signing_key"])),
    request_body = RotationBody,
    responses(
        (status = 200, description = "Rotated", body = ChangedSigningKeysAnswer),
        OperatorProblems,
        BodyProblems,
        FieldProblems,
        CommitProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    StrictJson(body): StrictJson<RotationBody>,
) -> Result<Json<ChangedSigningKeysAnswer>, Failure> {
    let changed = match body.check()? {
        Asks::Emergency(emergency) => {
            act(&admin, &asked, move |facts, origin, now| {
                replace_all(&emergency, facts, origin, now, &mut SystemEntropy)
            })
            .await
        }
        Asks::Ordinary(rotation, uri) => {
            let rotation = Rotation {
                key: remote_key(&admin, uri, rotation.algorithm).await?,
                ..rotation
            };
            act(&admin, &asked, move |facts, origin, now| {
                rotate(rotation.clone(), facts, origin, now, &mut SystemEntropy)
            })
            .await
        }
    };
    changed.map(Json)
}
