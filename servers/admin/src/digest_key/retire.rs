//! `POST /admin/v1/digest_key/{id}/retire`.

use std::sync::Arc;

use authority::Refusal;
use authority::digest_key::{RetireFacts, retire};
use axum::extract::{Path, State};
use axum::{Extension, Json};
use base::Timestamp;
use credential::{ClientId, DigestKeyId};

use crate::answer::RetiredDigestKeyAnswer;
use crate::credential_body::RevocationBody;
use crate::malformed::StrictJson;
use crate::openapi::{
    BodyProblems, CommitProblems, FieldProblems, NotFoundProblem, OperatorProblems,
};
use crate::operator::Asked;
use crate::problem::Failure;
use crate::settle::{ATTEMPTS, settle};
use crate::{Admin, in_force};

/// How many clients are read at once.
const BATCH: usize = 500;

/// Retire a digest key
///
/// Every API key, client secret and operator token that stands under it is
/// refused from now on, in every process, and so is what they were exchanged
/// for. There is no way back. If it is the current one, nothing can be made
/// until another is configured; the operator token of this very request may
/// stand under it.
#[utoipa::path(
    post,
    path = "/admin/v1/digest_key/{id}/retire",
    operation_id = "retire_digest_key",
    tag = "digest_key",
    security(("operator_token" = ["write:digest_key"])),
    params(("id" = String, Path, description = "Its id, as the register has it", example = "0a1b2c3d")),
    request_body = RevocationBody,
    responses(
        (status = 200, description = "Retired", body = RetiredDigestKeyAnswer),
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
) -> Result<Json<RetiredDigestKeyAnswer>, Failure> {
    let reason = body.check()?;
    let id = DigestKeyId::try_from(id).map_err(|_| Refusal::NotFound {
        kind: "digest_key",
        id: String::new(),
    })?;
    for _ in 0..ATTEMPTS {
        let retired = admin.store.retired_digest_keys().await?;
        let clients = clients_under(&admin, id, asked.now).await?;
        let facts = RetireFacts {
            digest_keys: &admin.digest_keys,
            retired: &retired,
            clients: &clients,
        };
        let plan = retire(id, facts, &reason, &asked.origin, asked.now)?;
        if let Some((record, revision)) = settle(&admin, plan).await? {
            return Ok(Json(RetiredDigestKeyAnswer {
                digest_key: record.digest_key.to_string(),
                retired_at: record.retired_at.to_string(),
                reason: record.reason,
                is_current: admin.digest_keys.current().id() == id,
                in_force: in_force::wait(admin.in_force.as_ref(), revision).await,
            }));
        }
    }
    Err(Failure::Conflict)
}

/// The clients whose secret stands under the key, or names none.
async fn clients_under(
    admin: &Admin,
    id: DigestKeyId,
    now: Timestamp,
) -> Result<Vec<ClientId>, Failure> {
    let mut under = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = admin.store.clients(after.as_deref(), BATCH).await?;
        let Some(last) = page.last() else {
            return Ok(under);
        };
        after = Some(last.id.to_string());
        let of_key = page.into_iter().filter(|client| {
            client.is_active(now) && client.secret_digest_key.is_none_or(|key| key == id)
        });
        under.extend(of_key.map(|client| client.id));
    }
}
