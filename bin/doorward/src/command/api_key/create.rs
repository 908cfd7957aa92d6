//! `doorward key create`.

use std::path::PathBuf;

use admin::answer::CreatedApiKeyAnswer;

use super::arguments::ApiKeyArguments;
use super::record::record_text;
use super::{PATH, in_force_text};
use crate::admin_api::Connection;
use crate::answer::{Exit, Fault};
use crate::table::plain;

/// The arguments of `key create`.
#[derive(clap::Args)]
pub(crate) struct Create {
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    arguments: ApiKeyArguments,
    /// A file with one JSON object a line: makes a key of each. An interrupted
    /// run goes on where it stopped.
    #[arg(long, value_name = "FILE", requires_all = ["out", "batch"])]
    bulk: Option<PathBuf>,
    /// With --bulk: the file for their texts. Only its owner can read it; what
    /// stands in it stays.
    #[arg(long, value_name = "FILE", requires = "bulk")]
    out: Option<PathBuf>,
    /// With --bulk: the name by which they are found again.
    #[arg(long, value_name = "NAME", requires = "bulk")]
    batch: Option<String>,
}

impl Create {
    /// Does it.
    pub(super) fn run(self) -> Result<Exit, Fault> {
        let session = self.connection.open()?;
        if let (Some(input), Some(output), Some(batch)) = (&self.bulk, &self.out, &self.batch) {
            return super::bulk::create(&session, input, output, batch);
        }
        let created = session.post(PATH, &self.arguments.request()?)?;
        session.tell_once(created, created_text)?;
        Ok(Exit::Done)
    }
}

fn created_text(created: &CreatedApiKeyAnswer) -> String {
    let secret = plain(&created.secret);
    format!(
        "{}\n\n{}\n\n  {secret}\n\n\
         This is the only time that its text is shown: give it to its holder now.\n\
         To use it, with your gate's address for GATE:\n\n  \
         curl -i -H 'X-API-Key: {secret}' 'GATE/PATH'",
        record_text(&created.api_key),
        in_force_text(created.in_force, "The gate knows it"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::api_key::record::tests::api_key;
    use admin::answer::InForce;

    #[test]
    fn a_created_key_is_shown_with_a_line_to_copy() {
        let created = CreatedApiKeyAnswer {
            api_key: api_key(),
            secret: "dw_live_k0123456789abcde_SECRET".to_owned(),
            in_force: Some(InForce {
                revision: 7,
                after_ms: 3,
            }),
        };
        let expected = "\
API key       k0123456789abcde
status        active
environment   production
organisation  acme
owner         team-weather
purpose       nightly forecast import
revoker       weather-oncall
scopes        read:forecast
audience      https://api.example.com/weather
created       2027-01-15T08:00:00Z
expires       2027-04-15T08:00:00Z

The gate knows it, 3 ms after the change (revision 7).

  dw_live_k0123456789abcde_SECRET

This is the only time that its text is shown: give it to its holder now.
To use it, with your gate's address for GATE:

  curl -i -H 'X-API-Key: dw_live_k0123456789abcde_SECRET' 'GATE/PATH'";
        assert_eq!(created_text(&created), expected);
    }
}
