//! `doorward signing-key`: list, add, rotate, roll back and retire signing keys.

use admin::answer::{ChangedSigningKeysAnswer, SigningKeyAnswer, SigningKeysAnswer};
use serde_json::Value;

use super::api_key::in_force_text;
use crate::admin_api::{Connection, RevocationArguments, record_path};
use crate::answer::{Exit, Fault};
use crate::table::{plain, table, text};

const PATH: &str = "/admin/v1/signing_key";

/// What can be done with signing keys.
#[derive(clap::Subcommand)]
pub(crate) enum SigningKey {
    /// List every signing key and where it stands.
    List {
        #[command(flatten)]
        connection: Connection,
    },
    /// Stage a key: the first of a new lane, or the next one that a lane lacks.
    Add {
        #[command(flatten)]
        connection: Connection,
        /// Its algorithm, such as EdDSA.
        #[arg(long, value_name = "NAME")]
        algorithm: Option<String>,
        /// The address of a key that another place holds and signs with.
        #[arg(long, value_name = "SOURCE-URI")]
        key: Option<String>,
    },
    /// Make a lane the one that signs where an API names no algorithm.
    Default {
        #[command(flatten)]
        connection: Connection,
        /// Its algorithm, such as EdDSA.
        #[arg(long, value_name = "NAME")]
        algorithm: Option<String>,
    },
    /// Let the next key sign and the active one retire; or replace every key.
    Rotate {
        #[command(flatten)]
        connection: Connection,
        /// The lane, by its algorithm; the default one, or all in an emergency.
        #[arg(long, value_name = "NAME")]
        algorithm: Option<String>,
        /// The address of the key after the next one, if another place holds it.
        #[arg(long, value_name = "SOURCE-URI")]
        key: Option<String>,
        /// Retire every key at once: every token that is out is refused.
        #[arg(long)]
        emergency: bool,
        /// Why there is an emergency, in one line; the audit keeps it.
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Undo the last rotation, while the old key is retiring.
    Rollback {
        #[command(flatten)]
        connection: Connection,
        /// The lane, by its algorithm; the default one if it is left out.
        #[arg(long, value_name = "NAME")]
        algorithm: Option<String>,
    },
    /// Retire a next or a retiring key before its time, for good.
    Retire {
        #[command(flatten)]
        connection: Connection,
        #[command(flatten)]
        arguments: RevocationArguments,
    },
}

impl SigningKey {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        match self {
            Self::List { connection } => {
                let session = connection.open()?;
                session.tell(session.get(PATH)?, |keys: &SigningKeysAnswer| {
                    list_text(&keys.items)
                })?;
                Ok(Exit::Done)
            }
            Self::Add {
                connection,
                algorithm,
                key,
            } => {
                let body = body([("algorithm", text_of(algorithm)), ("key", text_of(key))]);
                change(&connection, PATH, &body, "The gate knows it")
            }
            Self::Default {
                connection,
                algorithm,
            } => {
                let path = format!("{PATH}/default");
                let body = body([("algorithm", text_of(algorithm))]);
                change(&connection, &path, &body, "The gate knows it")
            }
            Self::Rotate {
                connection,
                algorithm,
                key,
                emergency,
                reason,
            } => {
                let path = format!("{PATH}/rotate");
                let body = body([
                    ("algorithm", text_of(algorithm)),
                    ("key", text_of(key)),
                    ("reason", text_of(reason)),
                    ("emergency", emergency.then_some(Value::Bool(true))),
                ]);
                let what = match emergency {
                    true => "The gate refuses every token of the old keys",
                    false => "The gate accepts both, the old key until its last token has ended",
                };
                change(&connection, &path, &body, what)
            }
            Self::Rollback {
                connection,
                algorithm,
            } => {
                let path = format!("{PATH}/rollback");
                let body = body([("algorithm", text_of(algorithm))]);
                change(&connection, &path, &body, "The gate knows it")
            }
            Self::Retire {
                connection,
                arguments,
            } => {
                let path = format!("{}/retire", record_path(PATH, &arguments.id)?);
                let what = "The gate refuses what it signed";
                change(&connection, &path, &arguments.body(), what)
            }
        }
    }
}

/// Only what was given: what is left out has its own meaning.
fn body<const FIELDS: usize>(fields: [(&str, Option<Value>); FIELDS]) -> Value {
    let given = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(given.collect())
}

fn text_of(given: Option<String>) -> Option<Value> {
    given.map(Value::String)
}

fn change(connection: &Connection, path: &str, body: &Value, what: &str) -> Result<Exit, Fault> {
    let session = connection.open()?;
    let tell = |changed: &ChangedSigningKeysAnswer| {
        let live: Vec<_> = changed
            .items
            .iter()
            .filter(|key| key.stage != "retired")
            .cloned()
            .collect();
        let in_force = in_force_text(changed.in_force, what);
        format!("{}\n\n{in_force}", list_text(&live))
    };
    session.tell(session.post(path, body)?, tell)?;
    Ok(Exit::Done)
}

fn list_text(keys: &[SigningKeyAnswer]) -> String {
    let mut rows = table([
        "key id",
        "algorithm",
        "stage",
        "since",
        "ends",
        "custody",
        "remark",
    ]);
    for key in keys {
        let since = [&key.active_since, &key.retiring_since, &key.retired_at];
        let since = since.into_iter().flatten().next();
        let row = [
            key.key_id.as_str(),
            &key.algorithm,
            &key.stage,
            since.unwrap_or(&key.published_at),
            &key.ends_at,
            &key.custody,
            &remark(key),
        ];
        rows.add_row(row.map(plain));
    }
    text(&rows)
}

fn remark(key: &SigningKeyAnswer) -> String {
    match (key.stage.as_str(), &key.usable_from, &key.retired_because) {
        ("active", _, _) if key.default => "default".to_owned(),
        ("next", Some(from), _) => format!("may sign from {from}"),
        ("retired", _, Some(because)) => because.clone(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn key(stage: &str) -> SigningKeyAnswer {
        SigningKeyAnswer {
            key_id: format!("s-{stage}"),
            algorithm: "ES256".to_owned(),
            stage: stage.to_owned(),
            default: stage != "retired",
            custody: "sealed".to_owned(),
            created_at: "2027-01-15T08:00:00Z".to_owned(),
            published_at: "2027-01-15T08:00:00Z".to_owned(),
            usable_from: (stage == "next").then(|| "2027-01-15T08:10:00Z".to_owned()),
            active_since: (stage == "active").then(|| "2027-01-16T08:00:00Z".to_owned()),
            retiring_since: None,
            ends_at: "2027-04-15T08:00:00Z".to_owned(),
            retired_at: (stage == "retired").then(|| "2027-01-17T08:00:00Z".to_owned()),
            retired_because: (stage == "retired").then(|| "emergency: a\x1b[2Jb".to_owned()),
        }
    }

    #[test]
    fn each_key_is_one_row_that_says_where_it_stands() {
        let told = list_text(&[key("active"), key("next"), key("retired")]);
        let squeezed: Vec<String> = told
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(
            squeezed,
            [
                "KEY ID ALGORITHM STAGE SINCE ENDS CUSTODY REMARK",
                "s-active ES256 active 2027-01-16T08:00:00Z 2027-04-15T08:00:00Z sealed default",
                "s-next ES256 next 2027-01-15T08:00:00Z 2027-04-15T08:00:00Z sealed \
                 may sign from 2027-01-15T08:10:00Z",
                "s-retired ES256 retired 2027-01-17T08:00:00Z 2027-04-15T08:00:00Z sealed \
                 emergency: a\u{fffd}[2Jb",
            ]
        );
    }

    #[test]
    fn what_is_not_given_is_not_sent() {
        let sent = body([("algorithm", None), ("reason", Some("x".into()))]);
        assert_eq!(sent, json!({"reason": "x"}));
    }
}
