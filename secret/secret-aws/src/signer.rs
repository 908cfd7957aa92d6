//! Signing with a key of KMS.

use async_trait::async_trait;
use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{MessageType, SigningAlgorithmSpec};
use jose::{Algorithm, KeyId, VerificationKey};
use secret_source::uri::AwsKey;
use secret_source::{Curve, Hash, RemoteSigner, SignatureKind, SourceFault, der, public_key};

use crate::Aws;
use crate::fault::about;

/// The longest message that KMS takes whole, in bytes.
const LONGEST_MESSAGE: usize = 4096;

/// `aws-kms:KEY`, for an asymmetric key that signs. It is held to the key that
/// the name meant when it was opened: an alias that is moved changes nothing
/// until the new key is published here.
#[derive(Debug)]
pub struct KmsSigner {
    aws: Aws,
    client: Client,
    /// The ARN of the key.
    key: String,
    kind: SignatureKind,
    verification_key: VerificationKey,
}

impl KmsSigner {
    /// Opens the signer: reads the public half.
    pub async fn open(
        aws: &Aws,
        key: AwsKey,
        (algorithm, key_id): (Algorithm, KeyId),
    ) -> Result<Self, SourceFault> {
        let kind =
            SignatureKind::of(algorithm).ok_or_else(|| public_key::not_offered(algorithm))?;
        let client = Client::new(&aws.config);
        let request = client.get_public_key().key_id(key.id());
        let answer = request
            .send()
            .await
            .map_err(|error| about(&format!("key {key}"), &aws.config, &error))?;
        // RSA keys are for encryption or for signatures; KMS says which.
        if !answer.signing_algorithms().contains(&specification(kind)) {
            return Err(public_key::other_key(algorithm));
        }
        let (Some(arn), Some(public)) = (answer.key_id, answer.public_key) else {
            return Err(public_key::other_key(algorithm));
        };
        let verification_key = public_key::from_spki(public.as_ref(), algorithm, &key_id)?;
        Ok(Self {
            aws: aws.clone(),
            client,
            key: arn,
            kind,
            verification_key,
        })
    }

    /// What is sent for `message`. One that is too long is sent as its digest;
    /// Ed25519 has no such form (its prehashed one is another algorithm).
    fn input(&self, message: &[u8]) -> (MessageType, Vec<u8>) {
        match self.kind.hash() {
            Some(hash) if message.len() > LONGEST_MESSAGE => {
                (MessageType::Digest, hash.digest(message))
            }
            _ => (MessageType::Raw, message.to_vec()),
        }
    }
}

const fn specification(kind: SignatureKind) -> SigningAlgorithmSpec {
    match kind {
        SignatureKind::Ed25519 => SigningAlgorithmSpec::Ed25519Sha512,
        SignatureKind::Ecdsa(Curve::P256) => SigningAlgorithmSpec::EcdsaSha256,
        SignatureKind::Ecdsa(Curve::P384) => SigningAlgorithmSpec::EcdsaSha384,
        SignatureKind::Ecdsa(Curve::P521) => SigningAlgorithmSpec::EcdsaSha512,
        SignatureKind::RsaPkcs1(Hash::Sha256) => SigningAlgorithmSpec::RsassaPkcs1V15Sha256,
        SignatureKind::RsaPkcs1(Hash::Sha384) => SigningAlgorithmSpec::RsassaPkcs1V15Sha384,
        SignatureKind::RsaPkcs1(Hash::Sha512) => SigningAlgorithmSpec::RsassaPkcs1V15Sha512,
        SignatureKind::RsaPss(Hash::Sha256) => SigningAlgorithmSpec::RsassaPssSha256,
        SignatureKind::RsaPss(Hash::Sha384) => SigningAlgorithmSpec::RsassaPssSha384,
        SignatureKind::RsaPss(Hash::Sha512) => SigningAlgorithmSpec::RsassaPssSha512,
    }
}

#[async_trait]
impl RemoteSigner for KmsSigner {
    fn verification_key(&self) -> &VerificationKey {
        &self.verification_key
    }

    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SourceFault> {
        let (message_type, input) = self.input(message);
        let request = self
            .client
            .sign()
            .key_id(&self.key)
            .signing_algorithm(specification(self.kind))
            .message_type(message_type)
            .message(Blob::new(input));
        let answer = request.send().await.map_err(|error| {
            let what = format!("key {} to sign with", self.key);
            about(&what, &self.aws.config, &error)
        })?;
        let signature = answer.signature.map(Blob::into_inner);
        let signature = match self.kind {
            SignatureKind::Ecdsa(curve) => {
                signature.and_then(|der| der::ecdsa_fixed(&der, curve.octets()))
            }
            _ => signature,
        };
        signature.ok_or_else(|| SourceFault::Malformed("KMS did not sign as documented".to_owned()))
    }
}
