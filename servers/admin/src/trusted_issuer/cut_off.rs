//! `POST /admin/v1/trusted_issuer/{name}/cut_off`.

use std::sync::Arc;

use authority::cutoff::{DEFAULT_HOLD, cut_off_trusted_issuer};
use authority::{FieldFinding, Refusal};
use axum::extract::{Path, State};
use axum::{Extension, Json};
use base::Lifetime;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::Admin;
use crate::answer::CutOffAnswer;
use crate::credential_body::RevocationBody;
use crate::in_force;
use crate::malformed::StrictJson;
use crate::openapi::{
    BodyProblems, CommitProblems, FieldProblems, NotFoundProblem, OperatorProblems,
};
use crate::operator::Asked;
use crate::problem::Failure;
use crate::reading::inventory_in_force;
use crate::settle::{ATTEMPTS, settle};

/// A cutoff.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "its key leaked", "hold": "1d"}))]
pub(crate) struct CutOffBody {
    /// In one line of at most 200 characters; the audit keeps it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    reason: Option<String>,
    /// How long nothing of it is accepted, whenever it was issued: at most 30d;
    /// `1d` if it is left out, `0s` for what was issued until now alone.
    #[serde(default)]
    #[schema(example = "1d")]
    hold: Option<String>,
}

/// Cut a trusted issuer off
///
/// Every token that it has issued is refused, and every one that it issues
/// during the hold. Take it out of the inventory before that is over, or let it
/// come back. A cutoff only ever moves forward: it cannot be taken back.
#[utoipa::path(
    post,
    path = "/admin/v1/trusted_issuer/{name}/cut_off",
    operation_id = "cut_off_trusted_issuer",
    tag = "trusted_issuer",
    security(("operator_token" = ["write:inventory"])),
    params(("name" = String, Path, description = "Its name in the inventory", example = "acme-sso")),
    request_body = CutOffBody,
    responses(
        (status = 200, description = "Cut off", body = CutOffAnswer),
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
    Path(name): Path<String>,
    StrictJson(body): StrictJson<CutOffBody>,
) -> Result<Json<CutOffAnswer>, Failure> {
    let hold = hold(body.hold.as_deref())?;
    let reason = RevocationBody::of(body.reason).check()?;
    for _ in 0..ATTEMPTS {
        let (_, inventory) = inventory_in_force(&admin).await?;
        let mut issuers = inventory.trusted_issuers.iter();
        let issuer =
            issuers
                .find(|issuer| issuer.name.as_str() == name)
                .ok_or(Refusal::NotFound {
                    kind: "trusted_issuer",
                    id: String::new(),
                })?;
        let plan = cut_off_trusted_issuer(issuer, hold, &reason, &asked.origin, asked.now)?;
        if let Some((cutoff, revision)) = settle(&admin, plan).await? {
            let in_force = in_force::wait(admin.in_force.as_ref(), revision).await;
            return Ok(Json(CutOffAnswer {
                name: issuer.name.to_string(),
                issuer: issuer.issuer.as_str().to_owned(),
                not_before: cutoff.not_before.to_string(),
                reason,
                in_force,
            }));
        }
    }
    Err(Failure::Conflict)
}

fn hold(text: Option<&str>) -> Result<Lifetime, Refusal> {
    let Some(text) = text else {
        return Ok(DEFAULT_HOLD);
    };
    base::parse_lifetime(text).ok_or_else(|| {
        Refusal::Invalid(vec![FieldFinding {
            field: "hold",
            detail: "it is not a number with s, m, h or d".to_owned(),
            fix: "say how long nothing of it is accepted, such as 1d, or 0s".to_owned(),
        }])
    })
}
