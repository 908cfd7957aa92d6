//! `POST /admin/v1/operator_token/{id}/revoke`.

use std::sync::Arc;

use authority::Refusal;
use authority::accountability::Revocation;
use authority::operator_token::{OperatorToken, revoke};
use axum::extract::{Path, State};
use axum::{Extension, Json};

use crate::Admin;
use crate::answer::{OperatorTokenAnswer, RevokedOperatorTokenAnswer};
use crate::credential_body::RevocationBody;
use crate::malformed::StrictJson;
use crate::openapi::{
    BodyProblems, CommitProblems, FieldProblems, NotFoundProblem, OperatorProblems,
};
use crate::operator::Asked;
use crate::problem::Failure;
use crate::settle::{ATTEMPTS, settle};

/// How many tokens are loaded at once.
const BATCH: usize = 100;

/// Revoke an operator token
///
/// For good, and at once: the admin API looks each one up on every request. The
/// one that asks may be revoked too, and the last one; the answer says whether
/// another is left.
#[utoipa::path(
    post,
    path = "/admin/v1/operator_token/{id}/revoke",
    operation_id = "revoke_operator_token",
    tag = "operator_token",
    security(("operator_token" = ["write:operator_token"])),
    params(("id" = String, Path, description = "The token's public id", example = "o4z8k2m6q0v1c3x5")),
    request_body = RevocationBody,
    responses(
        (status = 200, description = "Revoked", body = RevokedOperatorTokenAnswer),
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
) -> Result<Json<RevokedOperatorTokenAnswer>, Failure> {
    let reason = body.check()?;
    for _ in 0..ATTEMPTS {
        let mut token = load(&admin, &id).await?;
        let plan = revoke(&token, &reason, &asked.origin, asked.now)?;
        if settle(&admin, plan).await?.is_some() {
            token.revocation = Some(Revocation {
                at: asked.now,
                reason,
            });
            return Ok(Json(RevokedOperatorTokenAnswer {
                operator_token: OperatorTokenAnswer::new(&token, asked.now),
                others_left: is_any_left(&admin, &asked).await?,
            }));
        }
    }
    Err(Failure::Conflict)
}

async fn load(admin: &Admin, id: &str) -> Result<OperatorToken, Failure> {
    // The store is not asked about what cannot be an id.
    let found = match id.parse::<credential::OperatorTokenId>() {
        Ok(id) => admin.store.operator_token(id.as_str()).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| {
        Failure::from(Refusal::NotFound {
            kind: "operator_token",
            id: String::new(),
        })
    })
}

async fn is_any_left(admin: &Admin, asked: &Asked) -> Result<bool, Failure> {
    let mut after: Option<String> = None;
    loop {
        let page = admin.store.operator_tokens(after.as_deref(), BATCH).await?;
        let lives =
            |token: &&OperatorToken| token.revocation.is_none() && asked.now < token.expires_at;
        for token in page.iter().filter(lives) {
            let owner = admin.store.owner(token.owner.as_str()).await?;
            if !owner.is_some_and(|owner| owner.is_disabled()) {
                return Ok(true);
            }
        }
        match page.last() {
            Some(last) if page.len() == BATCH => after = Some(last.id.to_string()),
            _ => return Ok(false),
        }
    }
}
