//! `doorward drill list`.

use admin::answer::{DrillAnswer, DrillsAnswer};

use super::PATH;
use crate::admin_api::{Connection, record_path};
use crate::answer::{Exit, Fault};
use crate::table::{plain, table, text};

/// The arguments of `drill list`.
#[derive(clap::Args)]
pub(crate) struct List {
    #[command(flatten)]
    connection: Connection,
    /// Of one API key alone, by its public id.
    #[arg(long = "key", value_name = "ID")]
    api_key: Option<String>,
}

impl List {
    /// Does it.
    pub(super) fn run(self) -> Result<Exit, Fault> {
        let session = self.connection.open()?;
        let path = match &self.api_key {
            None => format!("{PATH}?limit=500"),
            Some(id) => {
                // An id has nothing that could lead elsewhere.
                record_path(PATH, id)?;
                format!("{PATH}?limit=500&api_key={id}")
            }
        };
        session.tell(session.get(&path)?, |drills: &DrillsAnswer| {
            list_text(&drills.items)
        })?;
        Ok(Exit::Done)
    }
}

fn list_text(drills: &[DrillAnswer]) -> String {
    if drills.is_empty() {
        return "There was no drill yet: doorward drill rotate KEY --rehearse is a first one."
            .to_owned();
    }
    let mut rows = table([
        "started",
        "credential",
        "outcome",
        "steps (ms in force)",
        "notes",
    ]);
    for drill in drills {
        let steps = drill.steps.iter().map(|step| {
            let in_force = step.in_force_ms.map_or("-".to_owned(), |ms| ms.to_string());
            format!("{} {in_force}", step.step.as_str())
        });
        let row = [
            &drill.started_at,
            &drill.credential,
            drill.outcome.as_str(),
            &steps.collect::<Vec<_>>().join(", "),
            drill.notes.lines().next().unwrap_or_default(),
        ];
        rows.add_row(row.map(plain));
    }
    text(&rows)
}
