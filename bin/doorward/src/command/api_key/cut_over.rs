//! `doorward key cut-over`.

use admin::answer::ChangedApiKeyAnswer;
use serde_json::json;

use super::record::record_text;
use super::{PATH, in_force_text};
use crate::admin_api::{Connection, record_path};
use crate::answer::{Exit, Fault};

/// The arguments of `key cut-over`.
#[derive(clap::Args)]
pub(crate) struct CutOver {
    #[command(flatten)]
    connection: Connection,
    /// Its public id.
    id: String,
}

impl CutOver {
    /// Does it.
    pub(super) fn run(self) -> Result<Exit, Fault> {
        let session = self.connection.open()?;
        let path = format!("{}/cut_over", record_path(PATH, &self.id)?);
        session.tell(session.post(&path, &json!({}))?, changed_text)?;
        Ok(Exit::Done)
    }
}

fn changed_text(changed: &ChangedApiKeyAnswer) -> String {
    format!(
        "{}\n\n{}",
        record_text(&changed.api_key),
        in_force_text(changed.in_force, "The gate refuses the older secret"),
    )
}
