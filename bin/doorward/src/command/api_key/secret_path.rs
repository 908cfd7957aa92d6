//! `doorward key secret-path`.

use admin::answer::ChangedApiKeyAnswer;
use serde_json::json;

use super::PATH;
use crate::admin_api::{Connection, record_path};
use crate::answer::{Exit, Fault};
use crate::table::plain;

/// The arguments of `key secret-path`. None is required here, so that the one
/// refusal of the admin API names all that are missing.
#[derive(clap::Args)]
pub(crate) struct SecretPath {
    #[command(flatten)]
    connection: Connection,
    /// Its public id.
    id: String,
    /// secrets_manager, file, dot_env, environment, ci_variable or shared_storage.
    #[arg(long, value_name = "LEVEL")]
    level: Option<String>,
    /// Where its secret lies, such as vault:secret/ci/weather; never the secret.
    #[arg(long, value_name = "TEXT")]
    place: Option<String>,
    /// How it came there, such as "written by the pipeline".
    #[arg(long, value_name = "TEXT")]
    transport: Option<String>,
    /// Who can read it there; repeat it for more.
    #[arg(long = "reader", value_name = "NAME")]
    readers: Vec<String>,
}

impl SecretPath {
    /// Does it.
    pub(super) fn run(self) -> Result<Exit, Fault> {
        let session = self.connection.open()?;
        let path = format!("{}/secret_path", record_path(PATH, &self.id)?);
        let body = json!({
            "level": self.level,
            "place": self.place,
            "transport": self.transport,
            "readers": self.readers,
        });
        session.tell(
            session.post(&path, &body)?,
            |changed: &ChangedApiKeyAnswer| {
                let id = plain(&changed.api_key.id);
                format!(
                    "Where the secret of {id} lies is written down: doorward register shows it."
                )
            },
        )?;
        Ok(Exit::Done)
    }
}
