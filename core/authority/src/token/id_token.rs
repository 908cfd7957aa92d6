//! The ID token: OpenID Connect Core section 2. It names the access token that
//! it came with, so it is written once that one is signed.

use base::{Lifetime, Timestamp};
use jose::{
    IdTokenClaims, InvalidClaimText, KeyId, SigningInput, TokenType, VerificationKey,
    access_token_hash,
};

use super::Facts;
use super::signing_key::Signs;
use crate::account::AccountId;
use crate::session::AuthenticationMethod;

/// How long an ID token lives at most: it is read once, at login.
const ID_TOKEN_LIFETIME: Lifetime = Lifetime::from_secs(600);

/// An ID token that waits for the access token.
#[derive(Debug)]
pub struct IdTokenDraft {
    claims: IdTokenClaims,
    key: VerificationKey,
    key_id: KeyId,
}

/// Who logged in, and how.
pub(super) struct Login<'a> {
    pub(super) account: &'a AccountId,
    pub(super) client: &'a str,
    pub(super) session: &'a str,
    pub(super) authenticated_at: Timestamp,
    pub(super) methods: &'a [AuthenticationMethod],
    pub(super) nonce: Option<&'a str>,
}

impl IdTokenDraft {
    pub(super) fn new(
        login: &Login<'_>,
        signs: &Signs<'_>,
        facts: Facts<'_>,
        now: Timestamp,
    ) -> Result<Self, InvalidClaimText> {
        let issued_at = Timestamp::from_unix_seconds(now.unix_seconds()).unwrap_or(now);
        let claims = IdTokenClaims {
            issuer: facts.issuer.as_str().parse()?,
            subject: login.account.as_str().parse()?,
            audience: login.client.parse()?,
            expires_at: issued_at.after(ID_TOKEN_LIFETIME).min(signs.expires_at),
            issued_at,
            authenticated_at: login.authenticated_at,
            nonce: login.nonce.map(str::to_owned),
            methods: login.methods.iter().map(|method| method.as_str()).collect(),
            session: login.session.parse()?,
            access_token_hash: None,
        };
        Ok(Self {
            claims,
            key: signs.key.clone(),
            key_id: signs.key.key_id().cloned().ok_or(InvalidClaimText)?,
        })
    }

    /// The key that must sign it.
    pub const fn key_id(&self) -> &KeyId {
        &self.key_id
    }

    /// The token, but for its signature.
    ///
    /// # Errors
    ///
    /// [`jose::SigningError`] if the claims cannot be written: a fault.
    pub fn with_access_token(
        mut self,
        access_token: &str,
    ) -> Result<SigningInput, jose::SigningError> {
        let hash = access_token_hash(access_token, self.key.algorithm());
        self.claims.access_token_hash = Some(hash);
        SigningInput::new(TokenType::IdToken, &self.claims, &self.key)
    }
}
