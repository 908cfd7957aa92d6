//! `doorward key review-queue`.

use admin::answer::{ApiKeyAnswer, ReviewQueueAnswer};

use super::PATH;
use crate::admin_api::Connection;
use crate::answer::{Exit, Fault};
use crate::table::{plain, table, text};

/// The arguments of `key review-queue`.
#[derive(clap::Args)]
pub(crate) struct ReviewQueue {
    #[command(flatten)]
    connection: Connection,
}

impl ReviewQueue {
    /// Does it.
    pub(super) fn run(self) -> Result<Exit, Fault> {
        let session = self.connection.open()?;
        let answer = session.get(&format!("{PATH}/review_queue"))?;
        let queue = session.tell(answer, |queue: &ReviewQueueAnswer| queue_text(&queue.items))?;
        Ok(match queue.items.is_empty() {
            true => Exit::Done,
            false => Exit::Finding,
        })
    }
}

fn queue_text(api_keys: &[ApiKeyAnswer]) -> String {
    if api_keys.is_empty() {
        return "No API key waits for a review.".to_owned();
    }
    let mut rows = table([
        "id",
        "status",
        "owner",
        "scopes",
        "due",
        "suspended",
        "noticed",
    ]);
    for api_key in api_keys {
        let Some(review) = &api_key.life.review else {
            continue;
        };
        let row = [
            api_key.id.as_str(),
            api_key.status.as_str(),
            &api_key.owner,
            &api_key.scopes.join(" "),
            &review.due_at,
            &review.suspends_at,
            review.noticed_at.as_deref().unwrap_or("-"),
        ];
        rows.add_row(row.map(plain));
    }
    format!(
        "{}\n\nKeep one with doorward key review ID --note TEXT, or revoke it.",
        text(&rows)
    )
}
