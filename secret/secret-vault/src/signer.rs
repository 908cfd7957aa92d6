//! Signing with a key of the Transit engine.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jose::{Algorithm, KeyId, VerificationKey};
use secret_http::Question;
use secret_source::uri::VaultKey;
use secret_source::{Hash, RemoteSigner, SignatureKind, SourceFault, public_key};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Vault;

/// `vault-transit:MOUNT/KEY`, for a key that signs. It is held to the version
/// that was the latest when it was first opened: a rotation in Vault changes
/// nothing until the new version is published here as a key of its own.
#[derive(Debug)]
pub struct TransitSigner {
    vault: Arc<Vault>,
    key: VaultKey,
    version: u64,
    kind: SignatureKind,
    verification_key: VerificationKey,
}

#[derive(Deserialize)]
struct Answered<T> {
    data: T,
}

#[derive(Deserialize)]
struct KeyVersions {
    latest_version: u64,
    /// By version. A symmetric key has times here and not objects.
    keys: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct Signed {
    signature: String,
}

impl KeyVersions {
    async fn of(vault: &Vault, key: &VaultKey) -> Result<Self, SourceFault> {
        let path = format!("/v1/{}/keys/{}", key.mount(), key.name());
        let answer = vault.ask(|| Question::get(&path)).await?;
        let answer = answer.success(&format!("key {key}"))?;
        let versions: Answered<Self> = answer.json()?;
        Ok(versions.data)
    }

    fn public_half(
        &self,
        version: u64,
        algorithm: Algorithm,
        key_id: &KeyId,
    ) -> Result<VerificationKey, SourceFault> {
        let public = self.keys.get(&version.to_string());
        let public = public
            .and_then(|public| public.get("public_key")?.as_str())
            .filter(|public| !public.is_empty())
            .ok_or_else(|| public_key::other_key(algorithm))?;
        if public.starts_with("-----BEGIN") {
            return public_key::from_pem(public, algorithm, key_id);
        }
        // An Ed25519 key is its bytes in base64.
        let bytes = STANDARD.decode(public).unwrap_or_default();
        public_key::from_ed25519(&bytes, algorithm, key_id)
    }
}

impl TransitSigner {
    /// Opens the signer: reads the public half of its latest version.
    pub async fn open(
        vault: Arc<Vault>,
        key: VaultKey,
        (algorithm, key_id): (Algorithm, KeyId),
    ) -> Result<Self, SourceFault> {
        let versions = KeyVersions::of(&vault, &key).await?;
        let version = versions.latest_version;
        let public = versions.public_half(version, algorithm, &key_id)?;
        Self::holding(vault, key, version, public)
    }

    /// Opens the signer of the version that was published; of the latest one if
    /// none is it, so that whoever compares them can tell.
    pub async fn reopen(
        vault: Arc<Vault>,
        key: VaultKey,
        (published, key_id): (&VerificationKey, &KeyId),
    ) -> Result<Self, SourceFault> {
        let algorithm = published.algorithm();
        let versions = KeyVersions::of(&vault, &key).await?;
        let known = versions.keys.keys().filter_map(|text| text.parse().ok());
        let version = known.into_iter().find(|version| {
            let public = versions.public_half(*version, algorithm, key_id);
            public.is_ok_and(|public| public == *published)
        });
        let version = version.unwrap_or(versions.latest_version);
        let public = versions.public_half(version, algorithm, key_id)?;
        Self::holding(vault, key, version, public)
    }

    fn holding(
        vault: Arc<Vault>,
        key: VaultKey,
        version: u64,
        verification_key: VerificationKey,
    ) -> Result<Self, SourceFault> {
        let algorithm = verification_key.algorithm();
        let kind =
            SignatureKind::of(algorithm).ok_or_else(|| public_key::not_offered(algorithm))?;
        Ok(Self {
            vault,
            key,
            version,
            kind,
            verification_key,
        })
    }

    /// What is asked for `message`. The digest is made here: the claims stay.
    fn request(&self, message: &[u8]) -> Map<String, Value> {
        let input = match self.kind.hash() {
            None => message.to_vec(),
            Some(hash) => hash.digest(message),
        };
        let mut members: Vec<(&str, Value)> = vec![
            ("input", STANDARD.encode(input).into()),
            ("key_version", self.version.into()),
            ("marshaling_algorithm", "jws".into()),
        ];
        if let Some(hash) = self.kind.hash() {
            members.push(("hash_algorithm", hash_name(hash).into()));
            members.push(("prehashed", true.into()));
        }
        match self.kind {
            SignatureKind::RsaPkcs1(_) => {
                members.push(("signature_algorithm", "pkcs1v15".into()));
            }
            SignatureKind::RsaPss(_) => {
                members.push(("signature_algorithm", "pss".into()));
                // RFC 7518 section 3.5: a salt as long as the digest.
                members.push(("salt_length", "hash".into()));
            }
            SignatureKind::Ed25519 | SignatureKind::Ecdsa(_) => {}
        }
        let members = members.into_iter();
        members
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

const fn hash_name(hash: Hash) -> &'static str {
    match hash {
        Hash::Sha256 => "sha2-256",
        Hash::Sha384 => "sha2-384",
        Hash::Sha512 => "sha2-512",
    }
}

#[async_trait]
impl RemoteSigner for TransitSigner {
    fn verification_key(&self) -> &VerificationKey {
        &self.verification_key
    }

    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SourceFault> {
        let path = format!("/v1/{}/sign/{}", self.key.mount(), self.key.name());
        let body = self.request(message);
        let answer = self.vault.ask(|| Question::post(&path).json(&body)).await?;
        let answer = answer.success(&format!("key {} to sign with", self.key))?;
        let signed: Answered<Signed> = answer.json()?;
        let signature = signed
            .data
            .signature
            .strip_prefix(&format!("vault:v{}:", self.version))
            .and_then(|signature| URL_SAFE_NO_PAD.decode(signature).ok());
        signature.ok_or_else(|| {
            SourceFault::Malformed(format!(
                "Vault did not sign with version {} of {} as documented",
                self.version, self.key
            ))
        })
    }
}
