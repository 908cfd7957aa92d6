//! `doorward key transfer`.

use admin::answer::ChangedApiKeyAnswer;

use super::record::record_text;
use super::{PATH, in_force_text};
use crate::admin_api::{Connection, record_path};
use crate::answer::{Exit, Fault};

/// The arguments of `key transfer`.
#[derive(clap::Args)]
pub(crate) struct Transfer {
    #[command(flatten)]
    connection: Connection,
    /// Its id.
    id: String,
    /// Who answers for it from now on.
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Whether that is a person or a service; a service if not said.
    #[arg(long, value_name = "KIND")]
    owner_kind: Option<String>,
}

impl Transfer {
    /// Does it.
    pub(super) fn run(self) -> Result<Exit, Fault> {
        let session = self.connection.open()?;
        let path = format!("{}/transfer", record_path(PATH, &self.id)?);
        let body = serde_json::json!({ "owner": self.owner, "owner_kind": self.owner_kind });
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
