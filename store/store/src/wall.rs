//! The environment is the wall: nothing of another one gets into a store.
//! Pure rules that every implementation applies before it writes.

use authority::accountability::Revocation;
use authority::api_key::ApiKey;
use authority::owner::Owner;
use authority::versioned::VersionedRecord;
use authority::{Effect, Installation, Writes};
use base::{Name, Timestamp};
use snapshot::Change;

use crate::audit::AuditBody;
use crate::{Conflict, RecordKind, StoreFault};

/// Checks all that can be checked of `writes` without its records: that a
/// store is installed exactly once and first of all, and that everything
/// belongs to its environment.
pub fn check_writes(writes: &Writes, installed: Option<&Installation>) -> Result<(), Conflict> {
    let mut environment = installed.map(|installation| &installation.environment.name);
    for effect in &writes.effects {
        match (effect, environment) {
            (Effect::Install(_), Some(_)) => return Err(Conflict::AlreadyInstalled),
            (Effect::Install(installation), None) => {
                environment = Some(&installation.environment.name);
            }
            (_, None) => return Err(Conflict::NotInstalled),
            (_, Some(environment)) => {
                if let Some((found, kind, id)) = environment_of_effect(effect) {
                    same(environment, found, kind, id)?;
                }
            }
        }
    }
    let environment = environment.ok_or(Conflict::NotInstalled)?;
    for event in &writes.audit {
        let id = event.request_id.as_str();
        same(environment, &event.environment, RecordKind::AuditEvent, id)?;
    }
    writes.changes.iter().try_for_each(|change| match change {
        Change::ApiKeyPut(entry) => {
            let id = entry.id.as_str();
            same(environment, &entry.environment, RecordKind::ApiKey, id)
        }
        Change::ClientPut(entry) => {
            let id = entry.id.as_str();
            same(environment, &entry.environment, RecordKind::Client, id)
        }
        Change::InventoryApplied(_)
        | Change::ApiKeyRevoked { .. }
        | Change::ClientRevoked { .. }
        | Change::OwnerDisabled { .. }
        | Change::OwnerEnabled { .. }
        | Change::DigestKeyRetired { .. }
        | Change::KeysPublished { .. }
        | Change::TokenDenied { .. }
        | Change::CutOff(_) => Ok(()),
    })
}

/// Checks that a store is installed and that every record belongs to its
/// environment.
pub fn check_decisions(
    records: &[AuditBody],
    installed: Option<&Installation>,
) -> Result<(), StoreFault> {
    let installation = installed.ok_or(StoreFault::NotInstalled)?;
    let environment = &installation.environment.name;
    match records
        .iter()
        .filter_map(AuditBody::environment)
        .find(|found| *found != environment)
    {
        Some(found) => Err(StoreFault::OtherEnvironment {
            found: found.clone(),
        }),
        None => Ok(()),
    }
}

/// The end of an operator token. Writes of the version before have no reason.
pub fn operator_token_revocation(at: Timestamp, reason: Option<&str>) -> Revocation {
    Revocation {
        at,
        reason: reason.unwrap_or("revoked by an operator").to_owned(),
    }
}

fn environment_of_effect(effect: &Effect) -> Option<(&Name, RecordKind, &str)> {
    match effect {
        Effect::CreateApiKey(record) => {
            Some((&record.environment, RecordKind::ApiKey, record.id.as_str()))
        }
        Effect::ReplaceApiKey { record, .. } => {
            Some((&record.environment, RecordKind::ApiKey, record.id.as_str()))
        }
        Effect::RecordDrill(record) => {
            Some((&record.environment, RecordKind::Drill, record.id.as_str()))
        }
        Effect::PutOwner { owner, .. } => {
            Some((&owner.environment, RecordKind::Owner, owner.name.as_str()))
        }
        // An id of 8 digits has no text of its own to lend.
        Effect::RetireDigestKey(record) => Some((&record.environment, RecordKind::DigestKey, "")),
        Effect::CreateClient(record) => {
            Some((&record.environment, RecordKind::Client, record.id.as_str()))
        }
        Effect::CreateOperatorToken(record) => Some((
            &record.environment,
            RecordKind::OperatorToken,
            record.id.as_str(),
        )),
        // Its id is made of others; the kind says enough.
        Effect::PutRecord { record, .. } => Some((
            record.environment(),
            RecordKind::Versioned(record.kind()),
            "of the commit",
        )),
        Effect::CreateSigningKey(record) => Some((
            &record.environment,
            RecordKind::SigningKey,
            record.key_id.as_str(),
        )),
        Effect::Install(_)
        | Effect::RevokeApiKey { .. }
        | Effect::RevokeClient { .. }
        | Effect::RevokeOperatorToken { .. }
        | Effect::SetSigningKeyStage(_)
        | Effect::ForgetSigningKey { .. }
        | Effect::AdvanceKeyRing { .. }
        | Effect::UseSigningKey { .. }
        | Effect::ApplyInventory(_) => None,
    }
}

fn same(environment: &Name, found: &Name, kind: RecordKind, id: &str) -> Result<(), Conflict> {
    if environment == found {
        return Ok(());
    }
    Err(Conflict::OtherEnvironment {
        kind,
        id: id.to_owned(),
    })
}

/// The precondition of [`Effect::ReplaceApiKey`] over the record that is held.
pub fn check_replacement(held: &ApiKey, from: u64) -> Result<(), Conflict> {
    let id = || held.id.to_string();
    if held.revocation.is_some() {
        return Err(Conflict::AlreadyRevoked {
            kind: RecordKind::ApiKey,
            id: id(),
        });
    }
    if held.version != from {
        return Err(Conflict::ApiKeyVersion {
            id: id(),
            from,
            found: held.version,
        });
    }
    Ok(())
}

/// The precondition of [`Effect::PutOwner`] over the record that is held, if any.
pub fn check_owner(held: Option<&Owner>, from: u64, owner: &Owner) -> Result<(), Conflict> {
    let found = held.map_or(0, |held| held.version);
    if found == from {
        return Ok(());
    }
    Err(Conflict::OwnerVersion {
        name: owner.name.to_string(),
        from,
        found,
    })
}

/// The precondition of [`Effect::PutRecord`] over the version that is held, 0
/// for none; and that the record is the next one.
pub fn check_record(found: u64, from: u64, record: &VersionedRecord) -> Result<(), Conflict> {
    if found == from && from.checked_add(1) == Some(record.version()) {
        return Ok(());
    }
    Err(Conflict::RecordVersion {
        kind: record.kind(),
        id: record.id(),
        from,
        found,
    })
}
