//! `doorward key import FILE`: keys of another system, by the SHA-256 of their
//! texts, one JSON object a line: all of them or none.

use std::path::PathBuf;

use admin::answer::{ApiKeyAnswer, ImportedAnswer};
use serde_json::json;

use super::PATH;
use super::items::{read_items, send};
use crate::admin_api::Connection;
use crate::answer::{Exit, Fault};
use crate::table::{plain, table, text};

/// How many keys are imported at once.
const MOST: usize = 1_000;

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
        let shown = self.file.display();
        // More than one request could end between two: half a file would be
        // imported, and the other half could not be sent again with it.
        if items.len() > MOST {
            let count = items.len();
            return Err(Fault::new(
                format!("{shown} has {count} keys; {MOST} are imported at once, or none of them"),
                format!("split it, such as with: split -l {MOST} {shown}"),
            ));
        }
        if items.is_empty() {
            return Err(Fault::new(
                format!("{shown} has no key"),
                "write one JSON object a line, with the fields of a key, sha256 and from",
            ));
        }
        let body = json!({ "items": items.iter().map(|(_, item)| item).collect::<Vec<_>>() });
        let answer = send(&session, &format!("{PATH}/import"), &body, &items)?;
        session.tell(answer, |answer: &ImportedAnswer| list_text(&answer.items))?;
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
