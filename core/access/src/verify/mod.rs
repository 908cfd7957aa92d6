//! Whether a presented credential is genuine and still accepted.

mod access_token;
mod api_key;
mod encrypted;
mod foreign_token;
mod imported;
mod network;
mod on_behalf_of;
mod revoked;

use base::Timestamp;
use boundary::EncryptedTokens;
use credential::ApiKeyId;
use jose::TokenError;

use crate::present::Presented;
use crate::{Denial, Judge, Principal, Rule};

pub(crate) use network::check as check_network;
pub(crate) use on_behalf_of::check as check_on_behalf_of;

/// Who presents it. Only a credential that is both genuine and still accepted
/// makes a principal of its presenter.
pub(crate) fn check(
    presented: Presented<'_>,
    encrypted_tokens: EncryptedTokens,
    judge: &Judge<'_>,
    now: Timestamp,
) -> Result<Principal, Denial> {
    match presented {
        Presented::Nothing => Err(Denial::new(Rule::CredentialMissing)),
        Presented::MalformedToken => {
            Err(Denial::new(Rule::Token(TokenError::Malformed)).judged(false))
        }
        Presented::WrongSlot => Err(Denial::new(Rule::CredentialSlot)),
        Presented::OtherScheme => Err(Denial::new(Rule::CredentialKind)),
        Presented::ApiKey(text) => api_key::check(text, judge, now),
        Presented::AccessToken(text) => {
            let signed = encrypted::open(text, encrypted_tokens, judge)?;
            access_token::check(signed.as_str(), judge, now)
        }
    }
}

/// What [`crate::decide`] does about the text of an API key itself: reading it,
/// its checksum, the look-up, the digest, and what is known of the key now. For
/// the bench that measures this part alone; nothing may pass by it.
#[doc(hidden)]
pub fn check_api_key(text: &str, judge: &Judge<'_>, now: Timestamp) -> Result<Principal, Denial> {
    api_key::check(text, judge, now)
}

/// The id of `text`, if it is an API key of ours and genuine.
pub(crate) fn genuine_api_key(judge: &Judge<'_>, text: &str) -> Option<ApiKeyId> {
    api_key::genuine(text, judge)
}
