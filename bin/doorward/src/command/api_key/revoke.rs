//! `doorward key revoke`.

use admin::answer::RevokedApiKeyAnswer;

use super::record::record_text;
use super::{PATH, in_force_text};
use crate::admin_api::{Connection, RevocationArguments, record_path};
use crate::answer::{Exit, Fault};

/// The arguments of `key revoke`.
#[derive(clap::Args)]
pub(crate) struct Revoke {
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    arguments: RevocationArguments,
}

impl Revoke {
    /// Does it.
    pub(super) fn run(self) -> Result<Exit, Fault> {
        let session = self.connection.open()?;
        let path = format!("{}/revoke", record_path(PATH, &self.arguments.id)?);
        session.tell(session.post(&path, &self.arguments.body())?, revoked_text)?;
        Ok(Exit::Done)
    }
}

fn revoked_text(revoked: &RevokedApiKeyAnswer) -> String {
    format!(
        "{}\n\n{}",
        record_text(&revoked.api_key),
        in_force_text(revoked.in_force, "The gate refuses it"),
    )
}
