//! A secret of AWS Secrets Manager.

use async_trait::async_trait;
use aws_sdk_secretsmanager::Client;
use base::Secret;
use secret_source::uri::AwsSecret;
use secret_source::{Members, SecretBytes, SecretSource, SourceFault};
use zeroize::Zeroizing;

use crate::Aws;
use crate::fault::about;

/// `aws-sm:ID`: the current version (`AWSCURRENT`), whole or one field of it.
#[derive(Debug)]
pub struct SecretsManagerSecret {
    aws: Aws,
    client: Client,
    secret: AwsSecret,
}

impl SecretsManagerSecret {
    /// The secret of this name.
    pub fn new(aws: &Aws, secret: AwsSecret) -> Self {
        Self {
            client: Client::new(&aws.config),
            aws: aws.clone(),
            secret,
        }
    }
}

#[async_trait]
impl SecretSource for SecretsManagerSecret {
    async fn read(&self) -> Result<SecretBytes, SourceFault> {
        let request = self.client.get_secret_value().secret_id(self.secret.id());
        let answer = request.send().await.map_err(|error| {
            let what = format!("secret {}", self.secret.id());
            about(&what, &self.aws.config, &error)
        })?;
        // Taken over at once, so that it is wiped with us.
        let text = answer.secret_string.map(Secret::new);
        let bytes = answer
            .secret_binary
            .map(|blob| Zeroizing::new(blob.into_inner()));
        let bytes = match (text, bytes) {
            (Some(text), _) => Zeroizing::new(text.expose().as_bytes().to_vec()),
            (None, Some(bytes)) => bytes,
            (None, None) => Zeroizing::default(),
        };
        if bytes.is_empty() {
            let id = self.secret.id();
            return Err(SourceFault::Malformed(format!("the secret {id} is empty")));
        }
        match self.secret.field() {
            Some(field) => Members::parse(&bytes)?.text(field),
            None => Ok(bytes),
        }
    }
}
