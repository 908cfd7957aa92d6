//! A token that comes encrypted, where the endpoint asks for it: decrypted, it
//! is the signed token inside, and is judged as if that had come alone.

use boundary::EncryptedTokens;
use jose::encryption::{EncryptionAllowList, NestedToken, decrypt_nested, is_encrypted};

use crate::{Denial, Judge, Rule};

/// The signed token of what was presented.
pub(super) enum Signed<'a> {
    /// It came as it is.
    Plain(&'a str),
    /// It came encrypted.
    Nested(NestedToken),
}

impl Signed<'_> {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Nested(token) => token.as_str(),
        }
    }
}

/// Takes the token in the form that the endpoint says. Whether it is encrypted
/// is told by its shape alone, before any work: what an endpoint does not ask
/// for is not decrypted.
pub(super) fn open<'a>(
    text: &'a str,
    wanted: EncryptedTokens,
    judge: &Judge<'_>,
) -> Result<Signed<'a>, Denial> {
    let refused = |rule| Err(Denial::new(rule).judged(false));
    match (wanted, is_encrypted(text)) {
        (EncryptedTokens::Refused | EncryptedTokens::Accepted, false) => Ok(Signed::Plain(text)),
        (EncryptedTokens::Refused, true) => refused(Rule::TokenEncrypted),
        (EncryptedTokens::Required, false) => refused(Rule::TokenNotEncrypted),
        // RFC 7519 section 5.2: what is inside is a signed token, and nothing else.
        (EncryptedTokens::Accepted | EncryptedTokens::Required, true) => {
            // RFC 8725 section 3.1: a key has one algorithm, so that the keys
            // that are held say which ones are accepted.
            match decrypt_nested(text, judge.decryption_keys, EncryptionAllowList::ALL) {
                Ok(token) => Ok(Signed::Nested(token)),
                Err(error) => refused(Rule::TokenDecryption(error)),
            }
        }
    }
}
