//! `doorward owner`: who is gone, and who is back.

use admin::answer::{ChangedOwnerAnswer, OwnerAnswer, OwnerPage};

use super::api_key::in_force_text;
use crate::admin_api::{Connection, Session};
use crate::answer::{Exit, Fault};
use crate::table::{plain, table, text};

const PATH: &str = "/admin/v1/owner";

/// What can be done with owners.
#[derive(clap::Subcommand)]
pub(crate) enum Owner {
    /// Refuse every key and token of an owner who is gone.
    Disable {
        #[command(flatten)]
        connection: Connection,
        /// The owner, as credentials have it.
        name: String,
        /// Why, in one line; the audit keeps it.
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Accept again what an owner owns.
    Enable {
        #[command(flatten)]
        connection: Connection,
        /// The owner, as credentials have it.
        name: String,
    },
    /// List the owners about whom something was decided.
    List {
        #[command(flatten)]
        connection: Connection,
    },
}

impl Owner {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        match self {
            Self::Disable {
                connection,
                name,
                reason,
            } => {
                let body = serde_json::json!({ "reason": reason });
                let path = format!("{}/disable", owner_path(&name)?);
                act(
                    &connection.open()?,
                    &path,
                    &body,
                    "The gate refuses what they own",
                )?;
            }
            Self::Enable { connection, name } => {
                let path = format!("{}/enable", owner_path(&name)?);
                let body = serde_json::json!({});
                act(
                    &connection.open()?,
                    &path,
                    &body,
                    "The gate accepts what they own",
                )?;
            }
            Self::List { connection } => {
                let session = connection.open()?;
                session.tell(session.every_page(PATH)?, |page: &OwnerPage| {
                    list_text(&page.items)
                })?;
            }
        }
        Ok(Exit::Done)
    }
}

fn act(session: &Session, path: &str, body: &serde_json::Value, past: &str) -> Result<(), Fault> {
    session.tell(session.post(path, body)?, |changed: &ChangedOwnerAnswer| {
        let told = in_force_text(changed.in_force, past);
        format!("{}\n\n{told}", owner_text(&changed.owner))
    })?;
    Ok(())
}

/// The path of an owner. A name has nothing that could lead elsewhere.
fn owner_path(name: &str) -> Result<String, Fault> {
    let name: base::Name = name.parse().map_err(|error: base::InvalidName| {
        Fault::new(
            error.to_string(),
            "write it as credentials have it, such as team-weather",
        )
    })?;
    Ok(format!("{PATH}/{name}"))
}

fn owner_text(owner: &OwnerAnswer) -> String {
    let name = plain(&owner.name);
    match &owner.disabled {
        Some(disabled) => {
            let reason = plain(&disabled.reason);
            format!("{name} is disabled since {}: {reason}", plain(&disabled.at))
        }
        None => format!("{name} is enabled"),
    }
}

fn list_text(owners: &[OwnerAnswer]) -> String {
    if owners.is_empty() {
        return "Nothing was decided about any owner: all are here.".to_owned();
    }
    let mut rows = table(["owner", "disabled since", "reason"]);
    for owner in owners {
        let disabled = owner.disabled.as_ref();
        let row = [
            owner.name.as_str(),
            disabled.map_or("-", |disabled| &disabled.at),
            disabled.map_or("", |disabled| &disabled.reason),
        ];
        rows.add_row(row.map(plain));
    }
    text(&rows)
}
