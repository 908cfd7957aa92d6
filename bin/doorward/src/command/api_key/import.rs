//! `doorward key import FILE`: keys of another system, by the SHA-256 of their
//! texts, one JSON object a line.

use std::path::PathBuf;

use admin::answer::{ApiKeyAnswer, ImportedAnswer};
use serde_json::{Value, json};

use super::PATH;
use super::bulk::read_items;
use crate::admin_api::{Connection, pretty};
use crate::answer::{Exit, Fault, print};
use crate::table::{plain, table, text};

/// How many keys one request imports.
const AT_ONCE: usize = 1_000;

/// The arguments of `key import`.
#[derive(clap::Args)]
pub(crate) struct Import {
    #[command(flatten)]
    connection: Connection,
    /// A file with one JSON object a line: the fields of a key, sha256 (of its
    /// text) and from (the system that made it).
    file: PathBuf,
}

impl Import {
    /// Does it.
    pub(super) fn run(self) -> Result<Exit, Fault> {
        let session = self.connection.open()?;
        let items = read_items(&self.file)?;
        let mut imported: Vec<Value> = Vec::new();
        for chunk in items.chunks(AT_ONCE) {
            let body = json!({ "items": chunk.iter().map(|(_, item)| item).collect::<Vec<_>>() });
            let answer = session.post(&format!("{PATH}/import"), &body)?;
            if let Some(Value::Array(items)) = answer.get("items") {
                imported.extend_from_slice(items);
            }
        }
        let whole = json!({ "items": imported, "in_force": null });
        if session.is_json() {
            print(&pretty(&whole))?;
            return Ok(Exit::Done);
        }
        session.tell(whole, |answer: &ImportedAnswer| list_text(&answer.items))?;
        Ok(Exit::Done)
    }
}

fn list_text(api_keys: &[ApiKeyAnswer]) -> String {
    let mut rows = table(["id", "from", "owner", "expires"]);
    for api_key in api_keys {
        let from = api_key.life.imported_from.as_deref();
        let row = [
            api_key.id.as_str(),
            from.unwrap_or_default(),
            &api_key.owner,
            &api_key.expires_at,
        ];
        rows.add_row(row.map(plain));
    }
    format!(
        "{}\n\nEach is accepted by its old text until it expires. Rotate it before: doorward key \
         rotate ID.",
        text(&rows)
    )
}
