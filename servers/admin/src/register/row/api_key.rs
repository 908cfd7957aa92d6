//! The row of an API key.

use authority::api_key::{
    ApiKey, OwnerKind as RecordedKind, RotationPolicy, StorageLevel as Level,
};
use base::{Lifetime, Timestamp};
use credential::CredentialKind;
use posture::{Ended, Owner, OwnerKind, RevokePath, Row, RowKind, Storage, StorageLevel};
use snapshot::Usage;

use super::super::load::Facts;
use super::accepted;

const DAY: u64 = 86_400;
const QUARTER: Lifetime = Lifetime::from_secs(90 * DAY);
const HALF_YEAR: Lifetime = Lifetime::from_secs(180 * DAY);

pub(in super::super) fn row(
    key: &ApiKey,
    usage: Option<Usage>,
    last_drill_at: Option<Timestamp>,
    facts: &Facts,
) -> Row {
    let accountability = &key.accountability;
    let (kind, word) = match key.owner_kind {
        RecordedKind::Person => (OwnerKind::Person, "person"),
        RecordedKind::Service => (OwnerKind::Service, "service"),
    };
    let actor = format!(
        "{word} of {}: {}",
        accountability.organisation, accountability.purpose
    );
    let presented_as = vec![CredentialKind::ApiKey];
    let audience = key.audience.as_str();
    let newest_since = key.rotation.as_ref().map(|rotation| rotation.staged_at);
    Row {
        kind: RowKind::ApiKey,
        id: key.id.to_string(),
        types: accepted(&presented_as, &[audience], &facts.inventory, facts.now),
        presented_as,
        actor: Some(actor),
        scopes: key.scopes.clone(),
        audiences: vec![audience.to_owned()],
        owns_paths: false,
        owner: Some(Owner {
            name: accountability.owner.clone(),
            kind,
        }),
        organisation: Some(accountability.organisation.clone()),
        revoke: RevokePath::of(RowKind::ApiKey, key.id.as_str()),
        storage: storage(key),
        created_at: Some(key.created_at),
        secret_since: newest_since
            .or(key.secret_created_at)
            .or(Some(key.created_at)),
        longest_age: Some(longest_age(key.rotation_policy, facts.now)),
        expires_at: Some(key.ends_at()),
        is_ahead: false,
        has_successor: key
            .rotation
            .as_ref()
            .is_some_and(|rotation| facts.now < rotation.ends_at),
        ended: ended(key, facts.now),
        usage,
        is_watched: true,
        last_drill_at,
    }
}

fn ended(key: &ApiKey, now: Timestamp) -> Option<Ended> {
    if let Some(revocation) = &key.revocation {
        return Some(Ended::Revoked(revocation.at));
    }
    if now >= key.ends_at() {
        return Some(Ended::Expired(key.ends_at()));
    }
    let suspended_at = key.suspended_at().filter(|_| key.is_suspended(now));
    suspended_at.map(Ended::Suspended)
}

fn longest_age(policy: RotationPolicy, now: Timestamp) -> Lifetime {
    match policy {
        RotationPolicy::Quarterly => QUARTER,
        RotationPolicy::Semiannual { improve_by } if now >= improve_by => QUARTER,
        RotationPolicy::Semiannual { .. } => HALF_YEAR,
    }
}

fn storage(key: &ApiKey) -> Option<Storage> {
    let path = key.secret_path.as_ref()?;
    let level = match path.level {
        Level::SecretsManager => StorageLevel::SecretsManager,
        Level::File => StorageLevel::File,
        Level::DotEnv => StorageLevel::DotEnv,
        Level::Environment => StorageLevel::Environment,
        Level::CiVariable => StorageLevel::CiVariable,
        Level::SharedStorage => StorageLevel::SharedStorage,
    };
    Some(Storage {
        level,
        place: path.place.clone(),
        transport: Some(path.transport.clone()),
        readers: path.readers.iter().map(ToString::to_string).collect(),
        readable_by_others: None,
    })
}
