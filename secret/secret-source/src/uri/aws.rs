//! AWS Secrets Manager and KMS.

use std::str::FromStr;

use super::{InvalidSourceUri, is_field};

const SECRET: InvalidSourceUri = InvalidSourceUri(
    "a secret in AWS Secrets Manager is written aws-sm:NAME_OR_ARN, or aws-sm:NAME_OR_ARN#FIELD for a field of a JSON secret",
);
const KMS: InvalidSourceUri = InvalidSourceUri(
    "a key of AWS KMS is written aws-kms:KEY_ID, aws-kms:alias/NAME or aws-kms:ARN",
);

/// A secret of AWS Secrets Manager, or one field of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsSecret {
    id: String,
    field: Option<String>,
}

impl AwsSecret {
    /// Its name or ARN.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The field, when the secret is a JSON object and one is meant.
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }
}

impl FromStr for AwsSecret {
    type Err = InvalidSourceUri;

    fn from_str(text: &str) -> Result<Self, InvalidSourceUri> {
        let (id, field) = match text.split_once('#') {
            Some((id, field)) => (id, Some(field)),
            None => (text, None),
        };
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+=.@-:".contains(&byte);
        let is_id = (1..=2048).contains(&id.len()) && id.bytes().all(allowed);
        // A colon is for ARNs alone.
        let is_arn = id.starts_with("arn:");
        if !is_id || (id.contains(':') && !is_arn) || !field.is_none_or(is_field) {
            return Err(SECRET);
        }
        Ok(Self {
            id: id.to_owned(),
            field: field.map(str::to_owned),
        })
    }
}

impl std::fmt::Display for AwsSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.id)?;
        match &self.field {
            Some(field) => write!(f, "#{field}"),
            None => Ok(()),
        }
    }
}

/// A key of AWS KMS: key id, alias or ARN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsKey(String);

impl AwsKey {
    /// What the API calls `KeyId`.
    pub fn id(&self) -> &str {
        &self.0
    }
}

impl FromStr for AwsKey {
    type Err = InvalidSourceUri;

    fn from_str(text: &str) -> Result<Self, InvalidSourceUri> {
        let allowed =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'/' | b':');
        let form = match text.split_once([':', '/']) {
            None => !text.is_empty(),
            Some(("alias", name)) => {
                !name.is_empty() && !name.contains(':') && !text.contains("alias:")
            }
            Some(("arn", _)) => text.starts_with("arn:"),
            Some(_) => false,
        };
        if form && text.len() <= 2048 && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(KMS)
        }
    }
}

impl std::fmt::Display for AwsKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
