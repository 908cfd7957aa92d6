//! The public keys of GitHub's secret scanning, as
//! `https://api.github.com/meta/public_keys/secret_scanning` gives them.

use std::collections::BTreeMap;

use jose::DetachedKey;
use serde::Deserialize;

/// How many keys one document may have.
const MOST_KEYS: usize = 32;

/// The keys that a partner signs with, by their ids.
#[derive(Debug, Clone)]
pub struct PartnerKeys(BTreeMap<String, DetachedKey>);

/// The document is not a set of such keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidPartnerKeys(String);

impl std::fmt::Display for InvalidPartnerKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidPartnerKeys {}

/// What is not asked for is left unread: the partner may add to it.
#[derive(Deserialize)]
struct Document {
    public_keys: Vec<Written>,
}

#[derive(Deserialize)]
struct Written {
    key_identifier: String,
    key: String,
}

impl PartnerKeys {
    /// Reads the document: every key in it, or none.
    pub fn parse(text: &str) -> Result<Self, InvalidPartnerKeys> {
        let document: Document = serde_json::from_str(text)
            .map_err(|error| InvalidPartnerKeys(format!("it is not the document: {error}")))?;
        if document.public_keys.is_empty() || document.public_keys.len() > MOST_KEYS {
            return Err(InvalidPartnerKeys(format!(
                "it has {} keys; it takes 1 to {MOST_KEYS}",
                document.public_keys.len()
            )));
        }
        let mut keys = BTreeMap::new();
        for (place, written) in document.public_keys.into_iter().enumerate() {
            let wrong = |why: &str| InvalidPartnerKeys(format!("key {place}: {why}"));
            if written.key_identifier.is_empty() || written.key_identifier.len() > 128 {
                return Err(wrong("its identifier has not 1 to 128 characters"));
            }
            let key = DetachedKey::from_pem(&written.key).map_err(|_| {
                wrong("it is not one P-256 public key in PEM (-----BEGIN PUBLIC KEY-----)")
            })?;
            if keys.insert(written.key_identifier, key).is_some() {
                return Err(wrong("its identifier stands twice"));
            }
        }
        Ok(Self(keys))
    }

    /// Whether the key with that id has signed exactly these bytes.
    pub(super) fn verify(&self, id: &str, signature: &str, body: &[u8]) -> bool {
        self.0
            .get(id)
            .is_some_and(|key| key.verify(body, signature))
    }
}
