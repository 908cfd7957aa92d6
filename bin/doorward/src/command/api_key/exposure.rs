//! `doorward key exposure`.

use admin::answer::ExposureAnswer;

use super::PATH;
use crate::admin_api::{Connection, record_path};
use crate::answer::{Exit, Fault};
use crate::table::{plain, table, text};

/// The arguments of `key exposure`.
#[derive(clap::Args)]
pub(crate) struct Exposure {
    #[command(flatten)]
    connection: Connection,
    /// Its public id.
    id: String,
}

impl Exposure {
    /// Does it.
    pub(super) fn run(self) -> Result<Exit, Fault> {
        let session = self.connection.open()?;
        let path = format!("{}/exposure", record_path(PATH, &self.id)?);
        session.tell(session.get(&path)?, exposure_text)?;
        Ok(Exit::Done)
    }
}

fn exposure_text(exposure: &ExposureAnswer) -> String {
    if exposure.places.is_empty() {
        let id = plain(&exposure.id);
        return format!("API key {id} was never seen where others can read it.");
    }
    let mut rows = table(["place", "requests", "first", "last"]);
    for exposed in &exposure.places {
        let requests = exposed.seen.requests.to_string();
        let row = [
            &exposed.place,
            &requests,
            &exposed.seen.first_at,
            &exposed.seen.last_at,
        ];
        rows.add_row(row.map(|cell| plain(cell)));
    }
    text(&rows)
}
