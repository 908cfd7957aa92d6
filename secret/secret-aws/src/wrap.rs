//! Sealing a small key with a key of KMS.

use async_trait::async_trait;
use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use secret_source::uri::AwsKey;
use secret_source::{KeyWrap, SecretBytes, SourceFault};
use zeroize::Zeroizing;

use crate::Aws;
use crate::fault::about;

/// The encryption context: it is authenticated with the ciphertext and stands
/// in the audit trail, so what was sealed for something else does not open, and
/// a key policy can be held to it (`kms:EncryptionContext:application`).
const CONTEXT: (&str, &str) = ("application", "doorward");

/// `aws-kms:KEY`, for a symmetric key.
#[derive(Debug)]
pub struct KmsWrap {
    aws: Aws,
    client: Client,
    key: AwsKey,
}

impl KmsWrap {
    /// With the key of this name.
    pub fn new(aws: &Aws, key: AwsKey) -> Self {
        Self {
            client: Client::new(&aws.config),
            aws: aws.clone(),
            key,
        }
    }

    fn empty() -> SourceFault {
        SourceFault::Malformed("KMS did not answer as documented".to_owned())
    }
}

#[async_trait]
impl KeyWrap for KmsWrap {
    async fn wrap(&self, key: &[u8]) -> Result<Vec<u8>, SourceFault> {
        let request = self
            .client
            .encrypt()
            .key_id(self.key.id())
            .encryption_context(CONTEXT.0, CONTEXT.1)
            .plaintext(Blob::new(key));
        let answer = request.send().await.map_err(|error| {
            let what = format!("key {} to encrypt with", self.key);
            about(&what, &self.aws.config, &error)
        })?;
        answer
            .ciphertext_blob
            .map(Blob::into_inner)
            .ok_or_else(Self::empty)
    }

    async fn unwrap(&self, wrapped: &[u8]) -> Result<SecretBytes, SourceFault> {
        // The key is named although the ciphertext names it too: what somebody
        // sealed with a key of theirs must not open here.
        let request = self
            .client
            .decrypt()
            .key_id(self.key.id())
            .encryption_context(CONTEXT.0, CONTEXT.1)
            .ciphertext_blob(Blob::new(wrapped));
        let answer = request.send().await.map_err(|error| {
            let what = format!("key {} to decrypt with", self.key);
            about(&what, &self.aws.config, &error)
        })?;
        let key = answer.plaintext.map(Blob::into_inner);
        key.map(Zeroizing::new).ok_or_else(Self::empty)
    }
}
