//! `POST /admin/v1/api_key/bulk`.

use std::sync::Arc;

use authority::accountability::Facts;
use authority::api_key::{CreatedApiKey, create_bulk};
use authority::{FieldFinding, Refusal};
use axum::extract::State;
use axum::{Extension, Json};
use base::Name;
use ephemeral::SystemEntropy;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::ApiKeyBody;
use super::item;
use crate::answer::{ApiKeyAnswer, BulkAnswer, BulkItemAnswer};
use crate::malformed::LargeJson;
use crate::openapi::{BodyProblems, CommitProblems, FieldProblems, OperatorProblems};
use crate::operator::Asked;
use crate::problem::Failure;
use crate::reading::inventory_in_force;
use crate::row::Row;
use crate::settle::{ATTEMPTS, settle};
use crate::{Admin, digest_key, in_force, owner};

/// Many API keys.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkBody {
    /// The name of the batch: each key has it.
    #[schema(example = "partners-2027")]
    batch: Option<String>,
    /// The keys: 1 to 1,000.
    #[schema(min_items = 1, max_items = 1000, value_type = Vec<ApiKeyBody>)]
    items: Vec<Row>,
}

/// Create many API keys
///
/// All of them or none. The answer has their texts, in the order of the items;
/// they are shown this once.
#[utoipa::path(
    post,
    path = "/admin/v1/api_key/bulk",
    operation_id = "create_api_keys",
    tag = "api_key",
    security(("operator_token" = ["write:api_key"])),
    request_body = BulkBody,
    responses(
        (status = 200, description = "Created", body = BulkAnswer),
        OperatorProblems,
        BodyProblems,
        FieldProblems,
        CommitProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    LargeJson(body): LargeJson<BulkBody>,
) -> Result<Json<BulkAnswer>, Failure> {
    let batch = named(body.batch.as_deref())?;
    let gone = owner::disabled(&admin).await?;
    let items = body.items.into_iter();
    let requests: Vec<_> = items.map(|item| item::read(item.0, &gone)).collect();
    for _ in 0..ATTEMPTS {
        let (_, inventory) = inventory_in_force(&admin).await?;
        let facts = Facts {
            environment: &admin.environment,
            inventory: &inventory,
            digest_key: digest_key::in_use(&admin).await?,
        };
        let (origin, now) = (&asked.origin, asked.now);
        let plan = create_bulk(&requests, &batch, origin, facts, now, &mut SystemEntropy)?;
        if let Some((made, revision)) = settle(&admin, plan).await? {
            let in_force = in_force::wait(admin.in_force.as_ref(), revision).await;
            let item = |created: CreatedApiKey| BulkItemAnswer {
                api_key: ApiKeyAnswer::new(&created.api_key, None, now),
                secret: created.secret.expose().to_owned(),
            };
            return Ok(Json(BulkAnswer {
                batch: batch.to_string(),
                items: made.into_iter().map(item).collect(),
                in_force,
            }));
        }
    }
    Err(Failure::Conflict)
}

fn named(batch: Option<&str>) -> Result<Name, Refusal> {
    let wrong = |detail: String| {
        Refusal::Invalid(vec![FieldFinding {
            field: "batch",
            detail,
            fix: "name the batch, such as partners-2027".to_owned(),
        }])
    };
    let text = batch.ok_or_else(|| wrong("it is missing".to_owned()))?;
    text.parse()
        .map_err(|error: base::InvalidName| wrong(error.to_string()))
}
