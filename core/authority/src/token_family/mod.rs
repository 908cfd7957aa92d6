//! The tokens of one authorization on one device: RFC 9700 section 4.14.2 and
//! design section 3. A family has a newest generation and the one before it,
//! and the rules of [`present`] say what a presented one means.

mod begin;
mod end;
mod given_out;
mod present;

use base::{Lifetime, Name, Timestamp};
use credential::{Audience, ClientId, DigestKeyId, FamilySeed, SessionId, TokenFamilyId};
use serde::{Deserialize, Serialize};

use crate::account::AccountId;
use crate::grant::GrantedScopes;
use crate::session::AuthenticationMethod;

pub(crate) use begin::begin;
pub use end::EndReason;
pub(crate) use end::end;
pub(crate) use given_out::{NotGivenOut, check_given_out};
pub use present::{NotPresentable, Presented, RETRIES, RETRY_WINDOW, present};

/// How long a family lives at most.
pub const FAMILY_LIFETIME: Lifetime = Lifetime::from_secs(14 * 86_400);

/// How long it lives without a use.
pub const IDLE_LIFETIME: Lifetime = Lifetime::from_secs(3 * 86_400);

/// How long an ended family is remembered, so that a token of it is still told
/// from a guess.
const REMEMBERED: Lifetime = Lifetime::from_secs(24 * 3_600);

/// A family, as it is remembered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TokenFamily {
    /// Its id: `fam` in access tokens.
    pub id: TokenFamilyId,
    /// The environment that it belongs to.
    pub environment: Name,
    /// On whose authority.
    pub account: AccountId,
    /// For which client.
    pub client: ClientId,
    /// The session that it came from.
    pub session: SessionId,
    /// Whether it outlives that session.
    pub is_offline: bool,
    /// [`crate::account::Account::subject_version`] when it began: it ends with that.
    pub subject_version: u64,
    /// When the person proved who they are: `auth_time` (OpenID Connect Core
    /// section 12.2: the original one).
    pub authenticated_at: Timestamp,
    /// How.
    pub methods: Vec<AuthenticationMethod>,
    /// What was granted.
    pub scopes: GrantedScopes,
    /// For which APIs its tokens may be, if the request named any.
    #[serde(default)]
    pub resources: Vec<Audience>,
    /// What its refresh tokens are derived from; none: it has none.
    pub seed: Option<FamilySeed>,
    /// The key that they are derived with.
    pub digest_key: DigestKeyId,
    /// The newest generation; 0: it has no refresh token.
    pub generation: u64,
    /// The generation whose presentation made the newest one.
    #[serde(default)]
    pub parent: Option<Parent>,
    /// Whether a token that came with the newest generation was seen in use.
    #[serde(default)]
    pub is_used: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// When a refresh token was last presented.
    pub presented_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When and why it ended before.
    #[serde(default)]
    pub ended: Option<EndedFamily>,
    /// How many acts have made it what it is.
    pub version: u64,
}

/// The generation before the newest one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    /// Its number.
    pub generation: u64,
    /// When its presentation made the newest one.
    pub at: Timestamp,
    /// How often it was presented again since.
    pub retries: u8,
}

/// The end of a family before its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedFamily {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: EndReason,
}

impl TokenFamily {
    /// When it may be forgotten.
    pub fn forget_at(&self) -> Timestamp {
        self.expires_at.after(REMEMBERED)
    }

    /// When it ends if nothing is presented any more.
    pub fn ends_at(&self) -> Timestamp {
        self.expires_at.min(self.presented_at.after(IDLE_LIFETIME))
    }
}
