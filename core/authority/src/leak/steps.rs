//! What people still have to do, with commands that run as they stand.

use base::Timestamp;

use super::{Condition, Done, Leaked, Place};
use crate::accountability::Accountability;
use crate::api_key::ApiKey;
use crate::client::Client;

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What, in one sentence.
    pub what: String,
    /// The command that does it, if one does.
    pub command: Option<String>,
}

/// The steps that remain, in order.
pub fn steps(leaked: &Leaked, (condition, done): (Condition, Done), place: &Place) -> Vec<Step> {
    let mut steps = Vec::new();
    let told = |what: String| Step {
        what,
        command: None,
    };
    let id = leaked.id();
    let (noun, accountability) = match leaked {
        Leaked::ApiKey(record) => ("key", Some(&record.accountability)),
        Leaked::Client(record) => ("client", Some(&record.accountability)),
        Leaked::OperatorToken(_) => ("operator-token", None),
    };
    match (condition, done) {
        (_, Done::Notified) => steps.push(Step {
            what: "cut it off: the policy only notifies, and it still works".to_owned(),
            command: Some(revocation(noun, id)),
        }),
        (Condition::Superseded, _) => steps.push(told(format!(
            "let the rotation of {id} end: a rollback would bring the leaked secret back"
        ))),
        (_, Done::Suspended) | (Condition::Suspended, Done::NothingToCutOff) => steps.push(Step {
            what: "revoke it once its holder has another; a suspension is no end".to_owned(),
            command: Some(revocation(noun, id)),
        }),
        _ => {}
    }
    if let Some(accountability) = accountability {
        steps.push(told(format!(
            "tell its owner {} at {} that it leaked and what was done",
            accountability.owner, accountability.organisation
        )));
        steps.push(told(format!(
            "tell its revoker {}, who cuts it off when it leaks",
            accountability.revoker
        )));
    }
    match leaked {
        Leaked::OperatorToken(token) => {
            steps.push(told(format!("tell its holder {}", token.owner)));
            steps.push(told(
                "read the audit for what it did; every act of it names it".to_owned(),
            ));
        }
        Leaked::ApiKey(record) if ended(condition, done) => {
            steps.push(Step {
                what: "make another one, for its holder to put in place".to_owned(),
                command: Some(new_api_key(record)),
            });
        }
        Leaked::Client(record) if ended(condition, done) => {
            steps.push(Step {
                what: "make another one, for its holder to put in place".to_owned(),
                command: Some(new_client(record)),
            });
        }
        Leaked::ApiKey(_) | Leaked::Client(_) => {}
    }
    steps.push(told(format!(
        "remove it from where it was found ({place}), from its history and from copies; who has read it keeps it"
    )));
    steps
}

/// Whether its holder is left without one because of the leak.
fn ended(condition: Condition, done: Done) -> bool {
    done != Done::NothingToCutOff || condition == Condition::Revoked
}

fn revocation(noun: &str, id: &str) -> String {
    match noun {
        // With the server stopped, and by id alone.
        "operator-token" => {
            format!("doorward operator-token revoke {id} --config doorward.toml")
        }
        _ => format!("doorward {noun} revoke {id} --reason leaked"),
    }
}

/// One that may do what the other may, from where it may and as often: never a
/// wider one.
fn new_api_key(record: &ApiKey) -> String {
    let audience = quoted(record.audience.as_str());
    let mut line = command(
        "key",
        &record.accountability,
        record.scopes.iter().map(ToString::to_string),
        &[audience],
        lifetime(record.created_at, record.ends_at()),
    );
    for network in &record.networks {
        line.push_str(&format!(" --network {network}"));
    }
    if let Some(limit) = record.limit {
        let (requests, seconds) = (limit.requests, limit.per_seconds);
        line.push_str(&format!(" --limit {requests}/{seconds}s"));
    }
    line
}

fn new_client(record: &Client) -> String {
    let audiences: Vec<String> = record
        .audiences
        .iter()
        .map(|audience| quoted(audience.as_str()))
        .collect();
    command(
        "client",
        &record.accountability,
        record.scopes.iter().map(ToString::to_string),
        &audiences,
        lifetime(record.created_at, record.expires_at),
    )
}

fn command(
    noun: &str,
    accountability: &Accountability,
    scopes: impl Iterator<Item = String>,
    audiences: &[String],
    lifetime: String,
) -> String {
    let mut line = format!(
        "doorward {noun} create --organisation {} --owner {} --purpose {} --revoker {}",
        accountability.organisation,
        accountability.owner,
        quoted(&accountability.purpose),
        accountability.revoker
    );
    for scope in scopes {
        line.push_str(&format!(" --scope {scope}"));
    }
    for audience in audiences {
        line.push_str(&format!(" --audience {audience}"));
    }
    line.push_str(&format!(" --expires-in {lifetime}"));
    line
}

fn lifetime(created_at: Timestamp, expires_at: Timestamp) -> String {
    let seconds = expires_at.since(created_at).as_secs();
    match seconds / 86_400 {
        0 => format!("{}s", seconds.max(1)),
        days => format!("{}d", days.min(90)),
    }
}

/// As one word of a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
