//! `doorward key resume`.

use admin::answer::ChangedApiKeyAnswer;

use super::record::record_text;
use super::{PATH, in_force_text};
use crate::admin_api::{Connection, record_path};
use crate::answer::{Exit, Fault};

/// The arguments of `key resume`.
#[derive(clap::Args)]
pub(crate) struct Resume {
    #[command(flatten)]
    connection: Connection,
    /// Its id.
    id: String,
}

impl Resume {
    /// Does it.
    pub(super) fn run(self) -> Result<Exit, Fault> {
        let session = self.connection.open()?;
        let path = format!("{}/resume", record_path(PATH, &self.id)?);
        let body = serde_json::json!({});
        session.tell(
            session.post(&path, &body)?,
            |changed: &ChangedApiKeyAnswer| {
                format!(
                    "{}\n\n{}",
                    record_text(&changed.api_key),
                    in_force_text(changed.in_force, "The gate accepts it"),
                )
            },
        )?;
        Ok(Exit::Done)
    }
}
