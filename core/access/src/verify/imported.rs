//! An API key that another system made: found by the keyed digest of its text,
//! for it names no id of ours. What begins like a secret of ours is never
//! looked up here, and nothing is where nothing was imported.

use base::Timestamp;
use credential::{ApiKeyId, PresentedForeignKey};
use snapshot::ApiKeyRef;

use super::api_key::{Secret, ended, settle};
use crate::{Denial, Judge, Principal, Rule};

pub(super) fn check(text: &str, judge: &Judge<'_>, now: Timestamp) -> Result<Principal, Denial> {
    let snapshot = judge.view.snapshot();
    let malformed = || Denial::new(Rule::ApiKeyMalformed).judged(false);
    if !snapshot.has_imported_keys() {
        return Err(malformed());
    }
    let presented = PresentedForeignKey::parse(text).map_err(|_| malformed())?;
    let Some(entry) = find(&presented, judge) else {
        return Err(Denial::new(Rule::ApiKeyUnknown).judged(false));
    };
    let secret = Secret::older(&entry);
    let elsewhere = entry.environment() != snapshot.environment().name.as_str();
    let no_longer = match elsewhere {
        true => Some(Rule::WrongEnvironment),
        false => ended(&entry, secret, judge, now),
    };
    settle(entry, secret, no_longer)
}

pub(super) fn genuine(text: &str, judge: &Judge<'_>) -> Option<ApiKeyId> {
    if !judge.view.snapshot().has_imported_keys() {
        return None;
    }
    let presented = PresentedForeignKey::parse(text).ok()?;
    find(&presented, judge)?.id().parse().ok()
}

/// The entry whose text it is. Every digest key is tried, whatever the first
/// ones say: a known text costs what an unknown one does.
fn find(presented: &PresentedForeignKey, judge: &Judge<'_>) -> Option<ApiKeyRef> {
    let snapshot = judge.view.snapshot();
    let mut found = None;
    for key in judge.digest_keys.iter() {
        let digest = presented.digest(key);
        let id = snapshot.imported_key(&digest);
        let entry = id.and_then(|id| snapshot.api_key(id.as_str()));
        // A record names the key of its digest: another one's look-alike is none.
        let entry = entry.filter(|entry| {
            let is_its_key = entry.digest_key().is_none_or(|id| id == key.id());
            entry.imported() && is_its_key && digest.matches(entry.digest())
        });
        found = entry.or(found);
    }
    found
}
