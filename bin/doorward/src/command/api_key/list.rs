//! `doorward key list`.

use admin::answer::{ApiKeyAnswer, ApiKeyPage};

use super::PATH;
use crate::admin_api::Connection;
use crate::answer::{Exit, Fault};
use crate::table::{plain, table, text};

/// The arguments of `key list`.
#[derive(clap::Args)]
pub(crate) struct List {
    #[command(flatten)]
    connection: Connection,
}

impl List {
    /// Does it.
    pub(super) fn run(self) -> Result<Exit, Fault> {
        let session = self.connection.open()?;
        session.tell(session.every_page(PATH)?, |page: &ApiKeyPage| {
            list_text(&page.items)
        })?;
        Ok(Exit::Done)
    }
}

fn list_text(api_keys: &[ApiKeyAnswer]) -> String {
    if api_keys.is_empty() {
        return "There is no API key yet: doorward key create makes one.".to_owned();
    }
    let mut rows = table([
        "id",
        "status",
        "organisation",
        "owner",
        "scopes",
        "audience",
        "expires",
    ]);
    for api_key in api_keys {
        let row = [
            &api_key.id,
            api_key.status.as_str(),
            &api_key.organisation,
            &api_key.owner,
            &api_key.scopes.join(" "),
            &api_key.audience,
            &api_key.expires_at,
        ];
        rows.add_row(row.map(plain));
    }
    text(&rows)
}
