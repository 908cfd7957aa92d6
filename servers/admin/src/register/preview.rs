//! `GET /admin/v1/register/preview`.

use std::sync::Arc;

use authority::Refusal;
use axum::extract::State;
use axum::{Extension, Json};
use credential::DigestKeyId;
use posture::{RevokePreview, Row, RowKind};
use serde::Deserialize;
use utoipa::IntoParams;

use super::load::{self, Facts};
use super::under_digest_key;
use crate::Admin;
use crate::answer::RevokePreviewAnswer;
use crate::malformed::{Malformed, StrictQuery};
use crate::openapi::{NotFoundProblem, OperatorProblems};
use crate::operator::Asked;
use crate::problem::Failure;

/// How many clients are loaded at once.
const BATCH: usize = 500;

/// Of what.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PreviewQuery {
    /// What would be revoked.
    #[param(example = "api_key")]
    kind: String,
    /// Its id.
    #[param(example = "k4z8k2m6q0v1c3x5")]
    id: String,
}

/// Say who stops working if a credential is revoked
///
/// Nothing is changed.
#[utoipa::path(
    get,
    path = "/admin/v1/register/preview",
    operation_id = "preview_revocation",
    tag = "register",
    security(("operator_token" = ["read:register"])),
    params(PreviewQuery),
    responses(
        (status = 200, description = "Who stops working", body = RevokePreviewAnswer),
        OperatorProblems,
        NotFoundProblem,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    StrictQuery(query): StrictQuery<PreviewQuery>,
) -> Result<Json<RevokePreviewAnswer>, Failure> {
    let kind = RowKind::parse(&query.kind).ok_or(Malformed::Query)?;
    let facts = Facts::load(&admin, asked.now).await?;
    let found = load::row(&admin, &facts, kind, &query.id).await?;
    let row = found.ok_or(Refusal::NotFound {
        kind: kind.as_str(),
        id: String::new(),
    })?;
    let mut preview = RevokePreview::default();
    preview.add(&row, &facts.inventory, facts.now);
    let note = match kind {
        // A key that has not signed yet has no token out.
        RowKind::SigningKey if row.is_live() && !row.is_ahead => {
            with_clients(&admin, &facts, &row, &mut preview).await?;
            Some(
                "Their tokens stop, not they: each can ask for a new one at once. If the key is active, every key of its lane is replaced.",
            )
        }
        RowKind::TrustedIssuer => {
            let issuer = row.id.as_str();
            load::used_by_issuer(&admin, issuer, |report| {
                let credential = &report.credential;
                preview.add_seen(
                    credential.kind.as_str(),
                    &credential.id,
                    (&row, &report.usage),
                );
            })
            .await?;
            Some(
                "Its clients are those that gates have seen. It is accepted again after the hold, unless the inventory has it no more.",
            )
        }
        RowKind::OperatorToken => Some("It opens the admin API alone: no endpoint stops."),
        RowKind::OwnSecret => Some("It is replaced, not revoked: see its revoke path."),
        RowKind::DigestKey => {
            if let Ok(id) = DigestKeyId::try_from(row.id.clone()) {
                under_digest_key::add(&admin, &facts, id, &mut preview).await?;
            }
            Some(
                match admin.digest_keys.current().id().to_string() == row.id {
                    true => {
                        "It is the current one: nothing can be made until another is configured. Operators need a new token: doorward operator-token create."
                    }
                    false => "What stands under the current one goes on.",
                },
            )
        }
        RowKind::ApiKey | RowKind::Client | RowKind::SigningKey => None,
    };
    let note = note.map(str::to_owned);
    Ok(Json(RevokePreviewAnswer::new(&row, &preview, note)))
}

/// Whoever may hold a token that the key signed.
async fn with_clients(
    admin: &Admin,
    facts: &Facts,
    key: &Row,
    preview: &mut RevokePreview,
) -> Result<(), Failure> {
    let mut after: Option<String> = None;
    loop {
        let kind = RowKind::Client;
        let rows = load::rows(admin, facts, kind, after.as_deref(), BATCH).await?;
        after = rows.last().map(|row| row.id.clone());
        let full = rows.len() == BATCH;
        for row in &rows {
            preview.add_holder(row, key, (&facts.inventory, facts.now));
        }
        if !full {
            return Ok(());
        }
    }
}
