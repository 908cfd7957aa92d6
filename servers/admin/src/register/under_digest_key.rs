//! What stops with a digest key: every secret that stands under it.

use credential::DigestKeyId;
use posture::RevokePreview;

use super::load::Facts;
use super::row::{api_key, client, operator_token};
use crate::Admin;
use crate::problem::Failure;

/// How many records are read at once.
const BATCH: usize = 500;

/// Adds them. An API key whose other secret goes on stops for whoever holds this
/// one, and is counted whole: who holds which, nobody knows.
pub(super) async fn add(
    admin: &Admin,
    facts: &Facts,
    id: DigestKeyId,
    preview: &mut RevokePreview,
) -> Result<(), Failure> {
    let stands = |named: Option<DigestKeyId>| named.is_none_or(|named| named == id);
    let (store, inventory, now) = (&admin.store, &facts.inventory, facts.now);
    let mut after: Option<String> = None;
    loop {
        let page = store.api_keys(after.as_deref(), BATCH).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id.to_string());
        for key in &page {
            let held = key.settled(now);
            let newer = held.rotation.as_ref();
            let newer = newer.is_some_and(|newer| stands(Some(newer.successor.digest_key)));
            if stands(held.digest_key) || newer {
                let usage = store
                    .usage(&super::load::of_api_key(key.id.as_str()))
                    .await?;
                let row = api_key::row(key, usage, None, facts);
                if row.is_live() {
                    preview.add(&row, inventory, now);
                }
            }
        }
    }
    let mut after: Option<String> = None;
    loop {
        let page = store.clients(after.as_deref(), BATCH).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id.to_string());
        for record in page
            .iter()
            .filter(|record| stands(record.secret_digest_key))
        {
            let usage = super::load::used_by_client(admin, record.id.as_str()).await?;
            let row = client::row(record, usage, facts);
            if row.is_live() {
                preview.add(&row, inventory, now);
            }
        }
    }
    let mut after: Option<String> = None;
    loop {
        let page = store.operator_tokens(after.as_deref(), BATCH).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(last.id.to_string());
        for record in page.iter().filter(|record| stands(record.digest_key)) {
            let row = operator_token::row(record, now);
            if row.is_live() {
                preview.add(&row, inventory, now);
            }
        }
    }
}
