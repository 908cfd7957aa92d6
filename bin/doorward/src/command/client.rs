//! `doorward client`: create, list, show and revoke clients.

use std::fmt::Write as _;

use admin::answer::{ClientAnswer, ClientPage, CreatedClientAnswer, RevokedClientAnswer};
use authority::accountability::CredentialRequest;

use super::api_key::in_force_text;
use crate::admin_api::{Connection, CredentialArguments, RevocationArguments, record_path};
use crate::answer::{Exit, Fault};
use crate::table::{plain, table, text};

const PATH: &str = "/admin/v1/client";

/// What can be done with clients.
#[derive(clap::Subcommand)]
pub(crate) enum Client {
    /// Create a client; its secret is shown once.
    Create {
        #[command(flatten)]
        connection: Connection,
        #[command(flatten)]
        arguments: CredentialArguments,
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
                let created = session.post(PATH, &CredentialRequest::from(arguments))?;
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

fn created_text(created: &CreatedClientAnswer) -> String {
    let (id, secret) = (
        plain(&created.client.client_id),
        plain(&created.client_secret),
    );
    // One scope always points to one API or is refused with the choices.
    let scope = created
        .client
        .scopes
        .first()
        .map_or_else(String::new, |scope| plain(&scope.to_string()));
    format!(
        "{}\n\n{}\n\n  {secret}\n\n\
         This is the only time that its secret is shown: give it to its holder now.\n\
         To get a token, with your issuer's address for ISSUER:\n\n  \
         curl -u '{id}:{secret}' -d grant_type=client_credentials -d scope={scope} 'ISSUER/oauth2/token'",
        record_text(&created.client),
        in_force_text(created.in_force, "The gate knows it"),
    )
}

fn revoked_text(revoked: &RevokedClientAnswer) -> String {
    format!(
        "{}\n\n{}",
        record_text(&revoked.client),
        in_force_text(revoked.in_force, "The gate refuses its tokens"),
    )
}

fn record_text(client: &ClientAnswer) -> String {
    let mut out = String::new();
    let status = match &client.revocation {
        Some(revocation) => format!("revoked at {}: {}", revocation.at, revocation.reason),
        None => client.status.as_str().to_owned(),
    };
    for (name, value) in [
        ("client", &client.client_id),
        ("status", &status),
        ("environment", &client.environment),
        ("organisation", &client.organisation),
        ("owner", &client.owner),
        ("purpose", &client.purpose),
        ("revoker", &client.revoker),
        ("scopes", &client.scopes.join(" ")),
        ("audiences", &client.audiences.join(" ")),
        ("created", &client.created_at),
        ("expires", &client.expires_at),
    ] {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{name:<13} {}", plain(value));
    }
    out.trim_end().to_owned()
}

fn list_text(clients: &[ClientAnswer]) -> String {
    if clients.is_empty() {
        return "There is no client yet: doorward client create makes one.".to_owned();
    }
    let mut rows = table([
        "client",
        "status",
        "organisation",
        "owner",
        "scopes",
        "audiences",
        "expires",
    ]);
    for client in clients {
        let row = [
            &client.client_id,
            client.status.as_str(),
            &client.organisation,
            &client.owner,
            &client.scopes.join(" "),
            &client.audiences.join(" "),
            &client.expires_at,
        ];
        rows.add_row(row.map(plain));
    }
    text(&rows)
}
