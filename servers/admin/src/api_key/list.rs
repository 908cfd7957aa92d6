//! `GET /admin/v1/api_key`.

use std::sync::Arc;

use authority::api_key::ApiKey;
use authority::owner::Owner;
use axum::extract::State;
use axum::{Extension, Json};
use base::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

use super::usage;
use crate::Admin;
use crate::answer::{ApiKeyAnswer, ApiKeyPage, Status};
use crate::malformed::StrictQuery;
use crate::openapi::OperatorProblems;
use crate::operator::Asked;
use crate::owner;
use crate::page::PageQuery;
use crate::problem::Failure;

/// How many records are looked through at a time.
const STRIDE: usize = 500;

/// Which API keys.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// How many items at most: 1 to 500; 50 if it is left out.
    #[param(minimum = 1, maximum = 500, example = 50)]
    page_size: Option<u32>,
    /// `next_page_token` of the page before; left out for the first page.
    page_token: Option<String>,
    /// Only those that this owner answers for.
    owner: Option<String>,
    /// Only those that this organisation holds.
    organisation: Option<String>,
    /// Only those of this batch.
    batch: Option<String>,
    /// Only those of this status.
    #[param(inline)]
    status: Option<Status>,
}

impl ListQuery {
    fn is_asked_for(&self, api_key: &ApiKey, owner: Option<&Owner>, now: Timestamp) -> bool {
        let accountability = &api_key.accountability;
        let is = |asked: &Option<String>, found: Option<&str>| match asked {
            Some(asked) => found == Some(asked.as_str()),
            None => true,
        };
        is(&self.owner, Some(accountability.owner.as_str()))
            && is(
                &self.organisation,
                Some(accountability.organisation.as_str()),
            )
            && is(&self.batch, api_key.batch.as_ref().map(base::Name::as_str))
            && self
                .status
                .is_none_or(|status| status == Status::of_api_key(api_key, owner, now))
    }
}

/// List the API keys
///
/// In the order of their ids, page by page.
#[utoipa::path(
    get,
    path = "/admin/v1/api_key",
    operation_id = "list_api_keys",
    tag = "api_key",
    security(("operator_token" = ["read:api_key"])),
    params(ListQuery),
    responses(
        (status = 200, description = "A page", body = ApiKeyPage),
        OperatorProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    StrictQuery(query): StrictQuery<ListQuery>,
) -> Result<Json<ApiKeyPage>, Failure> {
    let page = PageQuery::new(query.page_size, query.page_token.clone());
    let page = page.check(|id| id.parse::<credential::ApiKeyId>().is_ok())?;
    let gone = owner::disabled(&admin).await?;
    let owner = |api_key: &ApiKey| gone.get(&api_key.accountability.owner);
    let mut found = Vec::new();
    let mut after = page.after().map(str::to_owned);
    while found.len() < page.limit() {
        let stride = STRIDE.max(page.limit());
        let records = admin.store.api_keys(after.as_deref(), stride).await?;
        let is_last = records.len() < stride;
        after = records.last().map(|record| record.id.to_string());
        let asked_for = records
            .into_iter()
            .filter(|api_key| query.is_asked_for(api_key, owner(api_key), asked.now));
        let missing = page.limit().saturating_sub(found.len());
        found.extend(asked_for.take(missing));
        if is_last {
            break;
        }
    }
    let next_page_token = page.cut(&mut found, |api_key| api_key.id.to_string());
    let used = usage::of_page(&admin, &found).await?;
    let items = found.iter().map(|api_key| {
        let mut answer = ApiKeyAnswer::new(api_key, owner(api_key), asked.now);
        if let Some(usage) = used.get(api_key.id.as_str()) {
            answer.life.add_use(usage);
        }
        answer
    });
    Ok(Json(ApiKeyPage {
        items: items.collect(),
        next_page_token,
    }))
}
