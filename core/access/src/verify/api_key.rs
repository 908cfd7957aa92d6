//! An API key: known, its secret right, of this environment, not revoked, not
//! ended. To its presenter all failures are one; the audit tells them apart.

use std::sync::Arc;

use base::{Digest, Timestamp};
use credential::{ApiKeyId, PresentedApiKey};
use snapshot::ApiKeyEntry;

use crate::{Denial, Judge, Principal, Rule};

pub(super) fn check(text: &str, judge: &Judge<'_>, now: Timestamp) -> Result<Principal, Denial> {
    let presented = PresentedApiKey::parse(text)
        .map_err(|_| Denial::new(Rule::ApiKeyMalformed).judged(false))?;
    let snapshot = judge.view.snapshot();
    let environment = snapshot.environment();
    let entry = match matching(&presented, judge) {
        Ok(entry) => entry,
        // The tag says where it belongs; a key from there is not known here.
        Err(_) if presented.class() != environment.class => {
            return Err(Denial::new(Rule::WrongEnvironment)
                .judged(false)
                .with_finding("The API key is tagged for another class of environment."));
        }
        Err(rule) => return Err(Denial::new(rule).judged(false)),
    };
    let no_longer =
        if entry.environment != environment.name || presented.class() != environment.class {
            Some(Rule::WrongEnvironment)
        } else if entry.revoked_at.is_some() {
            Some(Rule::ApiKeyRevoked)
        } else if now >= entry.expires_at {
            Some(Rule::ApiKeyExpired)
        } else {
            None
        };
    let principal = Principal::ApiKey(Arc::clone(entry));
    match no_longer {
        None => Ok(principal),
        Some(rule) => Err(Denial::new(rule)
            .genuine_as(&principal)
            .with_finding(finding(rule))),
    }
}

pub(super) fn genuine(text: &str, judge: &Judge<'_>) -> Option<ApiKeyId> {
    let presented = PresentedApiKey::parse(text).ok()?;
    matching(&presented, judge)
        .ok()
        .map(|entry| entry.id.clone())
}

/// The entry whose digest the text has. An unknown id costs the same digest
/// and the same comparison as a known one.
fn matching<'a>(
    presented: &PresentedApiKey<'_>,
    judge: &Judge<'a>,
) -> Result<&'a Arc<ApiKeyEntry>, Rule> {
    let view = judge.view;
    let digest = presented.digest(judge.digest_key);
    let entry = view.snapshot().shared_api_key(presented.id());
    let genuine = entry
        .map_or(&NOBODY, |entry| &entry.digest)
        .matches(&digest);
    match entry {
        Some(entry) if genuine => Ok(entry),
        Some(_) => Err(Rule::ApiKeyDigest),
        None => Err(Rule::ApiKeyUnknown),
    }
}

/// What an unknown id is compared with. Even a match would not count.
const NOBODY: Digest = Digest::new([0; 32]);

const fn finding(rule: Rule) -> &'static str {
    match rule {
        Rule::ApiKeyRevoked => "The API key was revoked.",
        Rule::ApiKeyExpired => "The API key has ended.",
        _ => "The API key belongs to another environment.",
    }
}
