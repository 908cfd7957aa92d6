//! A signing key is made and sealed in one step: its private half is never
//! written in the clear.

use base::{Entropy, Timestamp};
use credential::Environment;
use jose::{Algorithm, KeyId, SigningKey};
use snapshot::KeyStage;

use super::schedule::LONGEST_LIFE;
use super::{Custody, SealingKey, SigningKeyRecord};

/// The letter that our key ids start with.
pub(super) const KEY_ID_PREFIX: char = 's';

/// The machine's cryptography failed; nothing was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreateFault;

impl std::fmt::Display for CreateFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a signing key could not be made: the cryptographic library refused")
    }
}

impl std::error::Error for CreateFault {}

/// Makes and seals a key that is published and not yet active.
pub fn make_sealed(
    algorithm: Algorithm,
    sealing_key: &SealingKey,
    environment: &Environment,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<SigningKeyRecord, CreateFault> {
    let key_id: KeyId = base::generate_id_text(KEY_ID_PREFIX, entropy)
        .parse()
        .map_err(|_| CreateFault)?;
    let signing_key = SigningKey::generate(algorithm, key_id.clone()).map_err(|_| CreateFault)?;
    let private = signing_key.to_pkcs8().map_err(|_| CreateFault)?;
    let sealed = sealing_key
        .seal(&private, &key_id, &environment.name, entropy)
        .ok_or(CreateFault)?;
    Ok(SigningKeyRecord {
        key_id,
        environment: environment.name.clone(),
        algorithm,
        stage: KeyStage::Next,
        public: signing_key.verification_key().to_jwk(),
        custody: Custody::Sealed(sealed),
        created_at: now,
        expires_at: now.after(LONGEST_LIFE),
        published_at: Some(now),
        activated_at: None,
        retiring_since: None,
        retired_at: None,
        retired_because: None,
    })
}
