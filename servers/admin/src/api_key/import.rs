//! `POST /admin/v1/api_key/import`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use authority::FieldFinding;
use authority::accountability::Facts;
use authority::api_key::{ImportRequest, import, import_ids};
use authority::owner::Owner;
use axum::extract::State;
use axum::{Extension, Json};
use base::Name;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::item;
use crate::answer::{ApiKeyAnswer, ImportedAnswer};
use crate::malformed::LargeJson;
use crate::openapi::{BodyProblems, CommitProblems, FieldProblems, OperatorProblems};
use crate::operator::Asked;
use crate::problem::Failure;
use crate::reading::inventory_in_force;
use crate::row::Row;
use crate::settle::{ATTEMPTS, settle};
use crate::{Admin, digest_key, in_force, owner};

/// API keys that another system made.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportBody {
    /// The keys, 1 to 1,000: each with the fields of a new key, `sha256` (of
    /// its text: 64 hexadecimal digits) and `from` (the system that made it).
    #[schema(min_items = 1, max_items = 1000, value_type = Vec<Object>)]
    items: Vec<Row>,
}

/// Import API keys of another system
///
/// All of them or none. Their texts are never sent: only the SHA-256 of each.
/// They live 90 days at most, and each can be rotated into one of ours.
#[utoipa::path(
    post,
    path = "/admin/v1/api_key/import",
    operation_id = "import_api_keys",
    tag = "api_key",
    security(("operator_token" = ["write:api_key"])),
    request_body = ImportBody,
    responses(
        (status = 200, description = "Imported", body = ImportedAnswer),
        OperatorProblems,
        BodyProblems,
        FieldProblems,
        CommitProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    LargeJson(body): LargeJson<ImportBody>,
) -> Result<Json<ImportedAnswer>, Failure> {
    let gone = owner::disabled(&admin).await?;
    let items = body.items.into_iter();
    let requests: Vec<_> = items.map(|item| read(item.0, &gone)).collect();
    for _ in 0..ATTEMPTS {
        let known = known(&admin, &requests).await?;
        let (_, inventory) = inventory_in_force(&admin).await?;
        let facts = Facts {
            environment: &admin.environment,
            inventory: &inventory,
            digest_key: digest_key::in_use(&admin).await?,
        };
        let (keys, origin, now) = (&admin.digest_keys, &asked.origin, asked.now);
        let is_known = |id: &str| known.contains(id);
        let plan = import(&requests, &is_known, keys, origin, facts, now)?;
        if let Some((made, revision)) = settle(&admin, plan).await? {
            let in_force = in_force::wait(admin.in_force.as_ref(), revision).await;
            return Ok(Json(ImportedAnswer {
                items: made
                    .iter()
                    .map(|api_key| ApiKeyAnswer::new(api_key, None, now))
                    .collect(),
                in_force,
            }));
        }
    }
    Err(Failure::Conflict)
}

/// The ids of those that are there already, under whichever digest key.
async fn known(admin: &Admin, requests: &[Read]) -> Result<BTreeSet<String>, Failure> {
    let mut known = BTreeSet::new();
    for request in requests.iter().flatten() {
        for id in import_ids(request, &admin.digest_keys) {
            if admin.store.api_key(id.as_str()).await?.is_some() {
                known.insert(id.to_string());
            }
        }
    }
    Ok(known)
}

/// An item, or why it is none.
type Read = Result<ImportRequest, FieldFinding>;

/// The two fields of an import, and those of every key.
fn read(mut item: Map<String, Value>, gone: &BTreeMap<Name, Owner>) -> Read {
    let sha256 = item::take_text(&mut item, "sha256")?;
    let from = item::take_text(&mut item, "from")?;
    Ok(ImportRequest {
        api_key: item::read(item, gone)?,
        sha256,
        from,
    })
}
