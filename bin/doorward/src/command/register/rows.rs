//! `doorward register`: the rows.

use admin::answer::RegisterRowAnswer;
use clap::builder::PossibleValuesParser;

use super::PATH;
use super::walk::{read, walk};
use crate::admin_api::Connection;
use crate::answer::{Exit, Fault, print};
use crate::table::{plain, table, text};

/// The kinds of rows, in the order of the register.
const KINDS: [&str; 7] = [
    "api_key",
    "client",
    "operator_token",
    "signing_key",
    "trusted_issuer",
    "own_secret",
    "digest_key",
];

/// Which rows.
#[derive(clap::Args)]
pub(super) struct Rows {
    #[command(flatten)]
    connection: Connection,
    /// Only rows of this kind.
    #[arg(long, value_name = "KIND", value_parser = PossibleValuesParser::new(KINDS))]
    kind: Option<String>,
    /// Show what has been revoked or has expired, too.
    #[arg(long)]
    ended: bool,
}

impl Rows {
    pub(super) fn run(self) -> Result<Exit, Fault> {
        let session = self.connection.open()?;
        let kind = self.kind.map(|kind| format!("&kind={kind}"));
        let ended = if self.ended { "&ended=true" } else { "" };
        let parameters = format!("{}{ended}", kind.unwrap_or_default());
        let is_json = session.is_json();
        let mut rows = table([
            "credential",
            "for",
            "may",
            "storage",
            "age",
            "last use",
            "findings",
        ]);
        let count = walk(&session, PATH, &parameters, |item| {
            if !is_json {
                let row: RegisterRowAnswer = read(item)?;
                rows.add_row(cells(&row).map(|cell| plain(&cell)));
            }
            Ok(())
        })?;
        if !is_json {
            print(&match count {
                0 => "There is no such credential.".to_owned(),
                _ => format!(
                    "{}\n\nTo cut one off: doorward revoke KIND ID --reason TEXT (--preview says who stops).",
                    text(&rows)
                ),
            })?;
        }
        Ok(Exit::Done)
    }
}

fn cells(row: &RegisterRowAnswer) -> [String; 7] {
    let or_dash = |text: Option<&str>| text.unwrap_or("-").to_owned();
    let age = row.age_days.map(|days| format!("{days} d"));
    let storage = row.storage.as_ref();
    let status = match row.status.as_str() {
        "active" => String::new(),
        status => format!(" ({status})"),
    };
    [
        format!("{} {}{status}", row.kind, row.id),
        format!(
            "{}: {}",
            row.owner.as_deref().unwrap_or("nobody"),
            row.actor.as_deref().unwrap_or("-")
        ),
        match row.scopes.len() {
            0..=3 => row.scopes.join(" "),
            more => format!("{more} scopes, {} endpoints", row.endpoints),
        },
        or_dash(storage.map(|storage| storage.level.as_str())),
        or_dash(age.as_deref()),
        or_dash(row.last_used_at.as_deref()),
        match row.findings.is_empty() {
            true => "-".to_owned(),
            false => row.findings.join(" "),
        },
    ]
}
