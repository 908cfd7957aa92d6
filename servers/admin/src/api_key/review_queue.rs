//! `GET /admin/v1/api_key/review_queue`.

use std::sync::Arc;

use authority::api_key::ApiKey;
use axum::extract::State;
use axum::{Extension, Json};

use crate::Admin;
use crate::answer::{ApiKeyAnswer, ReviewQueueAnswer};
use crate::openapi::OperatorProblems;
use crate::operator::Asked;
use crate::owner;
use crate::problem::Failure;

/// How many records are looked through at a time.
const STRIDE: usize = 500;

/// How many keys the queue tells of at most.
const LONGEST: usize = 10_000;

/// List the API keys that wait for a review
///
/// Those whose review is due or has lapsed, the most urgent first.
#[utoipa::path(
    get,
    path = "/admin/v1/api_key/review_queue",
    operation_id = "list_reviews",
    tag = "api_key",
    security(("operator_token" = ["read:api_key"])),
    responses(
        (status = 200, description = "The queue", body = ReviewQueueAnswer),
        OperatorProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
) -> Result<Json<ReviewQueueAnswer>, Failure> {
    let mut waiting: Vec<ApiKey> = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let records = admin.store.api_keys(after.as_deref(), STRIDE).await?;
        let is_last = records.len() < STRIDE;
        after = records.last().map(|record| record.id.to_string());
        waiting.extend(records.into_iter().filter(|api_key| {
            let is_alive = api_key.revocation.is_none() && asked.now < api_key.ends_at();
            let review = api_key.review.as_ref();
            is_alive && review.is_some_and(|review| asked.now >= review.due_at)
        }));
        if is_last {
            break;
        }
    }
    waiting.sort_by_key(|api_key| api_key.review.as_ref().map(|review| review.suspends_at));
    let total = waiting.len();
    waiting.truncate(LONGEST);
    let gone = owner::disabled(&admin).await?;
    let items = waiting.iter();
    Ok(Json(ReviewQueueAnswer {
        items: items
            .map(|api_key| {
                let owner = gone.get(&api_key.accountability.owner);
                ApiKeyAnswer::new(api_key, owner, asked.now)
            })
            .collect(),
        total: u64::try_from(total).unwrap_or(u64::MAX),
    }))
}
