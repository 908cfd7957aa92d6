//! A whole snapshot, put together from the facts of the gates.

use std::collections::BTreeMap;

use boundary::Inventory;
use rusqlite::Connection;
use snapshot::{InventoryEntry, Snapshot};
use store::StoreFault;

use crate::fault::fault;
use crate::writer::{Heads, kind};

/// Everything that a gate judges by, at the head. The facts are kept as the
/// snapshot's own serialised form has them, so they only have to be joined.
pub(crate) fn snapshot(connection: &Connection) -> Result<Snapshot, StoreFault> {
    let heads = Heads::read(connection)?;
    let installation = heads.installation.ok_or(StoreFault::NotInstalled)?;
    let facts = facts(connection)?;
    let list = |kind: &str| facts.get(kind).map_or("", String::as_str);
    let one = |kind: &str, absent: String| match facts.get(kind) {
        Some(body) => body.clone(),
        None => absent,
    };
    let json = |value: serde_json::Result<String>| {
        value.map_err(|_| StoreFault::unavailable("the snapshot cannot be written as JSON"))
    };
    let none = InventoryEntry {
        version: 0,
        inventory: Inventory::default().into(),
    };
    let text = format!(
        r#"{{"environment":{},"issuer":{},"revision":{},"inventory":{},"published_keys":{},"api_keys":[{}],"clients":[{}],"denied_tokens":[{}],"cutoffs":[{}],"disabled_owners":[{}],"retired_digest_keys":[{}]}}"#,
        json(serde_json::to_string(&installation.environment))?,
        json(serde_json::to_string(&installation.issuer))?,
        heads.revision,
        one(kind::INVENTORY, json(serde_json::to_string(&none))?),
        one(kind::PUBLISHED_KEYS, "[]".to_owned()),
        list(kind::API_KEY),
        list(kind::CLIENT),
        list(kind::DENIED_TOKEN),
        list(kind::CUTOFF),
        list(kind::DISABLED_OWNER),
        list(kind::RETIRED_DIGEST_KEY),
    );
    serde_json::from_str(&text).map_err(|_| StoreFault::corrupt("the facts of the gates"))
}

/// The bodies of each kind, with commas between them.
fn facts(connection: &Connection) -> Result<BTreeMap<String, String>, StoreFault> {
    let sql = "SELECT kind, body FROM gate_fact";
    let mut statement = connection.prepare_cached(sql).map_err(fault)?;
    let mut rows = statement.query([]).map_err(fault)?;
    let mut facts: BTreeMap<String, String> = BTreeMap::new();
    while let Some(row) = rows.next().map_err(fault)? {
        let kind = row.get_ref(0).map_err(fault)?;
        let body = row.get_ref(1).map_err(fault)?;
        let damaged = || StoreFault::corrupt("the facts of the gates");
        let kind = kind.as_str().map_err(|_| damaged())?;
        let body = body.as_str().map_err(|_| damaged())?;
        match facts.get_mut(kind) {
            Some(bodies) => {
                bodies.push(',');
                bodies.push_str(body);
            }
            None => {
                facts.insert(kind.to_owned(), body.to_owned());
            }
        }
    }
    Ok(facts)
}
