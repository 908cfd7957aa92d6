//! `doorward user`: the people who log in.

mod generated_password;
mod password_source;
mod words;

use admin::answer::{AccountPage, ChangedAccountAnswer};
use serde_json::{Value, json};

use super::api_key::in_force_text;
use crate::admin_api::{Connection, Session, record_path};
use crate::answer::{Exit, Fault};
pub(crate) use generated_password::generated_password;
use password_source::{Chosen, PasswordSource};
use words::{account_text, list_text, with_password};

const PATH: &str = "/admin/v1/account";

/// What can be done with people's accounts.
#[derive(clap::Subcommand)]
pub(crate) enum User {
    /// Create an account for a person who logs in.
    Create {
        #[command(flatten)]
        connection: Connection,
        #[command(flatten)]
        arguments: UserArguments,
    },
    /// List every account.
    List {
        #[command(flatten)]
        connection: Connection,
    },
    /// Show one account.
    Show {
        #[command(flatten)]
        connection: Connection,
        #[command(flatten)]
        who: Who,
    },
    /// Set a password; every session and token from before ends.
    SetPassword {
        #[command(flatten)]
        connection: Connection,
        #[command(flatten)]
        who: Who,
        #[command(flatten)]
        source: PasswordSource,
    },
    /// Let nobody log in as a person, and end every session and token of theirs.
    Disable {
        #[command(flatten)]
        connection: Connection,
        #[command(flatten)]
        who: Who,
        /// Why, in one line; the audit keeps it.
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Let a person log in again.
    Enable {
        #[command(flatten)]
        connection: Connection,
        #[command(flatten)]
        who: Who,
    },
    /// End every session and token of a person, on every device.
    LogOut {
        #[command(flatten)]
        connection: Connection,
        #[command(flatten)]
        who: Who,
    },
}

/// What an account says about its person. None is required here, so that the
/// one refusal of the admin API names all that are missing.
#[derive(clap::Args)]
pub(crate) struct UserArguments {
    /// What the person types to log in, such as alice.
    login_name: Option<String>,
    /// The organisation that the person belongs to, such as acme.
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    /// How pages call the person; the login name if it is left out.
    #[arg(long, value_name = "TEXT")]
    display_name: Option<String>,
    /// An address of mail.
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Set no password: nobody logs in with one until one is set.
    #[arg(long, conflicts_with_all = ["password_stdin", "generate_password"])]
    no_password: bool,
    #[command(flatten)]
    source: PasswordSource,
}

/// Whose account.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Who {
    /// What the person types to log in.
    login_name: Option<String>,
    /// The account's id instead.
    #[arg(long, value_name = "ID")]
    id: Option<String>,
}

impl User {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        match self {
            Self::Create {
                connection,
                arguments,
            } => create(&connection.open()?, &arguments)?,
            Self::List { connection } => {
                let session = connection.open()?;
                session.tell(session.every_page(PATH)?, |page: &AccountPage| {
                    list_text(&page.items)
                })?;
            }
            Self::Show { connection, who } => {
                let session = connection.open()?;
                let path = who.path(&session)?;
                session.tell(session.get(&path)?, account_text)?;
            }
            Self::SetPassword {
                connection,
                who,
                source,
            } => set_password(&connection.open()?, &who, &source)?,
            Self::Disable {
                connection,
                who,
                reason,
            } => {
                let body = json!({ "reason": reason });
                act(&connection.open()?, &who, ("disable", &body), REFUSED)?;
            }
            Self::Enable { connection, who } => {
                let past = "The person may log in again";
                act(&connection.open()?, &who, ("enable", &json!({})), past)?;
            }
            Self::LogOut { connection, who } => {
                act(&connection.open()?, &who, ("log_out", &json!({})), REFUSED)?;
            }
        }
        Ok(Exit::Done)
    }
}

const REFUSED: &str = "The gate refuses every token from before";

fn create(session: &Session, arguments: &UserArguments) -> Result<(), Fault> {
    let chosen = match arguments.no_password {
        true => None,
        false => Some(arguments.source.read()?),
    };
    let mut body = json!({
        "organisation": arguments.organisation,
        "login_name": arguments.login_name,
        "display_name": arguments.display_name,
        "email": arguments.email,
    });
    if let (Some(fields), Some(chosen)) = (body.as_object_mut(), &chosen) {
        fields.insert("password".to_owned(), json!(chosen.password.expose()));
    }
    let created = session.post(PATH, &body)?;
    tell(session, created, chosen.as_ref(), account_text)
}

fn set_password(session: &Session, who: &Who, source: &PasswordSource) -> Result<(), Fault> {
    let path = format!("{}/set_password", who.path(session)?);
    let chosen = source.read()?;
    let body = json!({ "password": chosen.password.expose() });
    tell(
        session,
        session.post(&path, &body)?,
        Some(&chosen),
        |changed| changed_text(changed, REFUSED),
    )
}

/// Tells an answer, with the password if it was made here: nobody has it else.
fn tell<T: serde::de::DeserializeOwned>(
    session: &Session,
    mut answer: Value,
    chosen: Option<&Chosen>,
    text: impl FnOnce(&T) -> String,
) -> Result<(), Fault> {
    let Some(chosen) = chosen.filter(|chosen| chosen.is_generated) else {
        return session.tell(answer, text).map(drop);
    };
    let password = chosen.password.expose();
    if let Some(fields) = answer.as_object_mut() {
        fields.insert("password".to_owned(), json!(password));
    }
    let told = session.tell_once(answer, |read: &T| with_password(&text(read), password));
    told.map(drop)
}

fn act(session: &Session, who: &Who, (act, body): (&str, &Value), past: &str) -> Result<(), Fault> {
    let path = format!("{}/{act}", who.path(session)?);
    session.tell(session.post(&path, body)?, |changed| {
        changed_text(changed, past)
    })?;
    Ok(())
}

fn changed_text(changed: &ChangedAccountAnswer, past: &str) -> String {
    let told = in_force_text(changed.in_force, past);
    format!("{}\n\n{told}", account_text(&changed.account))
}

impl Who {
    /// The path of the account. A login name is looked up.
    fn path(&self, session: &Session) -> Result<String, Fault> {
        if let Some(id) = &self.id {
            return record_path(PATH, id);
        }
        let name = self.login_name.as_deref().unwrap_or_default();
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("login_name", name)
            .finish();
        let page = session.get(&format!("{PATH}?{query}"))?;
        let found = page.pointer("/items/0/id").and_then(Value::as_str);
        let id = found.ok_or_else(|| {
            Fault::new(
                format!(
                    "nobody has the login name {:?}",
                    name.chars().take(80).collect::<String>()
                ),
                "doorward user list names everybody",
            )
        })?;
        record_path(PATH, id)
    }
}
