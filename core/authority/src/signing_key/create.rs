//! A signing key is made and sealed in one step: its private half is never
//! written in the clear.

use base::{Entropy, Lifetime, Timestamp};
use credential::Environment;
use jose::{Algorithm, KeyId, SigningKey};
use snapshot::{Change, KeyStage};

use super::{SealingKey, SigningKeyRecord};
use crate::audit::{Action, Origin};
use crate::{Effect, Plan, Writes};

/// How long a signing key lives: 90 days.
pub const LIFETIME: Lifetime = Lifetime::from_secs(90 * 86_400);

/// The letter that our key ids start with.
const KEY_ID_PREFIX: char = 's';

/// The machine's cryptography failed; nothing was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreateFault;

impl std::fmt::Display for CreateFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a signing key could not be made: the cryptographic library refused")
    }
}

impl std::error::Error for CreateFault {}

/// Creates the first signing key of an environment, at once active: nobody
/// has a token yet that would know another one.
pub fn create(
    algorithm: Algorithm,
    sealing_key: &SealingKey,
    origin: &Origin,
    environment: &Environment,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Plan<SigningKeyRecord>, CreateFault> {
    let key_id: KeyId = base::generate_id_text(KEY_ID_PREFIX, entropy)
        .parse()
        .map_err(|_| CreateFault)?;
    let signing_key = SigningKey::generate(algorithm, key_id.clone()).map_err(|_| CreateFault)?;
    let private = signing_key.to_pkcs8().map_err(|_| CreateFault)?;
    let sealed = sealing_key
        .seal(&private, &key_id, &environment.name, entropy)
        .ok_or(CreateFault)?;
    let record = SigningKeyRecord {
        key_id: key_id.clone(),
        environment: environment.name.clone(),
        algorithm,
        stage: KeyStage::Active,
        public: signing_key.verification_key().to_jwk(),
        sealed,
        created_at: now,
        expires_at: now.after(LIFETIME),
    };
    let detail = format!("{} until {}", algorithm.as_str(), record.expires_at);
    let event = origin.event(
        Action::SigningKeyCreated,
        Some(key_id.to_string()),
        detail,
        now,
    );
    let writes = Writes {
        effects: vec![Effect::CreateSigningKey(record.clone())],
        audit: vec![event],
        changes: vec![Change::KeysPublished {
            keys: vec![record.published()],
        }],
    };
    Ok(Plan {
        outcome: record,
        writes,
    })
}
