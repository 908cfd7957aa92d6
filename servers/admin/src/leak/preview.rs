//! `POST /admin/v1/leak/preview`.

use std::sync::Arc;

use authority::leak::{Done, Standing, candidates};
use axum::extract::State;
use axum::{Extension, Json};

use super::LeakBody;
use super::look::{look, used};
use crate::Admin;
use crate::answer::{LeakAnswer, LeakedAnswer};
use crate::malformed::StrictJson;
use crate::openapi::{BodyProblems, FieldProblems, OperatorProblems};
use crate::operator::Asked;
use crate::problem::Failure;
use crate::reading::inventory_in_force;

/// Preview a leak report
///
/// What `/admin/v1/leak/report` would do with the same body: which credentials
/// of ours stand in the text, what they reach, how they were used, what would
/// be done and what would remain to do. Nothing is written.
#[utoipa::path(
    post,
    path = "/admin/v1/leak/preview",
    operation_id = "preview_leak",
    tag = "leak",
    security(("operator_token" = ["read:leak"])),
    request_body = LeakBody,
    responses(
        (status = 200, description = "What would be done", body = LeakAnswer),
        OperatorProblems,
        BodyProblems,
        FieldProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    StrictJson(body): StrictJson<LeakBody>,
) -> Result<Json<LeakAnswer>, Failure> {
    let (text, place) = body.check()?;
    let (_, inventory) = inventory_in_force(&admin).await?;
    let mut found = Vec::new();
    for candidate in candidates(text.expose()) {
        let looked = look(&admin, &candidate, asked.now).await?;
        found.push(match (looked.standing, &looked.record) {
            (Standing::Genuine(condition), Some(leaked)) => {
                let used = used(&admin, leaked).await?;
                let policy = admin.leak.policies.of(leaked.kind());
                let done = Done::by(policy, leaked.kind(), condition);
                let known = (leaked, condition, done);
                LeakedAnswer::genuine(known, used, (&inventory, &place), asked.now)
            }
            (standing, _) => LeakedAnswer::other(&candidate, standing),
        });
    }
    Ok(Json(LeakAnswer::new(found, (&place, true))))
}
