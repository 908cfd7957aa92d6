//! A code between the authorization endpoint and the token endpoint (RFC 6749
//! section 4.1.2): it lives a minute, works once, and is bound to the client,
//! the redirect URI and the PKCE challenge.

mod issue;

use base::{Digest, Lifetime, Name, Timestamp};
use credential::{Audience, AuthorizationCodeId, ClientId, DigestKeyId, SessionId, TokenFamilyId};
use serde::{Deserialize, Serialize};

use crate::account::AccountId;
use crate::authorize::CodeChallenge;
use crate::grant::GrantedScopes;
use crate::session::AuthenticationMethod;

pub(crate) use issue::{Bound, issue};

/// How long a code lives. RFC 6749 section 4.1.2 recommends 10 minutes at most.
pub const CODE_LIFETIME: Lifetime = Lifetime::from_secs(60);

/// How long a used code is remembered, so that a second use is seen as one and
/// ends what the first one got.
const REMEMBERED: Lifetime = Lifetime::from_secs(24 * 3_600);

/// A code, as it is remembered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AuthorizationCode {
    /// Its id.
    pub id: AuthorizationCodeId,
    /// The environment that it belongs to.
    pub environment: Name,
    /// The keyed digest of its text.
    pub digest: Digest,
    /// The key of that digest.
    pub digest_key: DigestKeyId,
    /// For which client.
    pub client: ClientId,
    /// Where it was sent.
    pub redirect_uri: String,
    /// What the verifier must hash to.
    pub challenge: CodeChallenge,
    /// Who logged in.
    pub account: AccountId,
    /// In which session.
    pub session: SessionId,
    /// [`crate::account::Account::subject_version`] then.
    pub subject_version: u64,
    /// When the person proved who they are.
    pub authenticated_at: Timestamp,
    /// How.
    pub methods: Vec<AuthenticationMethod>,
    /// What was granted.
    pub scopes: GrantedScopes,
    /// For which API the tokens may be, if the request named any.
    #[serde(default)]
    pub resources: Vec<Audience>,
    /// To be echoed in the ID token (OpenID Connect Core section 3.1.2.1).
    #[serde(default)]
    pub nonce: Option<String>,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it was used, and what came of it.
    #[serde(default)]
    pub used: Option<UsedCode>,
    /// How many acts have made it what it is.
    pub version: u64,
}

/// The one use of a code.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UsedCode {
    /// When.
    pub at: Timestamp,
    /// The tokens that it led to; none: a proof failed, and it was burned.
    #[serde(default)]
    pub family: Option<TokenFamilyId>,
}

impl AuthorizationCode {
    /// When it may be forgotten.
    pub fn forget_at(&self) -> Timestamp {
        self.expires_at.after(REMEMBERED)
    }

    /// The record after its use.
    #[must_use]
    pub fn used(&self, family: Option<TokenFamilyId>, now: Timestamp) -> Self {
        Self {
            used: Some(UsedCode { at: now, family }),
            version: self.version.saturating_add(1),
            ..self.clone()
        }
    }
}
