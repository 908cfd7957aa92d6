//! `doorward key suspend`.

use admin::answer::ChangedApiKeyAnswer;

use super::record::record_text;
use super::{PATH, in_force_text};
use crate::admin_api::{Connection, RevocationArguments, record_path};
use crate::answer::{Exit, Fault};

/// The arguments of `key suspend`.
#[derive(clap::Args)]
pub(crate) struct Suspend {
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    arguments: RevocationArguments,
}

impl Suspend {
    /// Does it.
    pub(super) fn run(self) -> Result<Exit, Fault> {
        let session = self.connection.open()?;
        let path = format!("{}/suspend", record_path(PATH, &self.arguments.id)?);
        let body = self.arguments.body();
        session.tell(
            session.post(&path, &body)?,
            |changed: &ChangedApiKeyAnswer| {
                format!(
                    "{}\n\n{}",
                    record_text(&changed.api_key),
                    in_force_text(changed.in_force, "The gate refuses it"),
                )
            },
        )?;
        Ok(Exit::Done)
    }
}
