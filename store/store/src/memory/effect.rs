//! Each effect and its precondition.

use authority::Effect;
use authority::accountability::Revocation;
use authority::api_key::ApiKey;
use authority::inventory::InventoryVersion;
use authority::signing_key::SigningKeyRecord;
use imbl::OrdMap;
use snapshot::{KeyStage, Snapshot};

use super::state::State;
use crate::{Conflict, RecordKind, wall};

impl State {
    /// Applies one effect, if its precondition holds.
    pub(super) fn apply(&mut self, effect: Effect) -> Result<(), Conflict> {
        match effect {
            Effect::Install(installation) => {
                let environment = installation.environment.clone();
                let snapshot = Snapshot::empty(environment, installation.issuer.clone());
                self.snapshot = Some(snapshot);
                self.installation = Some(installation);
                Ok(())
            }
            Effect::CreateApiKey(record) => {
                let id = record.id.to_string();
                create(&mut self.api_keys, RecordKind::ApiKey, id, *record)
            }
            Effect::ReplaceApiKey { from, record } => self.replace_api_key(from, *record),
            Effect::RevokeApiKey { id, at, reason } => {
                let records = &mut self.api_keys;
                revoke(records, RecordKind::ApiKey, id.as_str(), |record| {
                    end(&mut record.revocation, Revocation { at, reason })
                })
            }
            Effect::RecordDrill(record) => {
                let id = record.id.to_string();
                create(&mut self.drills, RecordKind::Drill, id, record)
            }
            Effect::PutOwner { from, owner } => {
                let name = owner.name.to_string();
                wall::check_owner(self.owners.get(&name), from, &owner)?;
                self.owners.insert(name, owner);
                Ok(())
            }
            Effect::RetireDigestKey(record) => {
                let id = record.digest_key.to_string();
                if self.retired_digest_keys.contains_key(&id) {
                    let kind = RecordKind::DigestKey;
                    return Err(Conflict::AlreadyRevoked { kind, id });
                }
                self.retired_digest_keys.insert(id, record);
                Ok(())
            }
            Effect::CreateClient(record) => {
                let id = record.id.to_string();
                create(&mut self.clients, RecordKind::Client, id, record)
            }
            Effect::RevokeClient { id, at, reason } => {
                let records = &mut self.clients;
                revoke(records, RecordKind::Client, id.as_str(), |record| {
                    end(&mut record.revocation, Revocation { at, reason })
                })
            }
            Effect::CreateOperatorToken(record) => {
                let id = record.id.to_string();
                let kind = RecordKind::OperatorToken;
                create(&mut self.operator_tokens, kind, id, record)
            }
            Effect::RevokeOperatorToken { id, at, reason } => {
                let records = &mut self.operator_tokens;
                let revocation = wall::operator_token_revocation(at, reason.as_deref());
                revoke(records, RecordKind::OperatorToken, id.as_str(), |record| {
                    end(&mut record.revocation, revocation)
                })
            }
            Effect::CreateSigningKey(record) => {
                let id = record.key_id.to_string();
                create(&mut self.signing_keys, RecordKind::SigningKey, id, record)
            }
            Effect::SetSigningKeyStage(change) => {
                let record = self.signing_key(change.key_id.as_str())?;
                let found = record.stage;
                match record.step(&change) {
                    true => Ok(()),
                    false => Err(stage(change.key_id.as_str(), found)),
                }
            }
            Effect::ForgetSigningKey { key_id } => {
                let found = self.signing_key(key_id.as_str())?.stage;
                if found != KeyStage::Retired {
                    return Err(stage(key_id.as_str(), found));
                }
                self.signing_keys.remove(key_id.as_str());
                Ok(())
            }
            Effect::AdvanceKeyRing { from, default } => {
                let found = self.key_ring.version;
                if from != found {
                    return Err(Conflict::KeyRing { from, found });
                }
                self.key_ring.version = found.saturating_add(1);
                self.key_ring.default = default;
                Ok(())
            }
            Effect::UseSigningKey { key_id, at } => {
                let record = self.signing_key(key_id.as_str())?;
                match record.may_sign(at) {
                    true => Ok(()),
                    false => Err(stage(key_id.as_str(), record.stage)),
                }
            }
            Effect::ApplyInventory(version) => self.apply_inventory(version),
            Effect::PutRecord { from, record } => self.put_record(from, *record),
        }
    }

    fn replace_api_key(&mut self, from: u64, record: ApiKey) -> Result<(), Conflict> {
        let kind = RecordKind::ApiKey;
        let id = record.id.to_string();
        let Some(held) = self.api_keys.get_mut(&id) else {
            return Err(Conflict::Unknown { kind, id });
        };
        wall::check_replacement(held, from)?;
        *held = record;
        Ok(())
    }

    fn signing_key(&mut self, key_id: &str) -> Result<&mut SigningKeyRecord, Conflict> {
        let record = self.signing_keys.get_mut(key_id);
        record.ok_or_else(|| Conflict::Unknown {
            kind: RecordKind::SigningKey,
            id: key_id.to_string(),
        })
    }

    fn apply_inventory(&mut self, version: InventoryVersion) -> Result<(), Conflict> {
        let in_force = self.inventories.back().map_or(0, |held| held.version);
        if in_force.checked_add(1) != Some(version.version) {
            return Err(Conflict::InventoryVersion {
                in_force,
                found: version.version,
            });
        }
        self.inventories.push_back(version);
        Ok(())
    }
}

fn stage(key_id: &str, found: KeyStage) -> Conflict {
    Conflict::SigningKeyStage {
        id: key_id.to_string(),
        found,
    }
}

fn create<R: Clone>(
    records: &mut OrdMap<String, R>,
    kind: RecordKind,
    id: String,
    record: R,
) -> Result<(), Conflict> {
    if records.contains_key(&id) {
        return Err(Conflict::Exists { kind, id });
    }
    records.insert(id, record);
    Ok(())
}

/// `end` says whether it was still to be ended.
fn revoke<R: Clone>(
    records: &mut OrdMap<String, R>,
    kind: RecordKind,
    id: &str,
    end: impl FnOnce(&mut R) -> bool,
) -> Result<(), Conflict> {
    let named = || id.to_owned();
    let record = records
        .get_mut(id)
        .ok_or_else(|| Conflict::Unknown { kind, id: named() })?;
    if end(record) {
        return Ok(());
    }
    Err(Conflict::AlreadyRevoked { kind, id: named() })
}

fn end(held: &mut Option<Revocation>, revocation: Revocation) -> bool {
    let live = held.is_none();
    if live {
        *held = Some(revocation);
    }
    live
}
