//! `doorward token`: what a token says, and what it is worth.
//!
//! | step | file |
//! |---|---|
//! | the token, from standard input by preference | `presented` |
//! | what else was handed in by mistake | `look_alike` |
//! | the checks by a key set of the user's | `key_set` |
//! | what the token says of itself | `says` |
//! | the report | `report` |

mod key_set;
mod look_alike;
mod presented;
mod report;
mod says;

use admin::answer::InspectionAnswer;
use base::Secret;
use serde_json::json;

use self::key_set::Local;
use self::report::{By, Report};
use crate::admin_api::Connection;
use crate::answer::{Exit, Fault, print};

/// What can be done with tokens.
#[derive(clap::Subcommand)]
pub(crate) enum Token {
    /// Say what a token is, whether its signature is good and whether it is
    /// still accepted.
    ///
    /// A running Doorward judges it, if it is known where one is; with
    /// --key-set, the keys there judge it; with neither it is only taken apart,
    /// and that is said first. The token is never printed.
    ///
    /// Exit status: 0 accepted, 2 refused, 3 nobody verified it, 1 a fault.
    Inspect(Inspect),
}

impl Token {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        match self {
            Self::Inspect(inspect) => inspect.run(),
        }
    }
}

/// What is inspected, and by what.
#[derive(clap::Args)]
pub(crate) struct Inspect {
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    local: Local,
    /// The audience that it must be for.
    #[arg(long, value_name = "URL")]
    audience: Option<String>,
    /// Judge nothing: only take the token apart.
    #[arg(long, conflicts_with = "key_set")]
    unverified: bool,
    /// The token; `-`, or nothing, reads it from standard input, where no
    /// history and no list of processes keeps it.
    #[arg(value_name = "TOKEN|-")]
    token: Option<String>,
}

impl Inspect {
    fn run(self) -> Result<Exit, Fault> {
        let token = presented::read(self.token.clone())?;
        let is_json = self.connection.json;
        if let Some(sentence) = look_alike::of(token.expose()) {
            let told = match is_json {
                true => json!({"verified": false, "not_a_token": sentence}).to_string(),
                false => format!("{sentence}\nIt was sent nowhere."),
            };
            print(&told)?;
            return Ok(Exit::Finding);
        }
        let (by, inspection) = self.judge(&token)?;
        let report = Report {
            by,
            inspection,
            says: says::Says::of(token.expose()),
        };
        print(&if is_json {
            report.json()
        } else {
            report.text(crate::table::Paper::of_stdout())
        })?;
        Ok(report.exit())
    }

    fn judge(&self, token: &Secret) -> Result<(By, Option<InspectionAnswer>), Fault> {
        let audience = self.audience.as_deref();
        if self.unverified {
            return Ok((By::Nobody, None));
        }
        if let Some(place) = &self.local.key_set {
            let answer = self.local.judge(place, token.expose(), audience)?;
            return Ok((By::KeySet(place.clone()), Some(answer)));
        }
        if !self.connection.is_configured() {
            return Ok((By::Nobody, None));
        }
        let session = self.connection.open()?;
        let body = json!({"token": token.expose(), "audience": audience});
        let answer = session.post("/admin/v1/token/inspect", &body)?;
        let answer = serde_json::from_value(answer).map_err(|_| {
            Fault::new(
                format!("{} gave an answer that is not understood", session.admin()),
                "see whether it is of this version",
            )
        })?;
        Ok((By::Admin(session.admin().to_owned()), Some(answer)))
    }
}
