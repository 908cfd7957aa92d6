//! `doorward client`: create, list, show and revoke clients.

mod arguments;
mod words;

use admin::answer::ClientPage;

use crate::admin_api::{Connection, RevocationArguments, record_path};
use crate::answer::{Exit, Fault};
use arguments::ClientArguments;
pub(crate) use arguments::ClientBody;
use words::{created_text, list_text, record_text, revoked_text};

const PATH: &str = "/admin/v1/client";

/// What can be done with clients.
#[derive(clap::Subcommand)]
pub(crate) enum Client {
    /// Create a client; its secret, if it has one, is shown once.
    Create {
        #[command(flatten)]
        connection: Connection,
        #[command(flatten)]
        arguments: Box<ClientArguments>,
    },
    /// List every client.
    List {
        #[command(flatten)]
        connection: Connection,
    },
    /// Show one client.
    Show {
        #[command(flatten)]
        connection: Connection,
        /// The client identifier.
        id: String,
    },
    /// Revoke a client and every token that it holds, at once and for good.
    Revoke {
        #[command(flatten)]
        connection: Connection,
        #[command(flatten)]
        arguments: RevocationArguments,
    },
}

impl Client {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        match self {
            Self::Create {
                connection,
                arguments,
            } => {
                let session = connection.open()?;
                let created = session.post(PATH, &arguments.body())?;
                session.tell_once(created, created_text)?;
            }
            Self::List { connection } => {
                let session = connection.open()?;
                session.tell(session.every_page(PATH)?, |page: &ClientPage| {
                    list_text(&page.items)
                })?;
            }
            Self::Show { connection, id } => {
                let session = connection.open()?;
                session.tell(session.get(&record_path(PATH, &id)?)?, record_text)?;
            }
            Self::Revoke {
                connection,
                arguments,
            } => {
                let session = connection.open()?;
                let path = format!("{}/revoke", record_path(PATH, &arguments.id)?);
                session.tell(session.post(&path, &arguments.body())?, revoked_text)?;
            }
        }
        Ok(Exit::Done)
    }
}
