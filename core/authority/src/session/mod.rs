//! A browser in which somebody has logged in.

mod begin;
mod end;
mod log_in;

use base::{Digest, Lifetime, Name, Timestamp};
use credential::{DigestKeyId, DigestKeys, PresentedSession, SessionId};
use serde::{Deserialize, Serialize};

use crate::account::{Account, AccountId};

pub use begin::{BegunSession, Login, begin};
pub use end::{EndReason, end, end_all};
pub use log_in::{LogInFacts, NotLoggedIn, log_in};

/// How long a session lives at most.
pub const SESSION_LIFETIME: Lifetime = Lifetime::from_secs(12 * 3_600);

/// How a person proved who they are (RFC 8176), by stable name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthenticationMethod {
    /// `pwd`: a password.
    Password,
}

impl AuthenticationMethod {
    /// The value in `amr` (RFC 8176 section 2).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "pwd",
        }
    }
}

/// A session, as it is remembered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// The environment that it belongs to.
    pub environment: Name,
    /// Who logged in.
    pub account: AccountId,
    /// [`Account::subject_version`] when it began: it ends with that.
    pub subject_version: u64,
    /// The keyed digest of what the cookie has.
    pub digest: Digest,
    /// The key of that digest.
    pub digest_key: DigestKeyId,
    /// When the person last proved who they are: `auth_time`.
    pub authenticated_at: Timestamp,
    /// How.
    pub methods: Vec<AuthenticationMethod>,
    /// The browser, in its own words, cut short: what the person knows it by.
    #[serde(default)]
    pub user_agent: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When and why it ended before.
    #[serde(default)]
    pub ended: Option<EndedSession>,
    /// How many acts have made it what it is.
    pub version: u64,
}

/// The end of a session before its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedSession {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: EndReason,
}

impl Session {
    /// Whether what a browser presents is this session, and it has not ended.
    pub fn is_live(
        &self,
        presented: &PresentedSession<'_>,
        digest_keys: &DigestKeys,
        account: &Account,
        now: Timestamp,
    ) -> bool {
        presented.matches(digest_keys, &self.digest, Some(self.digest_key))
            && self.is_standing(account, now)
    }

    /// Whether it has not ended, and neither has its account.
    pub fn is_standing(&self, account: &Account, now: Timestamp) -> bool {
        self.ended.is_none()
            && now < self.expires_at
            && self.account == account.id
            && self.environment == account.environment
            && self.subject_version == account.subject_version
            && account.disabled.is_none()
    }
}
