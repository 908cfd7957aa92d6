//! `doorward key show`.

use super::PATH;
use super::record::record_text;
use crate::admin_api::{Connection, record_path};
use crate::answer::{Exit, Fault};

/// The arguments of `key show`.
#[derive(clap::Args)]
pub(crate) struct Show {
    #[command(flatten)]
    connection: Connection,
    /// Its public id.
    id: String,
}

impl Show {
    /// Does it.
    pub(super) fn run(self) -> Result<Exit, Fault> {
        let session = self.connection.open()?;
        session.tell(session.get(&record_path(PATH, &self.id)?)?, record_text)?;
        Ok(Exit::Done)
    }
}
