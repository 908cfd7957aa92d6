//! Rule 8: the lane that the API asks for signs, else the default one; and no
//! token outlives the key that signed it.

use base::Timestamp;
use credential::Audience;
use jose::Algorithm;
use snapshot::ActiveKey;

use super::Facts;

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

pub(super) fn choose<'a>(
    audience: &Audience,
    facts: Facts<'a>,
    now: Timestamp,
) -> Result<&'a ActiveKey, NoSigningKey> {
    let api = facts
        .inventory
        .apis
        .iter()
        .find(|api| api.audience == *audience);
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
    found
        .filter(|active| active.expires_at > now)
        .ok_or(NoSigningKey { lane })
}
