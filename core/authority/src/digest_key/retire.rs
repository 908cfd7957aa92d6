//! A digest key may be known to somebody else: whatever stands under it is
//! refused from now on. Nothing of it ends in the records, and nothing of it
//! comes back: a holder gets a secret under another key.

use base::{Lifetime, Timestamp};
use credential::{ClientId, DigestKeyId, DigestKeys};
use jose::MAX_LEEWAY;
use snapshot::{Change, Cutoff, CutoffTarget};

use super::{RetiredDigestKey, refused};
use crate::audit::{Action, Origin};
use crate::token::ACCESS_TOKEN_LIFETIME;
use crate::{Effect, Plan, Refusal, Writes};

/// What retiring is decided by.
#[derive(Debug, Clone, Copy)]
pub struct RetireFacts<'a> {
    /// The digest keys that are configured.
    pub digest_keys: &'a DigestKeys,
    /// Those that were retired before.
    pub retired: &'a [RetiredDigestKey],
    /// The clients whose secret stands under the key, or names none: their
    /// tokens end too. Those that a revocation or their age has ended may be
    /// left out.
    pub clients: &'a [ClientId],
}

/// Retires the digest key with that id, for a reason in the operator's words.
/// It may be the current one: until there is another, nothing can be made.
pub fn retire(
    id: DigestKeyId,
    facts: RetireFacts<'_>,
    reason: &str,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<RetiredDigestKey>, Refusal> {
    if refused(facts.retired).refuses(Some(id)) {
        let kind = "digest_key";
        let id = id.to_string();
        return Err(Refusal::AlreadyRevoked { kind, id });
    }
    // What is not configured is refused as it is.
    if facts.digest_keys.get(id).is_none() {
        let kind = "digest_key";
        let id = id.to_string();
        return Err(Refusal::NotFound { kind, id });
    }
    let record = RetiredDigestKey {
        digest_key: id,
        environment: origin.environment.clone(),
        retired_at: now,
        reason: reason.to_owned(),
    };
    let event = origin.event(
        Action::DigestKeyRetired,
        Some(id.to_string()),
        reason.to_owned(),
        now,
    );
    let retired = Change::DigestKeyRetired {
        digest_key: id,
        at: now,
    };
    let cutoffs = facts.clients.iter().map(|client| cut_off(client, now));
    Ok(Plan {
        outcome: record.clone(),
        writes: Writes {
            effects: vec![Effect::RetireDigestKey(record)],
            audit: vec![event],
            changes: std::iter::once(retired).chain(cutoffs).collect(),
        },
    })
}

/// Ends the tokens that a client has got so far. `iat` has whole seconds: one of
/// this very second counts as issued before.
fn cut_off(client: &ClientId, now: Timestamp) -> Change {
    let not_before = now.after(Lifetime::from_secs(1));
    Change::CutOff(Cutoff {
        target: CutoffTarget::Client(client.clone()),
        not_before,
        expires_at: not_before
            .after(ACCESS_TOKEN_LIFETIME)
            .after(MAX_LEEWAY)
            .after(MAX_LEEWAY),
    })
}
