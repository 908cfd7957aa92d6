//! How many records stand under each digest key: whoever wants to take an old
//! one away has to know, and what stands under none of the configured ones is
//! refused.

use std::collections::BTreeMap;

use credential::{DigestKeyId, DigestKeys};
use store::{Read, StoreFault};

/// How many records are read at a time.
const STRIDE: usize = 500;

/// How many secrets stand under one digest key that can still be presented.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Held {
    /// Secrets of API keys; a key that is being rotated has two.
    pub(crate) api_keys: u64,
    /// Secrets of clients.
    pub(crate) clients: u64,
    /// Operator tokens.
    pub(crate) operator_tokens: u64,
}

impl Held {
    /// All of them.
    pub(crate) const fn total(self) -> u64 {
        let two = self.api_keys.saturating_add(self.clients);
        two.saturating_add(self.operator_tokens)
    }
}

/// Under which key; nothing: from before they had ids.
pub(crate) type Uses = BTreeMap<Option<DigestKeyId>, Held>;

/// Counts what is neither revoked nor ended at `now`.
pub(crate) async fn count(store: &dyn Read, now: base::Timestamp) -> Result<Uses, StoreFault> {
    let mut uses = Uses::new();
    let mut after: Option<String> = None;
    loop {
        let page = store.api_keys(after.as_deref(), STRIDE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id.to_string());
        let live = page
            .iter()
            .filter(|key| key.revocation.is_none() && now < key.ends_at());
        for key in live {
            let key = key.settled(now);
            uses.entry(key.digest_key).or_default().api_keys += 1;
            if let Some(rotation) = &key.rotation {
                let newer = Some(rotation.successor.digest_key);
                uses.entry(newer).or_default().api_keys += 1;
            }
        }
    }
    let mut after: Option<String> = None;
    loop {
        let page = store.clients(after.as_deref(), STRIDE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id.to_string());
        for client in page.iter().filter(|client| client.is_active(now)) {
            uses.entry(client.secret_digest_key).or_default().clients += 1;
        }
    }
    let mut after: Option<String> = None;
    loop {
        let page = store.operator_tokens(after.as_deref(), STRIDE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id.to_string());
        let live = page
            .iter()
            .filter(|token| token.revocation.is_none() && now < token.expires_at);
        for token in live {
            uses.entry(token.digest_key).or_default().operator_tokens += 1;
        }
    }
    Ok(uses)
}

/// What stands under keys that are not configured: none of it is accepted.
pub(crate) fn orphaned(uses: &Uses, keys: &DigestKeys) -> Vec<(DigestKeyId, Held)> {
    let named = uses.iter().filter_map(|(id, held)| Some(((*id)?, *held)));
    named.filter(|(id, _)| keys.get(*id).is_none()).collect()
}

/// Tells in the log what nobody can use any more, once at the start.
pub(crate) async fn warn(store: &dyn Read, keys: &DigestKeys, now: base::Timestamp) {
    match count(store, now).await {
        Ok(uses) => {
            for (id, held) in orphaned(&uses, keys) {
                tracing::warn!(
                    digest_key = %id,
                    api_keys = held.api_keys,
                    clients = held.clients,
                    operator_tokens = held.operator_tokens,
                    "secrets stand under a digest key that is not configured; all of them are refused"
                );
            }
        }
        Err(error) => tracing::error!(%error, "what stands under which digest key is not known"),
    }
}
