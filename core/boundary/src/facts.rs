//! The facts about an endpoint: who calls, on whose authority, whose data or
//! money is touched, from where it is reached, and what a wrong caller costs.

use serde::{Deserialize, Serialize};

use crate::Consequence;

/// Who calls the endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Caller {
    /// Software in a browser: it keeps no secret.
    Browser,
    /// An installed application on an end-user's device: it keeps no secret.
    Mobile,
    /// Software of another organisation, on its own servers.
    Partner,
    /// Software of the same organisation, on its own servers.
    Service,
    /// Nobody in particular.
    Anyone,
}

/// Whose authority a call uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authority {
    /// The caller's own.
    Own,
    /// An end-user's, who delegated it.
    Delegated,
}

/// Whose data or money the endpoint touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataClass {
    /// What everybody may read.
    Public,
    /// The caller's own.
    Own,
    /// End-users'.
    User,
    /// Money or financial records.
    Money,
    /// The running of the system itself.
    Admin,
}

/// From where the endpoint is reached. It is a fact for people: no rule
/// derives a lower demand from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exposure {
    /// From outside the organisation's networks.
    Public,
    /// Meant to be reached only from inside.
    Internal,
}

/// Everything that a demand is derived from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Facts {
    /// Who calls.
    pub caller: Caller,
    /// On whose authority.
    pub authority: Authority,
    /// Whose data or money is touched.
    pub data: DataClass,
    /// From where it is reached.
    pub exposure: Exposure,
    /// What it costs if the wrong caller gets through.
    pub consequence: Consequence,
}

/// A closed word list of the inventory: its names, in one place for reading,
/// printing and suggesting.
pub(crate) trait Word: Copy + Sized + 'static {
    /// Every word with its name.
    const WORDS: &'static [(&'static str, Self)];

    /// The word with exactly that name.
    fn from_name(name: &str) -> Option<Self> {
        let found = Self::WORDS.iter().find(|(word, _)| *word == name);
        found.map(|(_, value)| *value)
    }
}

macro_rules! words {
    ($type:ident: $($name:literal => $variant:ident),+ $(,)?) => {
        impl $crate::facts::Word for $type {
            const WORDS: &'static [(&'static str, Self)] = &[$(($name, Self::$variant)),+];
        }

        impl $type {
            /// The name in the inventory, in records and in JSON.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),+
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use words;

words!(Caller: "browser" => Browser, "mobile" => Mobile, "partner" => Partner,
    "service" => Service, "anyone" => Anyone);
words!(Authority: "own" => Own, "delegated" => Delegated);
words!(DataClass: "public" => Public, "own" => Own, "user" => User, "money" => Money,
    "admin" => Admin);
words!(Exposure: "public" => Public, "internal" => Internal);
