//! `doorward key why`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use admin::answer::{SeenAnswer, WhyAnswer};

use super::PATH;
use crate::admin_api::{Connection, record_path};
use crate::answer::{Exit, Fault};
use crate::table::plain;

/// The arguments of `key why`.
#[derive(clap::Args)]
pub(crate) struct Why {
    #[command(flatten)]
    connection: Connection,
    /// Its public id.
    id: String,
}

impl Why {
    /// Does it.
    pub(super) fn run(self) -> Result<Exit, Fault> {
        let session = self.connection.open()?;
        let path = format!("{}/why", record_path(PATH, &self.id)?);
        session.tell(session.get(&path)?, why_text)?;
        Ok(Exit::Done)
    }
}

fn why_text(why: &WhyAnswer) -> String {
    let mut out = String::new();
    let api_key = &why.api_key;
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "API key {} ({}): {}\n\nWho owns it\n  {} of {}; {} cuts it off when it leaks",
        plain(&api_key.id),
        api_key.status.as_str(),
        plain(&api_key.purpose),
        plain(&api_key.owner),
        plain(&api_key.organisation),
        plain(&api_key.revoker),
    );
    if let Some(gone) = &api_key.owner_disabled {
        let (owner, reason) = (plain(&api_key.owner), plain(&gone.reason));
        let _ = writeln!(out, "  {owner} is disabled since {}: {reason}", gone.at);
    }
    out.push_str("\nWhat it opens\n");
    if why.opens.is_empty() {
        out.push_str("  nothing, by the inventory in force\n");
    }
    for reached in &why.opens {
        let _ = writeln!(
            out,
            "  {} ({}: {})",
            plain(&reached.endpoint),
            plain(&reached.api),
            plain(&reached.matches)
        );
    }
    let _ = writeln!(
        out,
        "\nHow to disable it, and nothing else\n  {}",
        plain(&why.disable)
    );
    out.push_str("\nHow it is used\n");
    let used = &why.used;
    match &used.seen {
        None => out.push_str("  no gate has seen it\n"),
        Some(seen) => {
            let _ = writeln!(
                out,
                "  {} requests, first at {}, last at {}",
                seen.requests, seen.first_at, seen.last_at
            );
        }
    }
    list(&mut out, "network", &used.networks);
    list(&mut out, "program", &used.fingerprints);
    list(&mut out, "endpoint", &used.endpoints);
    if used.untold > 0 {
        let _ = writeln!(out, "  {} requests could not be told apart", used.untold);
    }
    out.push_str("\nWhat is odd\n");
    if why.findings.is_empty() {
        out.push_str("  nothing\n");
    }
    for finding in &why.findings {
        let _ = writeln!(
            out,
            "  {}: {}",
            plain(&finding.rule),
            plain(&finding.sentence)
        );
    }
    out.trim_end().to_owned()
}

fn list(out: &mut String, name: &str, told: &BTreeMap<String, SeenAnswer>) {
    for (thing, seen) in told {
        let (requests, last_at) = (seen.requests, &seen.last_at);
        let _ = writeln!(
            out,
            "  {name} {}: {requests}, last at {last_at}",
            plain(thing)
        );
    }
}
