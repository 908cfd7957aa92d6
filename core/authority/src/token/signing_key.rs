//! Rule 8: the lane that the API asks for signs, else the default one; and no
//! token outlives the key that signed it. Right after a rotation the key before
//! goes on signing, until every gate has heard of the new one.

use base::Timestamp;
use credential::Audience;
use jose::{Algorithm, VerificationKey};
use snapshot::ActiveKey;

use super::Facts;
use crate::signing_key::schedule::settling;

/// No key of the lane signs: there is none, or it has ended. Nothing is issued,
/// and no other lane steps in: the API's callers would not verify its tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSigningKey {
    /// The lane that the API asks for; the default one if it asks for none.
    pub lane: Option<Algorithm>,
}

impl std::fmt::Display for NoSigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.lane {
            Some(lane) => write!(
                f,
                "the API asks for tokens signed with {lane}, and no key of that lane signs: \
                 see doorward signing-key list",
                lane = lane.as_str()
            ),
            None => f.write_str("no signing key is active: see doorward signing-key list"),
        }
    }
}

impl std::error::Error for NoSigningKey {}

/// The key that signs, and when it ends.
pub(super) struct Signs<'a> {
    pub(super) key: &'a VerificationKey,
    pub(super) expires_at: Timestamp,
}

/// The key for tokens of that API; for none, that of the default lane.
pub(super) fn choose<'a>(
    audience: Option<&Audience>,
    facts: Facts<'a>,
    now: Timestamp,
) -> Result<Signs<'a>, NoSigningKey> {
    let mut apis = facts.inventory.apis.iter();
    let api = audience.and_then(|audience| apis.find(|api| api.audience == *audience));
    let lane = api
        .and_then(|api| api.token_algorithm)
        .map(credential::TokenAlgorithm::algorithm);
    let found = match lane {
        Some(lane) => facts
            .signing_keys
            .iter()
            .find(|active| active.key.algorithm() == lane),
        None => facts.signing_keys.first(),
    };
    let active = found.ok_or(NoSigningKey { lane })?;
    let signs = match &active.predecessor {
        Some(before) if is_settling(active, facts, now) => (&before.key, before.expires_at),
        _ => (&active.key, active.expires_at),
    };
    let (key, expires_at) = signs;
    match expires_at > now {
        true => Ok(Signs { key, expires_at }),
        false => Err(NoSigningKey { lane }),
    }
}

fn is_settling(active: &ActiveKey, facts: Facts<'_>, now: Timestamp) -> bool {
    let settled = active
        .since
        .map(|since| since.after(settling(facts.environment)));
    let is_over = settled.is_none_or(|settled| settled <= now);
    let outlives = active
        .predecessor
        .as_ref()
        .is_some_and(|before| before.expires_at > now.after(super::ACCESS_TOKEN_LIFETIME));
    !is_over && outlives
}
