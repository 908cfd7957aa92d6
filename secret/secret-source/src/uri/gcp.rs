//! Google Secret Manager: `projects/P/secrets/S/versions/V`.

use std::str::FromStr;

use super::InvalidSourceUri;

const SECRET: InvalidSourceUri = InvalidSourceUri(
    "a secret in Google Secret Manager is written gcp-sm:projects/PROJECT/secrets/SECRET/versions/VERSION, with a number or latest",
);

/// A version of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GcpSecret {
    project: String,
    secret: String,
    version: String,
}

impl GcpSecret {
    /// Its resource name, as the API takes it.
    pub fn name(&self) -> String {
        self.to_string()
    }
}

impl FromStr for GcpSecret {
    type Err = InvalidSourceUri;

    fn from_str(text: &str) -> Result<Self, InvalidSourceUri> {
        let mut parts = text.split('/');
        let mut next = || parts.next();
        let (
            Some("projects"),
            Some(project),
            Some("secrets"),
            Some(secret),
            Some("versions"),
            Some(version),
            None,
        ) = (next(), next(), next(), next(), next(), next(), next())
        else {
            return Err(SECRET);
        };
        let in_project =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let in_secret = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_project = (1..=64).contains(&project.len()) && project.bytes().all(in_project);
        let is_secret = (1..=255).contains(&secret.len()) && secret.bytes().all(in_secret);
        let is_number = (1..=20).contains(&version.len())
            && !version.starts_with('0')
            && version.bytes().all(|byte| byte.is_ascii_digit());
        if !is_project || !is_secret || !(is_number || version == "latest") {
            return Err(SECRET);
        }
        Ok(Self {
            project: project.to_owned(),
            secret: secret.to_owned(),
            version: version.to_owned(),
        })
    }
}

impl std::fmt::Display for GcpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "projects/{}/secrets/{}/versions/{}",
            self.project, self.secret, self.version
        )
    }
}
