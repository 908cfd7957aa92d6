//! An act finds the key as it stands: not revoked, not ended, and with a
//! rotation only while that goes on.

use std::borrow::Cow;

use base::Timestamp;

use super::ApiKey;
use crate::Refusal;

/// The key as it is now, or why nothing can be done with it any more.
pub(super) fn standing(api_key: &ApiKey, now: Timestamp) -> Result<Cow<'_, ApiKey>, Refusal> {
    if api_key.revocation.is_some() {
        return Err(Refusal::AlreadyRevoked {
            kind: "api_key",
            id: api_key.id.to_string(),
        });
    }
    let ended_at = api_key.ends_at();
    if now >= ended_at {
        return Err(Refusal::WrongStage {
            detail: format!("the API key ended at {ended_at}"),
            fix: "make another one: doorward key create".to_owned(),
        });
    }
    Ok(api_key.settled(now))
}
