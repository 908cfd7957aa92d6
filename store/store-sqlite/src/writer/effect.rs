//! Each effect under its precondition.

use authority::Effect;
use authority::Installation;
use authority::accountability::Revocation;
use authority::api_key::ApiKey;
use authority::client::Client;
use authority::inventory::InventoryVersion;
use authority::operator_token::OperatorToken;
use authority::signing_key::{KeyRing, SigningKeyRecord};
use rusqlite::{Connection, OptionalExtension};
use store::{Conflict, RecordKind, StoreFault, wall};

use super::failure::Failure;
use super::heads::number;
use super::{digest_key, drill, owner, signing_key, versioned};
use crate::record::{Kept, Record, Revocable};

/// Applies one effect in the store of that environment. The wall has been
/// checked, so each record is of this environment.
pub(super) fn apply(
    connection: &Connection,
    effect: &Effect,
    environment: &str,
) -> Result<(), Failure> {
    match effect {
        Effect::Install(installation) => install(connection, installation),
        Effect::CreateApiKey(record) => create::<ApiKey>(connection, record),
        Effect::ReplaceApiKey { from, record } => {
            replace_api_key(connection, environment, *from, record)
        }
        Effect::RevokeApiKey { id, at, reason } => {
            let revocation = Revocation {
                at: *at,
                reason: reason.clone(),
            };
            revoke::<ApiKey>(connection, environment, id.as_str(), revocation)
        }
        Effect::RecordDrill(record) => drill::record(connection, record),
        Effect::PutOwner { from, owner } => owner::put(connection, environment, *from, owner),
        Effect::RetireDigestKey(record) => digest_key::retire(connection, record),
        Effect::CreateClient(record) => create::<Client>(connection, record),
        Effect::RevokeClient { id, at, reason } => {
            let revocation = Revocation {
                at: *at,
                reason: reason.clone(),
            };
            revoke::<Client>(connection, environment, id.as_str(), revocation)
        }
        Effect::CreateOperatorToken(record) => create::<OperatorToken>(connection, record),
        Effect::RevokeOperatorToken { id, at, reason } => {
            let revocation = wall::operator_token_revocation(*at, reason.as_deref());
            revoke::<OperatorToken>(connection, environment, id.as_str(), revocation)
        }
        Effect::CreateSigningKey(record) => create::<SigningKeyRecord>(connection, record),
        Effect::SetSigningKeyStage(change) => signing_key::step(connection, environment, change),
        Effect::ForgetSigningKey { key_id } => {
            signing_key::forget(connection, environment, key_id.as_str())
        }
        Effect::AdvanceKeyRing { from, default } => {
            let head = KeyRing {
                version: from.saturating_add(1),
                default: *default,
                keys: Vec::new(),
            };
            signing_key::advance(connection, environment, *from, &head)
        }
        Effect::UseSigningKey { key_id, at } => {
            signing_key::require(connection, environment, key_id.as_str(), *at)
        }
        Effect::ApplyInventory(version) => apply_inventory(connection, environment, version),
        Effect::PutRecord { from, record } => {
            versioned::put(connection, environment, *from, record)
        }
    }
}

fn install(connection: &Connection, installation: &Installation) -> Result<(), Failure> {
    let body = serde_json::to_string(installation)?;
    let environment = installation.environment.name.as_str();
    let sql = "INSERT INTO installation VALUES (1, ?1, ?2)";
    connection.execute(sql, (environment, body))?;
    Ok(())
}

fn create<R: Record>(connection: &Connection, record: &R) -> Result<(), Failure> {
    let kind = R::KIND;
    let sql = format!(
        "INSERT INTO {kind} (environment, id, organisation, created_at, expires_at, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (environment, id) DO NOTHING"
    );
    let inserted = connection.prepare_cached(&sql)?.execute((
        record.environment().as_str(),
        record.id(),
        record.organisation().map(base::Name::as_str),
        record.created_at().unix_micros(),
        record.expires_at().unix_micros(),
        serde_json::to_string(record)?,
    ))?;
    if inserted == 1 {
        return Ok(());
    }
    let id = record.id().to_owned();
    Err(Conflict::Exists { kind, id }.into())
}

fn revoke<R: Revocable>(
    connection: &Connection,
    environment: &str,
    id: &str,
    revocation: Revocation,
) -> Result<(), Failure> {
    let kind = R::KIND;
    let named = || id.to_owned();
    let held: Option<R> = held(connection, environment, id)?;
    let mut record = held.ok_or_else(|| Conflict::Unknown { kind, id: named() })?;
    if record.revocation().is_some() {
        return Err(Conflict::AlreadyRevoked { kind, id: named() }.into());
    }
    let at = revocation.at.unix_micros();
    *record.revocation() = Some(revocation);
    let body = serde_json::to_string(&record)?;
    // The precondition once more, where it is written: it is the statement's own.
    let sql = format!(
        "UPDATE {kind} SET revoked_at = ?3, body = ?4
         WHERE environment = ?1 AND id = ?2 AND revoked_at IS NULL"
    );
    let updated = connection
        .prepare_cached(&sql)?
        .execute((environment, id, at, body))?;
    match updated {
        1 => Ok(()),
        _ => Err(Conflict::AlreadyRevoked { kind, id: named() }.into()),
    }
}

fn replace_api_key(
    connection: &Connection,
    environment: &str,
    from: u64,
    record: &ApiKey,
) -> Result<(), Failure> {
    let kind = RecordKind::ApiKey;
    let held: Option<ApiKey> = held(connection, environment, record.id.as_str())?;
    let held = held.ok_or_else(|| Conflict::Unknown {
        kind,
        id: record.id.to_string(),
    })?;
    wall::check_replacement(&held, from)?;
    let sql = "UPDATE api_key SET organisation = ?3, expires_at = ?4, body = ?5
               WHERE environment = ?1 AND id = ?2 AND revoked_at IS NULL";
    connection.prepare_cached(sql)?.execute((
        environment,
        record.id.as_str(),
        record.accountability.organisation.as_str(),
        Record::expires_at(record).unix_micros(),
        serde_json::to_string(record)?,
    ))?;
    Ok(())
}

/// The record with that id.
pub(super) fn held<R: Kept>(
    connection: &Connection,
    environment: &str,
    id: &str,
) -> Result<Option<R>, Failure> {
    let kind = R::KIND;
    let sql = format!("SELECT body FROM {kind} WHERE environment = ?1 AND id = ?2");
    let body: Option<String> = connection
        .prepare_cached(&sql)?
        .query_row((environment, id), |row| row.get(0))
        .optional()?;
    let read = |body: String| {
        serde_json::from_str(&body).map_err(|_| StoreFault::corrupt(format!("{kind} {id}")).into())
    };
    body.map(read).transpose()
}

fn apply_inventory(
    connection: &Connection,
    environment: &str,
    version: &InventoryVersion,
) -> Result<(), Failure> {
    let sql = "SELECT coalesce(max(version), 0) FROM inventory WHERE environment = ?1";
    let in_force: i64 = connection
        .prepare_cached(sql)?
        .query_row([environment], |row| row.get(0))?;
    let in_force = u64::try_from(in_force).map_err(|_| StoreFault::corrupt("the inventory"))?;
    let found = version.version;
    if in_force.checked_add(1) != Some(found) {
        return Err(Conflict::InventoryVersion { in_force, found }.into());
    }
    let body = serde_json::to_string(version)?;
    connection
        .prepare_cached("INSERT INTO inventory VALUES (?1, ?2, ?3)")?
        .execute((environment, number(found), body))?;
    Ok(())
}
