//! `doorward leak`: what a leaked credential is, what it reaches, and cutting
//! it off.
//!
//! | step | file |
//! |---|---|
//! | what was found, from standard input by preference | `found` |
//! | the report | `report` |

mod found;
mod report;

use admin::answer::LeakAnswer;
use authority::leak::{Candidate, candidates};
use serde_json::json;

use crate::admin_api::Connection;
use crate::answer::{Exit, Fault, print};

/// What can be done about leaks.
#[derive(clap::Subcommand)]
pub(crate) enum Leak {
    /// Say what a string is, what it reaches and how it was used; and cut it off.
    ///
    /// The credentials of ours are looked for in it here, and nothing but them is
    /// sent to the admin API. Those that still open something are revoked, or
    /// what the policy in `[leak]` of its configuration says. The string is never printed.
    ///
    /// Exit status: 0 none of ours, 2 something of ours, 1 a fault.
    Report(Report),
}

impl Leak {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        match self {
            Self::Report(report) => report.run(),
        }
    }
}

/// What was found, and where.
#[derive(clap::Args)]
pub(crate) struct Report {
    #[command(flatten)]
    connection: Connection,
    /// Where it was found, such as an address; the audit keeps it.
    #[arg(long = "where", value_name = "TEXT", default_value = "not said")]
    place: String,
    /// Change nothing: say what would be done.
    #[arg(long)]
    dry_run: bool,
    /// What was found, with whatever stands around it; `-`, or nothing, reads it
    /// from standard input, where no history and no list of processes keeps it.
    #[arg(value_name = "STRING|-")]
    string: Vec<String>,
}

impl Report {
    fn run(self) -> Result<Exit, Fault> {
        let text = found::read(&self.string)?;
        let candidates = candidates(text.expose());
        if candidates.is_empty() {
            let told = match self.connection.json {
                true => {
                    json!({"dry_run": self.dry_run, "where": self.place, "found": []}).to_string()
                }
                false => "It is none of ours. It was sent nowhere.".to_owned(),
            };
            // The place is the user's; it must not carry one either.
            print(&without_credentials(&told).unwrap_or(told))?;
            return Ok(Exit::Done);
        }
        let session = self.connection.open()?;
        let path = match self.dry_run {
            true => "/admin/v1/leak/preview",
            false => "/admin/v1/leak/report",
        };
        let body = json!({"text": alone(&candidates), "where": self.place});
        let answer = session.post(path, &body)?;
        let is_ours = is_ours(&answer);
        session.tell(answer, |answer: &LeakAnswer| report::text(answer))?;
        Ok(match is_ours {
            true => Exit::Finding,
            false => Exit::Done,
        })
    }
}

/// The candidates without what stands around them.
fn alone(candidates: &[Candidate]) -> String {
    let texts = candidates.iter().map(|candidate| candidate.text.expose());
    texts.collect::<Vec<_>>().join("\n")
}

fn is_ours(answer: &serde_json::Value) -> bool {
    let found = answer.get("found").and_then(|found| found.as_array());
    found.is_some_and(|found| {
        found
            .iter()
            .any(|one| one.get("state").is_some_and(|state| state != "unknown"))
    })
}

/// The text with every credential of ours blanked out; nothing if there is none.
pub(crate) fn without_credentials(text: &str) -> Option<String> {
    let mut told = String::new();
    let mut rest = 0;
    for found in credential::scan::find(text.as_bytes()) {
        let start = usize::try_from(found.offset).unwrap_or(usize::MAX);
        told.push_str(text.get(rest..start).unwrap_or_default());
        told.push_str("[a credential]");
        rest = start.saturating_add(found.length);
    }
    if rest == 0 {
        return None;
    }
    told.push_str(text.get(rest..).unwrap_or_default());
    Some(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededEntropy;
    use credential::{DigestKey, EnvironmentClass, MintedApiKey};

    #[test]
    fn what_is_shown_of_a_line_has_no_credential_in_it() {
        let key = DigestKey::new([1; 32]);
        let class = EnvironmentClass::Production;
        let minted = MintedApiKey::mint(class, &key, &mut SeededEntropy::new(1));
        let text = minted.secret.expose();
        let end = text.get(30..).unwrap();
        let twice = format!("error: unexpected argument '{text}' found\n é {text} end");
        let told = without_credentials(&twice).unwrap();
        assert!(!told.contains(text) && !told.contains(end), "{told}");
        assert_eq!(
            told,
            "error: unexpected argument '[a credential]' found\n é [a credential] end"
        );
        let escaped = format!("a?{}", text.replace('_', "%5F"));
        let told = without_credentials(&escaped).unwrap();
        assert!(!told.contains(end), "{told}");
        assert_eq!(without_credentials("error: nothing"), None);
    }
}
