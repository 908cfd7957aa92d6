//! What an endpoint writes beside its facts.

use base::{Lifetime, Name, Timestamp};
use credential::{CredentialKind, ScopeSet};

use crate::facts::Word;
use crate::{EncryptedTokens, PathPattern, Record};

/// The optional fields of an endpoint, each `None` or `false` where nothing is
/// written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Written {
    /// Who answers for the endpoint.
    pub(crate) owner: Option<Name>,
    /// The path that it matches.
    pub(crate) path: Option<PathPattern>,
    /// Its scopes; `None` while only facts are asked about.
    pub(crate) scopes: Option<ScopeSet>,
    /// The kinds that it wants to accept.
    pub(crate) accepts: Option<Vec<CredentialKind>>,
    /// The oldest token that it wants to accept.
    pub(crate) max_token_age: Option<Lifetime>,
    /// The lag of the revocation feed that it wants to bear.
    pub(crate) max_feed_lag: Option<Lifetime>,
    /// What it wants recorded.
    pub(crate) record: Option<Record>,
    /// The end of a partner's compatibility window.
    pub(crate) raw_api_key_until: Option<Timestamp>,
    /// HTTP Basic, as a debt.
    pub(crate) basic: Option<Debt>,
    /// Leave to be looser than its facts derive.
    pub(crate) exception: Option<Debt>,
    /// The param that must be the token's subject.
    pub(crate) owner_param: Option<String>,
    /// Whether a token must be bound to a key of its holder.
    pub(crate) sender_constrained: bool,
    /// What it says of encrypted tokens.
    pub(crate) encrypted_tokens: Option<EncryptedTokens>,
}

/// Something that is accepted for a while: why, who answers for it, and when
/// it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Debt {
    /// Why.
    pub(crate) reason: String,
    /// Who answers for it.
    pub(crate) owner: Name,
    /// When it ends.
    pub(crate) until: Timestamp,
}

/// The kinds that an endpoint can accept; a client secret and an operator token
/// have their own slots, never an API's endpoint.
impl Word for CredentialKind {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("api_key", Self::ApiKey),
        ("client_credentials", Self::ClientCredentials),
        ("authorization_code", Self::AuthorizationCode),
        ("session", Self::Session),
        ("basic", Self::Basic),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_the_same_name_everywhere() {
        for (name, kind) in CredentialKind::WORDS {
            assert_eq!(kind.as_str(), *name);
        }
    }
}
