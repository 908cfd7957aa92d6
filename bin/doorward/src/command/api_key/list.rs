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
    /// Only those that this owner answers for.
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Only those that this organisation holds.
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    /// Only those of this batch.
    #[arg(long, value_name = "NAME")]
    batch: Option<String>,
    /// Only those that are active, review_due, suspended, owner_disabled,
    /// expired or revoked.
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,
}

impl List {
    /// Does it.
    pub(super) fn run(self) -> Result<Exit, Fault> {
        let session = self.connection.open()?;
        let filters = [
            ("owner", self.owner),
            ("organisation", self.organisation),
            ("batch", self.batch),
            ("status", self.status),
        ];
        let is_filtered = filters.iter().any(|(_, value)| value.is_some());
        let answer = session.every_page_of(PATH, &filters)?;
        session.tell(answer, |page: &ApiKeyPage| {
            list_text(&page.items, is_filtered)
        })?;
        Ok(Exit::Done)
    }
}

fn list_text(api_keys: &[ApiKeyAnswer], is_filtered: bool) -> String {
    if api_keys.is_empty() && is_filtered {
        return "No API key is like that.".to_owned();
    }
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
        "age",
        "last used",
        "expires",
        "warning",
    ]);
    for api_key in api_keys {
        let row = [
            &api_key.id,
            api_key.status.as_str(),
            &api_key.organisation,
            &api_key.owner,
            &api_key.scopes.join(" "),
            &api_key.audience,
            &format!("{}d", api_key.life.age_days),
            api_key.life.last_used_at.as_deref().unwrap_or("-"),
            &api_key.expires_at,
            api_key.life.warning.as_deref().unwrap_or(""),
        ];
        rows.add_row(row.map(plain));
    }
    text(&rows)
}
