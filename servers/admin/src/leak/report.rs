//! `POST /admin/v1/leak/report`.

use std::sync::Arc;

use authority::leak::candidates;
use axum::extract::State;
use axum::{Extension, Json};

use super::LeakBody;
use super::act::{Came, act};
use super::look::used;
use crate::answer::{LeakAnswer, LeakedAnswer};
use crate::malformed::StrictJson;
use crate::openapi::{BodyProblems, CommitProblems, FieldProblems, OperatorProblems};
use crate::operator::Asked;
use crate::problem::Failure;
use crate::reading::inventory_in_force;
use crate::{Admin, in_force};

/// Report a leak
///
/// Finds the credentials of ours that stand in a text, cuts off by policy those
/// that still open something, and says what they reach, how they were used and
/// what remains to do. A text of which no digest is known changes nothing.
#[utoipa::path(
    post,
    path = "/admin/v1/leak/report",
    operation_id = "report_leak",
    tag = "leak",
    security(("operator_token" = ["write:leak"])),
    request_body = LeakBody,
    responses(
        (status = 200, description = "What was done", body = LeakAnswer),
        OperatorProblems,
        BodyProblems,
        FieldProblems,
        CommitProblems,
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
        let how = (&place, &asked.origin, true);
        found.push(match act(&admin, &candidate, how, asked.now).await? {
            Came::Genuine(acted) => {
                let in_force = in_force::wait(admin.in_force.as_ref(), acted.revision).await;
                let used = used(&admin, &acted.leaked).await?;
                let known = (&acted.leaked, acted.condition, acted.done);
                let answer = LeakedAnswer::genuine(known, used, (&inventory, &place), asked.now);
                LeakedAnswer { in_force, ..answer }
            }
            Came::Other(looked) => LeakedAnswer::other(&candidate, looked.standing),
        });
    }
    Ok(Json(LeakAnswer::new(found, (&place, false))))
}
