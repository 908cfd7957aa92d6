//! `doorward key rotate`.

use admin::answer::RotatedApiKeyAnswer;
use serde_json::json;

use super::record::record_text;
use super::{PATH, in_force_text};
use crate::admin_api::{Connection, record_path};
use crate::answer::{Exit, Fault};
use crate::table::plain;

/// The arguments of `key rotate`.
#[derive(clap::Args)]
pub(crate) struct Rotate {
    #[command(flatten)]
    connection: Connection,
    /// Its public id.
    id: String,
    /// How long both secrets are accepted, such as 7d: at most 30d [default: 7d].
    #[arg(long, value_name = "TIME")]
    overlap: Option<String>,
    /// How long the newer secret lives, such as 90d [default: what the key's
    /// policy allows].
    #[arg(long, value_name = "TIME")]
    expires_in: Option<String>,
}

impl Rotate {
    /// Does it.
    pub(super) fn run(self) -> Result<Exit, Fault> {
        let session = self.connection.open()?;
        let path = format!("{}/rotate", record_path(PATH, &self.id)?);
        let body = json!({ "overlap": self.overlap, "expires_in": self.expires_in });
        session.tell_once(session.post(&path, &body)?, rotated_text)?;
        Ok(Exit::Done)
    }
}

fn rotated_text(rotated: &RotatedApiKeyAnswer) -> String {
    let id = plain(&rotated.api_key.id);
    let secret = plain(&rotated.secret);
    format!(
        "{}\n\n{}\n\n  {secret}\n\n\
         This is the only time that the newer secret is shown: give it to its holder now.\n\
         Then:\n  \
         doorward key show {id}      says whether the older secret is still used\n  \
         doorward key cut-over {id}  refuses the older secret\n  \
         doorward key rollback {id}  undoes the last step: here, withdraws the newer secret\n\
         Left alone, the older secret ends by itself.",
        record_text(&rotated.api_key),
        in_force_text(rotated.in_force, "The gate accepts both"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::api_key::{record::tests::api_key, rotation::tests::rotation};
    use admin::answer::ApiKeyAnswer;

    #[test]
    fn the_newer_secret_is_shown_once_with_what_to_do_next() {
        let rotated = RotatedApiKeyAnswer {
            api_key: ApiKeyAnswer {
                rotation: Some(rotation()),
                ..api_key()
            },
            secret: "dw_live_k0123456789abcde_SECRET".to_owned(),
            in_force: None,
        };
        let told = rotated_text(&rotated);
        assert_eq!(told.matches("SECRET").count(), 1, "{told}");
        for next in ["show", "cut-over", "rollback"] {
            let command = format!("doorward key {next} k0123456789abcde");
            assert!(told.contains(&command), "{told}");
        }
        assert!(told.contains("older secret  number 1"), "{told}");
    }
}
