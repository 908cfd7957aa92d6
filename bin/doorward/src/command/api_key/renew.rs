//! `doorward key renew`.

use admin::answer::ChangedApiKeyAnswer;

use super::record::record_text;
use super::{PATH, in_force_text};
use crate::admin_api::{Connection, record_path};
use crate::answer::{Exit, Fault};

/// The arguments of `key renew`.
#[derive(clap::Args)]
pub(crate) struct Renew {
    #[command(flatten)]
    connection: Connection,
    /// Its id.
    id: String,
    /// How long it lives from now, such as 30d; as long as its policy allows if
    /// not said.
    #[arg(long, value_name = "TIME")]
    expires_in: Option<String>,
}

impl Renew {
    /// Does it.
    pub(super) fn run(self) -> Result<Exit, Fault> {
        let session = self.connection.open()?;
        let path = format!("{}/renew", record_path(PATH, &self.id)?);
        let body = serde_json::json!({ "expires_in": self.expires_in });
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
