//! `[leak]`: what is done about a credential that was found where it must not be.

use std::path::{Path, PathBuf};

use admin::leak::{LeakResponse, PartnerKeys};
use authority::leak::{Policies, Policy};
use secret_source::SourceUri;
use serde::Deserialize;

use crate::answer::Fault;

/// The longest file of keys, in bytes.
const LONGEST_FILE: u64 = 1024 * 1024;

/// What is done, and who may report beside operators.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeakSection {
    /// For every kind.
    #[serde(default)]
    policy: Policy,
    /// For API keys, if it is another.
    #[serde(default)]
    api_key: Option<Policy>,
    /// For clients whose secret leaked, if it is another.
    #[serde(default)]
    client: Option<Policy>,
    /// For operator tokens, if it is another.
    #[serde(default)]
    operator_token: Option<Policy>,
    /// GitHub's secret scanning.
    #[serde(default)]
    github: Option<PartnerSection>,
}

/// A partner that reports leaked secrets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartnerSection {
    /// Its public keys.
    keys: KeyFile,
}

/// `file:PATH`.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct KeyFile(PathBuf);

impl TryFrom<String> for KeyFile {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        match text.parse() {
            Ok(SourceUri::File(path)) => Ok(Self(path)),
            _ => Err("the partner's public keys are written file:PATH"),
        }
    }
}

impl LeakSection {
    /// What the admin API is told; files are named from `directory`.
    pub(crate) fn response(&self, directory: &Path) -> Result<LeakResponse, Fault> {
        let github = self.github.as_ref();
        Ok(LeakResponse {
            policies: Policies {
                api_key: self.api_key.unwrap_or(self.policy),
                client: self.client.unwrap_or(self.policy),
                operator_token: self.operator_token.unwrap_or(self.policy),
            },
            github: github
                .map(|partner| read_keys(&directory.join(&partner.keys.0)))
                .transpose()?,
        })
    }
}

fn read_keys(path: &Path) -> Result<PartnerKeys, Fault> {
    let unusable = |error: &dyn std::fmt::Display| {
        Fault::new(
            format!(
                "the partner's public keys {} cannot be used: {error}",
                path.display()
            ),
            "save https://api.github.com/meta/public_keys/secret_scanning there, as it is",
        )
    };
    let length = std::fs::metadata(path)
        .map_err(|error| unusable(&error))?
        .len();
    if length > LONGEST_FILE {
        return Err(unusable(&"it has more than 1 MiB"));
    }
    let text = std::fs::read_to_string(path).map_err(|error| unusable(&error))?;
    PartnerKeys::parse(&text).map_err(|error| unusable(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<LeakSection, String> {
        toml::from_str(text).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn a_leaked_credential_is_revoked_unless_the_file_says_otherwise() {
        let policies = |text: &str| {
            let section = read(text).unwrap();
            section.response(Path::new(".")).unwrap().policies
        };
        let revoke = Policies::default();
        assert_eq!(revoke.api_key, Policy::Revoke);
        assert_eq!(policies(""), revoke);
        let mixed = policies("policy = \"suspend\"\nclient = \"notify\"");
        assert_eq!(mixed.api_key, Policy::Suspend);
        assert_eq!(mixed.client, Policy::Notify);
        assert_eq!(mixed.operator_token, Policy::Suspend);
    }

    #[test]
    fn what_is_no_policy_and_no_file_is_refused() {
        for wrong in [
            "policy = \"ignore\"",
            "policy = \"\"",
            "polcy = \"revoke\"",
            "github = {}",
            "github = { keys = \"env:KEYS\" }",
            "github = { keys = \"https://api.github.com/\" }",
            "github = { keys = \"file:a\", key = \"file:b\" }",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        let missing = read("github = { keys = \"file:not-there.json\" }").unwrap();
        let fault = missing.response(Path::new("/nonexistent")).unwrap_err();
        assert!(fault.to_string().contains("not-there.json"), "{fault}");
    }
}
