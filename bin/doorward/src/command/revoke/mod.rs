//! `doorward revoke`: one way to cut off a credential of any kind, as each row
//! of the register gives it.

mod preview;
mod receipt;

use serde_json::{Value, json};

use crate::admin_api::{Connection, Session, record_path};
use crate::answer::{Exit, Fault};

/// Cut a credential of any kind off, at once.
#[derive(clap::Args)]
pub(crate) struct Revoke {
    #[command(flatten)]
    connection: Connection,
    /// What it is, as the register says.
    #[arg(value_enum, value_name = "KIND")]
    kind: Kind,
    /// Its id, as the register says.
    id: String,
    /// Why, in one line; the audit keeps it.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Only say who stops working.
    #[arg(long)]
    preview: bool,
    /// End with status 3 if no gate has confirmed it.
    #[arg(long)]
    wait: bool,
    /// For a trusted issuer: how long nothing of it is accepted; 1d if it is
    /// left out, 0s for what it has issued until now alone.
    #[arg(long, value_name = "TIME")]
    hold: Option<String>,
}

/// What can be cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
enum Kind {
    /// An API key.
    ApiKey,
    /// A client, and with it every token that it holds.
    Client,
    /// An operator token.
    OperatorToken,
    /// A signing key; if it is active, every key of its lane is replaced.
    SigningKey,
    /// A trusted issuer: everything that it has issued, and will for a while.
    TrustedIssuer,
    /// A digest key: every secret that stands under it.
    DigestKey,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "api_key",
            Self::Client => "client",
            Self::OperatorToken => "operator_token",
            Self::SigningKey => "signing_key",
            Self::TrustedIssuer => "trusted_issuer",
            Self::DigestKey => "digest_key",
        }
    }
}

impl Revoke {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        if self.hold.is_some() && self.kind != Kind::TrustedIssuer {
            return Err(Fault::new(
                "--hold is for a trusted issuer alone",
                "leave it out: every other revocation is for good",
            ));
        }
        let session = self.connection.open()?;
        let kind = self.kind.as_str();
        if self.preview {
            let path = preview::path(kind, &self.id)?;
            session.tell(session.get(&path)?, preview::text)?;
            return Ok(Exit::Done);
        }
        let answer = self.send(&session)?;
        let is_in_force = answer.get("in_force").is_some_and(|told| !told.is_null());
        // An operator token is looked up on every request: nobody has to follow.
        let is_confirmed = is_in_force || self.kind == Kind::OperatorToken;
        session.tell(answer, |answer: &Value| {
            receipt::text(kind, &self.id, answer)
        })?;
        Ok(match self.wait && !is_confirmed {
            true => Exit::Incomplete,
            false => Exit::Done,
        })
    }

    fn send(&self, session: &Session) -> Result<Value, Fault> {
        let body = json!({ "reason": self.reason });
        let path = |act: &str| {
            let collection = format!("/admin/v1/{}", self.kind.as_str());
            Ok::<_, Fault>(format!("{}/{act}", record_path(&collection, &self.id)?))
        };
        match self.kind {
            Kind::ApiKey | Kind::Client | Kind::OperatorToken => {
                session.post(&path("revoke")?, &body)
            }
            Kind::DigestKey => session.post(&path("retire")?, &body),
            Kind::SigningKey => match active_lane(session, &self.id)? {
                None => session.post(&path("retire")?, &body),
                // Whoever has the key that signs may have been where the next one is.
                Some(lane) => {
                    let body =
                        json!({ "algorithm": lane, "emergency": true, "reason": self.reason });
                    session.post("/admin/v1/signing_key/rotate", &body)
                }
            },
            Kind::TrustedIssuer => {
                let body = match &self.hold {
                    Some(hold) => json!({ "reason": self.reason, "hold": hold }),
                    None => body,
                };
                session.post(&issuer_path(&self.id)?, &body)
            }
        }
    }
}

/// The lane of a signing key, if it is the active one of it.
fn active_lane(session: &Session, id: &str) -> Result<Option<String>, Fault> {
    let keys = session.get("/admin/v1/signing_key")?;
    let keys = keys.get("items").and_then(Value::as_array);
    let key = keys.into_iter().flatten().find(|key| is(key, "key_id", id));
    let active = key.filter(|key| is(key, "stage", "active"));
    let lane = active.and_then(|key| key.get("algorithm")?.as_str());
    Ok(lane.map(str::to_owned))
}

fn is(record: &Value, field: &str, text: &str) -> bool {
    record.get(field).and_then(Value::as_str) == Some(text)
}

/// The path of a trusted issuer, whose name may have hyphens.
fn issuer_path(name: &str) -> Result<String, Fault> {
    let name: base::Name = name.parse().map_err(|error: base::InvalidName| {
        Fault::new(error.to_string(), "see doorward register")
    })?;
    Ok(format!("/admin/v1/trusted_issuer/{name}/cut_off"))
}
