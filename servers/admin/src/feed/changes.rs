//! `GET /feed/v1/changes`.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use base::Revision;
use serde::Deserialize;
use store::Changes;
use tokio::time::{Instant, timeout_at};
use utoipa::IntoParams;

use crate::Admin;
use crate::answer::ChangesAnswer;
use crate::malformed::StrictQuery;
use crate::openapi::{GapProblem, OperatorProblems};
use crate::problem::Failure;

/// The longest that an answer waits for a change.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// The most changes of one answer.
const MOST: usize = 1000;

/// Which changes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ChangesQuery {
    /// The revision that the gate has.
    #[param(example = 41)]
    after: u64,
    /// How long to wait for the next one, in milliseconds: at most 30000; 0 if
    /// it is left out.
    #[param(maximum = 30000, example = 20000)]
    wait: Option<u64>,
}

/// Fetch the changes after a revision
///
/// Answers at once if there are any, else when there is one or the wait is
/// over. 410 means that the log does not reach back that far: fetch a snapshot.
#[utoipa::path(
    get,
    path = "/feed/v1/changes",
    operation_id = "fetch_changes",
    tag = "feed",
    security(("operator_token" = ["read:feed"])),
    params(ChangesQuery),
    responses(
        (status = 200, description = "The changes, in order", body = ChangesAnswer),
        OperatorProblems,
        GapProblem,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    StrictQuery(query): StrictQuery<ChangesQuery>,
) -> Result<Json<ChangesAnswer>, Failure> {
    let after = Revision::new(query.after);
    let wait = Duration::from_millis(query.wait.unwrap_or(0)).min(LONGEST_WAIT);
    let until = Instant::now() + wait;
    let mut head = admin.store.head();
    let mut over = false;
    loop {
        // Taken before the read, so that it never names more than was looked for.
        let newest = *head.borrow_and_update();
        match admin.store.changes_after(after, MOST).await? {
            Changes::Gap => return Err(Failure::Gap),
            // An empty answer says that there was none when it was given, so
            // the log is read once more when the wait is over.
            Changes::Steps(steps) if steps.is_empty() && over => {
                return Ok(Json(ChangesAnswer::new(after, steps)));
            }
            Changes::Steps(steps) if steps.is_empty() => {}
            Changes::Steps(steps) => {
                let last = steps.last().map_or(newest, |step| step.revision);
                return Ok(Json(ChangesAnswer::new(newest.max(last), steps)));
            }
        }
        // Over, or the store is closing.
        over = !matches!(timeout_at(until, head.changed()).await, Ok(Ok(())));
    }
}
