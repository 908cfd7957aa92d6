//! A family begins with the redemption of a code.

use base::{Entropy, Timestamp};
use credential::{DigestKey, FamilySeed, TokenFamilyId};

use super::{FAMILY_LIFETIME, TokenFamily};
use crate::authorization_code::AuthorizationCode;
use crate::grant::IdentityScope;

/// The family of a code's tokens; with refresh tokens if the client gets them.
pub(crate) fn begin(
    code: &AuthorizationCode,
    has_refresh_tokens: bool,
    digest_key: &DigestKey,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> TokenFamily {
    TokenFamily {
        id: TokenFamilyId::generate(entropy),
        environment: code.environment.clone(),
        account: code.account.clone(),
        client: code.client.clone(),
        session: code.session.clone(),
        is_offline: code.scopes.has(IdentityScope::OfflineAccess),
        subject_version: code.subject_version,
        authenticated_at: code.authenticated_at,
        methods: code.methods.clone(),
        scopes: code.scopes.clone(),
        resources: code.resources.clone(),
        seed: has_refresh_tokens.then(|| FamilySeed::generate(entropy)),
        digest_key: digest_key.id(),
        generation: u64::from(has_refresh_tokens),
        parent: None,
        is_used: false,
        created_at: now,
        presented_at: now,
        expires_at: now.after(FAMILY_LIFETIME),
        ended: None,
        version: 1,
    }
}
