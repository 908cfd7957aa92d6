//! `doorward key review`.

use admin::answer::ChangedApiKeyAnswer;

use super::record::record_text;
use super::{PATH, in_force_text};
use crate::admin_api::{Connection, record_path};
use crate::answer::{Exit, Fault};

/// The arguments of `key review`.
#[derive(clap::Args)]
pub(crate) struct Review {
    #[command(flatten)]
    connection: Connection,
    /// Its id.
    id: String,
    /// What you found, in one line; the audit keeps it.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

impl Review {
    /// Does it.
    pub(super) fn run(self) -> Result<Exit, Fault> {
        let session = self.connection.open()?;
        let path = format!("{}/review", record_path(PATH, &self.id)?);
        let body = serde_json::json!({ "note": self.note });
        session.tell(
            session.post(&path, &body)?,
            |changed: &ChangedApiKeyAnswer| {
                format!(
                    "{}\n\n{}",
                    record_text(&changed.api_key),
                    in_force_text(changed.in_force, "The gate knows it"),
                )
            },
        )?;
        Ok(Exit::Done)
    }
}
