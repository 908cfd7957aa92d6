//! Sealing a small key with a key of the Transit engine.

use std::sync::Arc;

use async_trait::async_trait;
use base::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secret_http::Question;
use secret_source::uri::VaultKey;
use secret_source::{KeyWrap, SecretBytes, SourceFault};
use serde::Deserialize;
use zeroize::{Zeroize as _, Zeroizing};

use crate::Vault;

/// `vault-transit:MOUNT/KEY`, for a key that encrypts.
#[derive(Debug)]
pub struct TransitWrap {
    vault: Arc<Vault>,
    key: VaultKey,
}

impl TransitWrap {
    /// With the key of this name.
    pub const fn new(vault: Arc<Vault>, key: VaultKey) -> Self {
        Self { vault, key }
    }
}

#[derive(Deserialize)]
struct Answered<T> {
    data: T,
}

#[derive(Deserialize)]
struct Encrypted {
    ciphertext: String,
}

#[derive(Deserialize)]
struct Decrypted {
    plaintext: String,
}

#[async_trait]
impl KeyWrap for TransitWrap {
    async fn wrap(&self, key: &[u8]) -> Result<Vec<u8>, SourceFault> {
        let path = format!("/v1/{}/encrypt/{}", self.key.mount(), self.key.name());
        let plaintext = Secret::new(STANDARD.encode(key));
        let body = [("plaintext", plaintext.expose())];
        let body: std::collections::BTreeMap<_, _> = body.into();
        let answer = self.vault.ask(|| Question::post(&path).json(&body)).await?;
        let answer = answer.success(&format!("key {} to encrypt with", self.key))?;
        let encrypted: Answered<Encrypted> = answer.json()?;
        let wrapped = encrypted.data.ciphertext.into_bytes();
        check_form(&wrapped)?;
        Ok(wrapped)
    }

    async fn unwrap(&self, wrapped: &[u8]) -> Result<SecretBytes, SourceFault> {
        let ciphertext = check_form(wrapped)?;
        let path = format!("/v1/{}/decrypt/{}", self.key.mount(), self.key.name());
        let body = [("ciphertext", ciphertext)];
        let body: std::collections::BTreeMap<_, _> = body.into();
        let answer = self.vault.ask(|| Question::post(&path).json(&body)).await?;
        if answer.status() == 400 {
            return Err(SourceFault::Malformed(format!(
                "the wrapped key was not wrapped by vault-transit:{}, or was altered",
                self.key
            )));
        }
        let answer = answer.success(&format!("key {} to decrypt with", self.key))?;
        let mut decrypted: Answered<Decrypted> = answer.json()?;
        let key = STANDARD.decode(&decrypted.data.plaintext);
        decrypted.data.plaintext.zeroize();
        key.map(Zeroizing::new).map_err(|_| {
            SourceFault::Malformed("Vault did not answer with base64 as documented".to_owned())
        })
    }
}

/// `vault:v1:BASE64`: what Transit writes, and nothing else is sent to it.
fn check_form(wrapped: &[u8]) -> Result<&str, SourceFault> {
    let text = std::str::from_utf8(wrapped).ok();
    let form = text.and_then(|text| {
        let (version, ciphertext) = text.strip_prefix("vault:v")?.split_once(':')?;
        let versioned = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
        (versioned
            && STANDARD
                .decode(ciphertext)
                .is_ok_and(|bytes| !bytes.is_empty()))
        .then_some(text)
    });
    form.ok_or_else(|| {
        SourceFault::Malformed("it is no ciphertext of Vault Transit (vault:v1:...)".to_owned())
    })
}
