//! The account at AWS of a configuration.

use secret_aws::{AccessKey, Aws, Settings};
use secret_source::SourceFault;

use super::Places;

impl Places {
    /// The account. What [secrets.aws] does not say, the library finds where
    /// every program of AWS looks.
    pub(super) async fn aws(&self) -> Result<Aws, SourceFault> {
        let section = self.sections.aws.clone().unwrap_or_default();
        let access_key = match (section.access_key_id, section.secret_access_key) {
            (Some(id), Some(secret)) => Some(AccessKey {
                id,
                secret: self.credential(secret.uri())?,
                session_token: section
                    .session_token
                    .map(|token| self.credential(token.uri()))
                    .transpose()?,
            }),
            (None, None) if section.session_token.is_none() => None,
            _ => {
                return Err(SourceFault::Malformed(
                    "[secrets.aws] has access_key_id and secret_access_key, or neither".into(),
                ));
            }
        };
        Aws::new(Settings {
            region: section.region,
            endpoint: section.endpoint.map(Into::into),
            access_key,
        })
        .await
    }
}
