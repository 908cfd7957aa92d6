//! `doorward key`: create, list, show and revoke API keys.

use std::fmt::Write as _;

use admin::answer::{ApiKeyAnswer, ApiKeyPage, CreatedApiKeyAnswer, InForce, RevokedApiKeyAnswer};
use authority::accountability::CredentialRequest;

use crate::admin_api::{Connection, CredentialArguments, RevocationArguments, record_path};
use crate::answer::{Exit, Fault};
use crate::table::{plain, table, text};

const PATH: &str = "/admin/v1/api_key";

/// What can be done with API keys.
#[derive(clap::Subcommand)]
pub(crate) enum Key {
    /// Create an API key; its text is shown once.
    Create {
        #[command(flatten)]
        connection: Connection,
        #[command(flatten)]
        arguments: CredentialArguments,
    },
    /// List every API key.
    List {
        #[command(flatten)]
        connection: Connection,
    },
    /// Show one API key.
    Show {
        #[command(flatten)]
        connection: Connection,
        /// Its public id.
        id: String,
    },
    /// Revoke an API key, at once and for good.
    Revoke {
        #[command(flatten)]
        connection: Connection,
        #[command(flatten)]
        arguments: RevocationArguments,
    },
}

impl Key {
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
                session.tell(session.every_page(PATH)?, |page: &ApiKeyPage| {
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

fn created_text(created: &CreatedApiKeyAnswer) -> String {
    let secret = plain(&created.secret);
    format!(
        "{}\n\n{}\n\n  {secret}\n\n\
         This is the only time that its text is shown: give it to its holder now.\n\
         To use it, with your gate's address for GATE:\n\n  \
         curl -i -H 'X-API-Key: {secret}' 'GATE/PATH'",
        record_text(&created.api_key),
        in_force_text(created.in_force, "The gate knows it"),
    )
}

fn revoked_text(revoked: &RevokedApiKeyAnswer) -> String {
    format!(
        "{}\n\n{}",
        record_text(&revoked.api_key),
        in_force_text(revoked.in_force, "The gate refuses it"),
    )
}

/// How fast a change came to be in force.
pub(super) fn in_force_text(in_force: Option<InForce>, what: &str) -> String {
    match in_force {
        Some(InForce { revision, after_ms }) => {
            format!("{what}, {after_ms} ms after the change (revision {revision}).")
        }
        None => "The change is made. No gate has confirmed it yet: each one follows within \
                 the lag that its endpoints bear, or denies."
            .to_owned(),
    }
}

fn record_text(api_key: &ApiKeyAnswer) -> String {
    let mut out = String::new();
    let status = match &api_key.revocation {
        Some(revocation) => format!("revoked at {}: {}", revocation.at, revocation.reason),
        None => api_key.status.as_str().to_owned(),
    };
    for (name, value) in [
        ("API key", &api_key.id),
        ("status", &status),
        ("environment", &api_key.environment),
        ("organisation", &api_key.organisation),
        ("owner", &api_key.owner),
        ("purpose", &api_key.purpose),
        ("revoker", &api_key.revoker),
        ("scopes", &api_key.scopes.join(" ")),
        ("audience", &api_key.audience),
        ("created", &api_key.created_at),
        ("expires", &api_key.expires_at),
    ] {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{name:<13} {}", plain(value));
    }
    out.trim_end().to_owned()
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

#[cfg(test)]
mod tests {
    use super::*;
    use admin::answer::Status;

    fn api_key() -> ApiKeyAnswer {
        ApiKeyAnswer {
            id: "k0123456789abcde".to_owned(),
            environment: "production".to_owned(),
            organisation: "acme".to_owned(),
            owner: "team-weather".to_owned(),
            purpose: "nightly forecast import".to_owned(),
            revoker: "weather-oncall".to_owned(),
            scopes: vec!["read:forecast".to_owned()],
            audience: "https://api.example.com/weather".to_owned(),
            created_at: "2027-01-15T08:00:00Z".to_owned(),
            expires_at: "2027-04-15T08:00:00Z".to_owned(),
            status: Status::Active,
            revocation: None,
        }
    }

    #[test]
    fn a_created_key_is_shown_with_a_line_to_copy() {
        let created = CreatedApiKeyAnswer {
            api_key: api_key(),
            secret: "dw_live_k0123456789abcde_SECRET".to_owned(),
            in_force: Some(InForce {
                revision: 7,
                after_ms: 3,
            }),
        };
        let expected = "\
API key       k0123456789abcde
status        active
environment   production
organisation  acme
owner         team-weather
purpose       nightly forecast import
revoker       weather-oncall
scopes        read:forecast
audience      https://api.example.com/weather
created       2027-01-15T08:00:00Z
expires       2027-04-15T08:00:00Z

The gate knows it, 3 ms after the change (revision 7).

  dw_live_k0123456789abcde_SECRET

This is the only time that its text is shown: give it to its holder now.
To use it, with your gate's address for GATE:

  curl -i -H 'X-API-Key: dw_live_k0123456789abcde_SECRET' 'GATE/PATH'";
        assert_eq!(created_text(&created), expected);
    }

    #[test]
    fn what_is_not_confirmed_is_not_claimed() {
        let told = in_force_text(None, "The gate refuses it");
        assert!(!told.contains("refuses it"), "{told}");
    }
}
