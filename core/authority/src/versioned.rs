//! What is remembered of people and of what they granted: records that acts
//! replace, each by its next version.

use base::{Name, Timestamp};
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::authorization_code::AuthorizationCode;
use crate::grant::Grant;
use crate::session::Session;
use crate::token_family::TokenFamily;

/// A record with a version. One effect writes them all,
/// [`crate::Effect::PutRecord`], so a new kind is a variant here and nothing
/// anywhere else in a store.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "record")]
pub enum VersionedRecord {
    /// A person.
    Account(Account),
    /// A browser in which somebody has logged in.
    Session(Session),
    /// What somebody granted to a client.
    Grant(Grant),
    /// A code between the authorization endpoint and the token endpoint.
    AuthorizationCode(AuthorizationCode),
    /// The tokens of one device.
    TokenFamily(TokenFamily),
}

/// The kinds, by stable name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum VersionedKind {
    /// [`Account`].
    Account,
    /// [`Session`].
    Session,
    /// [`Grant`].
    Grant,
    /// [`AuthorizationCode`].
    AuthorizationCode,
    /// [`TokenFamily`].
    TokenFamily,
}

impl VersionedKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Account,
        Self::Session,
        Self::Grant,
        Self::AuthorizationCode,
        Self::TokenFamily,
    ];

    /// The name in stores and messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Session => "session",
            Self::Grant => "grant",
            Self::AuthorizationCode => "authorization_code",
            Self::TokenFamily => "token_family",
        }
    }
}

impl std::fmt::Display for VersionedKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// By what records are found, beside their id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lookup {
    /// The account with a login name. At most one has it.
    LoginName,
    /// Every account of an environment, by the environment's name.
    Environment,
    /// What belongs to an account, by the account's id.
    Account,
    /// What came of a login, by the session's id.
    Session,
    /// What belongs to a client, by the client's id.
    Client,
}

impl Lookup {
    /// The name in stores.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LoginName => "login_name",
            Self::Environment => "environment",
            Self::Account => "account",
            Self::Session => "session",
            Self::Client => "client",
        }
    }

    /// Whether two records may not have the same value: the precondition of a
    /// record that has it.
    pub const fn is_unique(self) -> bool {
        matches!(self, Self::LoginName)
    }
}

/// What every kind has. The values of its look-ups never change, so a store
/// writes them once.
pub trait Versioned: Sized {
    /// Its kind.
    const KIND: VersionedKind;

    /// Its id, unique among its kind.
    fn id(&self) -> String;

    /// The environment that it belongs to.
    fn environment(&self) -> &Name;

    /// How many acts have made it what it is; from 1.
    fn version(&self) -> u64;

    /// From when on it may be forgotten: nothing that is asked then needs it.
    fn forget_at(&self) -> Option<Timestamp>;

    /// By what it is found.
    fn lookups(&self) -> Vec<(Lookup, String)>;

    /// As one of all.
    fn into_record(self) -> VersionedRecord;

    /// Out of one of all; nothing if it is of another kind.
    fn from_record(record: VersionedRecord) -> Option<Self>;
}

macro_rules! versioned {
    ($type:ident, |$record:ident| id $id:expr, forget $forget:expr, lookups [$($lookup:ident: $value:expr),*]) => {
        impl Versioned for $type {
            const KIND: VersionedKind = VersionedKind::$type;

            fn id(&self) -> String {
                let $record = self;
                $id
            }

            fn environment(&self) -> &Name {
                &self.environment
            }

            fn version(&self) -> u64 {
                self.version
            }

            fn forget_at(&self) -> Option<Timestamp> {
                let $record = self;
                let _ = $record;
                $forget
            }

            fn lookups(&self) -> Vec<(Lookup, String)> {
                let $record = self;
                let _ = $record;
                vec![$((Lookup::$lookup, $value)),*]
            }

            fn into_record(self) -> VersionedRecord {
                VersionedRecord::$type(self)
            }

            fn from_record(record: VersionedRecord) -> Option<Self> {
                match record {
                    VersionedRecord::$type(record) => Some(record),
                    _ => None,
                }
            }
        }
    };
}

versioned!(Account, |record| id record.id.to_string(), forget None,
lookups [
    LoginName: record.login_name.to_string(),
    Environment: record.environment.to_string()
]);
versioned!(Session, |record| id record.id.to_string(), forget Some(record.expires_at),
    lookups [Account: record.account.to_string()]);
versioned!(Grant, |record| id record.id(), forget None,
    lookups [Account: record.account.to_string(), Client: record.client.to_string()]);
versioned!(AuthorizationCode, |record| id record.id.to_string(), forget Some(record.forget_at()),
    lookups []);
versioned!(TokenFamily, |record| id record.id.to_string(), forget Some(record.forget_at()),
lookups [
    Account: record.account.to_string(),
    Session: record.session.to_string(),
    Client: record.client.to_string()
]);

macro_rules! of_each {
    ($self:expr, $record:ident => $result:expr) => {
        match $self {
            VersionedRecord::Account($record) => $result,
            VersionedRecord::Session($record) => $result,
            VersionedRecord::Grant($record) => $result,
            VersionedRecord::AuthorizationCode($record) => $result,
            VersionedRecord::TokenFamily($record) => $result,
        }
    };
}

impl VersionedRecord {
    /// See [`Versioned::KIND`].
    pub const fn kind(&self) -> VersionedKind {
        match self {
            Self::Account(_) => VersionedKind::Account,
            Self::Session(_) => VersionedKind::Session,
            Self::Grant(_) => VersionedKind::Grant,
            Self::AuthorizationCode(_) => VersionedKind::AuthorizationCode,
            Self::TokenFamily(_) => VersionedKind::TokenFamily,
        }
    }

    /// See [`Versioned::id`].
    pub fn id(&self) -> String {
        of_each!(self, record => Versioned::id(record))
    }

    /// See [`Versioned::environment`].
    pub fn environment(&self) -> &Name {
        of_each!(self, record => &record.environment)
    }

    /// See [`Versioned::version`].
    pub const fn version(&self) -> u64 {
        of_each!(self, record => record.version)
    }

    /// See [`Versioned::forget_at`].
    pub fn forget_at(&self) -> Option<Timestamp> {
        of_each!(self, record => Versioned::forget_at(record))
    }

    /// See [`Versioned::lookups`].
    pub fn lookups(&self) -> Vec<(Lookup, String)> {
        of_each!(self, record => record.lookups())
    }
}
