//! Nothing is made under a digest key that was retired: it would be refused
//! everywhere.

use credential::{DigestKey, RetiredDigestKeys};

use crate::Refusal;

/// Refuses to make a secret under `key` once it was retired.
pub fn require_in_use(key: &DigestKey, retired: &RetiredDigestKeys) -> Result<(), Refusal> {
    match retired.refused_since(Some(key.id())) {
        None => Ok(()),
        Some(at) => Err(Refusal::WrongStage {
            detail: format!("the digest key {} is retired since {at}", key.id()),
            fix: "put a new key in secrets.digest_key, the retired one in \
                  secrets.previous_digest_keys, and restart"
                .to_owned(),
        }),
    }
}
