//! `doorward audit`: read it, and prove that nothing in it was altered.

use admin::answer::{AuditEntryAnswer, AuditPage, VerdictAnswer};
use authority::audit::{Actor, AuditEvent};
use serde_json::Value;
use snapshot::{DecisionRecord, OutcomeRecord, UpstreamOutcome, Verdict};

use crate::admin_api::Connection;
use crate::answer::{Exit, Fault};
use crate::table::{plain, table, text};

/// What can be done with the audit.
#[derive(clap::Subcommand)]
pub(crate) enum Audit {
    /// Show the newest entries.
    Tail {
        #[command(flatten)]
        connection: Connection,
        /// How many, at most 1000.
        #[arg(short = 'n', long = "number", value_name = "N", default_value_t = 20)]
        number: u32,
    },
    /// Walk the whole chain; exit with 2 if something was altered.
    Verify {
        #[command(flatten)]
        connection: Connection,
    },
}

impl Audit {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        match self {
            Self::Tail { connection, number } => {
                let session = connection.open()?;
                let path = format!("/admin/v1/audit/tail?limit={number}");
                session.tell(session.get(&path)?, tail_text)?;
                Ok(Exit::Done)
            }
            Self::Verify { connection } => {
                let session = connection.open()?;
                let verdict = session.get("/admin/v1/audit/verify")?;
                let verdict: VerdictAnswer = session.tell(verdict, verdict_text)?;
                Ok(if verdict.clean {
                    Exit::Done
                } else {
                    Exit::Finding
                })
            }
        }
    }
}

/// One entry, as its kind has it.
pub(super) enum Told {
    /// Of the control plane.
    Event(AuditEvent),
    /// Of a gate.
    Decision(Box<DecisionRecord>),
    /// How a permitted request ended.
    Outcome(OutcomeRecord),
    /// Of a newer version.
    Unknown(Value),
}

impl Told {
    pub(super) fn of(entry: &AuditEntryAnswer) -> Self {
        let record = entry.record.clone();
        let told = match entry.kind.as_str() {
            "event" => serde_json::from_value(record).map(Self::Event).ok(),
            "decision" => serde_json::from_value(record).map(Self::Decision).ok(),
            "outcome" => serde_json::from_value(record).map(Self::Outcome).ok(),
            _ => None,
        };
        told.unwrap_or_else(|| Self::Unknown(entry.record.clone()))
    }

    /// Who, what and the sentence.
    fn row(&self) -> [String; 3] {
        match self {
            Self::Event(event) => [
                actor_text(&event.actor),
                word(&event.action),
                match &event.target {
                    Some(target) => format!("{target}: {}", event.detail),
                    None => event.detail.clone(),
                },
            ],
            Self::Decision(decision) => {
                let who = decision.principal.as_ref();
                let endpoint = decision.endpoint.as_ref();
                let endpoint = endpoint.map_or("no endpoint", |endpoint| endpoint.as_str());
                [
                    who.map_or_else(
                        || decision.peer.clone(),
                        |who| match &who.trusted_issuer {
                            None => format!("{} {}", who.kind, who.credential_id),
                            Some(issuer) => format!("{} {issuer}|{}", who.kind, who.credential_id),
                        },
                    ),
                    verdict_word(decision.verdict).to_owned(),
                    format!("{endpoint}: {}", decision.detail),
                ]
            }
            Self::Outcome(outcome) => {
                let detail = upstream_text(outcome.upstream);
                ["gate".to_owned(), "outcome".to_owned(), detail]
            }
            Self::Unknown(value) => [String::new(), "unknown".to_owned(), value.to_string()],
        }
    }
}

/// Who acted.
pub(super) fn actor_text(actor: &Actor) -> String {
    match actor {
        Actor::Operator(id) => format!("operator {id}"),
        Actor::Client(id) => format!("client {id}"),
        Actor::Partner(name) => format!("partner {name}"),
        Actor::Holder(id) => format!("holder of {id}"),
        Actor::Account(id) => format!("account {id}"),
        Actor::Doorward => "doorward".to_owned(),
        Actor::Unknown => "unknown".to_owned(),
    }
}

/// A word of a closed list, by its stable name.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

/// What was decided.
pub(super) const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Permit => "permitted",
        Verdict::Denial => "denied",
    }
}

/// What the upstream did.
pub(super) fn upstream_text(upstream: UpstreamOutcome) -> String {
    match upstream {
        UpstreamOutcome::Status(status) => format!("the upstream answered {status}"),
        UpstreamOutcome::Unreachable => {
            "the upstream could not be reached: the request was not delivered".to_owned()
        }
        UpstreamOutcome::TimedOut => {
            "the upstream did not answer in time: whether it acted is unknown".to_owned()
        }
        UpstreamOutcome::Broken => {
            "the connection broke after the request was sent: whether the upstream acted is unknown"
                .to_owned()
        }
    }
}

fn tail_text(page: &AuditPage) -> String {
    if page.entries.is_empty() {
        return "The audit is empty.".to_owned();
    }
    let mut rows = table(["number", "when", "request", "who", "what", "detail"]);
    for entry in &page.entries {
        let [who, what, detail] = Told::of(entry).row();
        let number = entry.sequence.to_string();
        let row = [&number, &entry.at, &entry.request_id, &who, &what, &detail];
        rows.add_row(row.map(|cell| plain(cell)));
    }
    text(&rows)
}

fn verdict_text(verdict: &VerdictAnswer) -> String {
    let entries = verdict.entries;
    match (&verdict.finding, &verdict.head) {
        (Some(finding), _) => format!(
            "The audit was altered: entry {}: {}.\n\
             The {entries} entries before it are as they were written. What it says from there on \
             proves nothing: compare it with a backup, and find out who can write to the store.",
            finding.sequence,
            plain(&finding.detail),
        ),
        (None, head) => format!(
            "The audit is whole: {entries} entries, each as it was written.\n\
             Its head is {}. Keep it somewhere else: it shows if all of it is ever rewritten.",
            plain(head.as_deref().unwrap_or("not given")),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use admin::answer::BreakAnswer;

    #[test]
    fn an_altered_entry_is_named_with_what_still_holds() {
        let verdict = VerdictAnswer {
            clean: false,
            entries: 17,
            head: None,
            finding: Some(BreakAnswer {
                sequence: 18,
                detail: "its body or its digest was altered".to_owned(),
            }),
        };
        let told = verdict_text(&verdict);
        let expected = "The audit was altered: entry 18: its body or its digest was altered.\n\
            The 17 entries before it are as they were written.";
        assert!(told.starts_with(expected), "{told}");
    }

    #[test]
    fn an_entry_of_a_newer_version_is_shown_as_it_is() {
        let entry = AuditEntryAnswer {
            sequence: 1,
            at: "2027-01-15T08:00:00Z".to_owned(),
            request_id: "r1".to_owned(),
            kind: "blessing".to_owned(),
            record: serde_json::json!({"by": "\u{1b}[2J"}),
            previous: String::new(),
            digest: String::new(),
        };
        let page = AuditPage {
            entries: vec![entry],
            next_after: None,
        };
        let told = tail_text(&page);
        assert!(
            told.contains("unknown") && !told.contains('\u{1b}'),
            "{told}"
        );
    }
}
