//! `doorward digest-key status`: whether an old digest key may go.

use std::path::PathBuf;

use base::Clock as _;
use ephemeral::SystemClock;
use serde_json::json;

use crate::admin_api::pretty;
use crate::answer::{Exit, Fault, print};
use crate::config::Config;
use crate::secret::Places;
use crate::table::{table, text};
use crate::wire::digest_key_use::count;
use crate::wire::{digest_keys, open_store};

/// What can be asked of digest keys.
#[derive(clap::Subcommand)]
pub(crate) enum DigestKey {
    /// Say how much stands under each digest key, with the server stopped.
    Status {
        /// The configuration.
        #[arg(long, value_name = "FILE", env = "DOORWARD_CONFIG")]
        config: PathBuf,
        /// Print one JSON document instead of text for people.
        #[arg(long)]
        json: bool,
    },
}

impl DigestKey {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        let Self::Status { config, json } = self;
        super::runtime()?.block_on(status(&Config::read(&config)?, json))
    }
}

async fn status(config: &Config, is_json: bool) -> Result<Exit, Fault> {
    let keys = digest_keys(&Places::of(config), config).await?;
    let (store, _) = open_store(config).await?;
    let counted = count(&store, SystemClock::new().now()).await;
    let mut uses = counted.map_err(|error| Fault::new(error.to_string(), "see what it says"))?;
    let mut rows = Vec::new();
    for (place, key) in keys.iter().enumerate() {
        let held = uses.remove(&Some(key.id())).unwrap_or_default();
        let standing = match (place, held.total()) {
            (0, _) => "current",
            (_, 0) => "may go",
            _ => "still needed",
        };
        rows.push((key.id().to_string(), standing, held));
    }
    let orphaned = uses.keys().flatten().count();
    for (id, held) in uses {
        match id {
            Some(id) => rows.push((id.to_string(), "not configured: refused", held)),
            None => rows.push(("none".to_owned(), "each key is tried", held)),
        }
    }
    let told = match is_json {
        true => pretty(
            &json!({ "items": rows.iter().map(|(id, standing, held)| json!({
            "digest_key": id,
            "status": standing,
            "api_keys": held.api_keys,
            "clients": held.clients,
            "operator_tokens": held.operator_tokens,
        })).collect::<Vec<_>>() }),
        ),
        false => {
            let mut shown = table([
                "digest key",
                "status",
                "api keys",
                "clients",
                "operator tokens",
            ]);
            for (id, standing, held) in rows {
                shown.add_row([
                    id,
                    standing.to_owned(),
                    held.api_keys.to_string(),
                    held.clients.to_string(),
                    held.operator_tokens.to_string(),
                ]);
            }
            text(&shown)
        }
    };
    print(&told)?;
    Ok(match orphaned {
        0 => Exit::Done,
        _ => Exit::Finding,
    })
}
