//! The gaps of the register: what is missing, risky or nobody's. One rule, one
//! file; the order of the table is the order in which they are told.
//!
//! | rule | what it finds |
//! |---|---|
//! | `row_incomplete` | a row without type, actor, scope, audience, owner or revoke path |
//! | `owner_gone` | nobody is behind it any more |
//! | `used_after_end` | somebody still presents what has ended |
//! | `never_used` | nobody needs it |
//! | `unused` | nobody has needed it for long |
//! | `scope_unused` | it may do more than it does |
//! | `older_than_policy` | its secret is older than its policy allows |
//! | `ends_without_successor` | it ends soon and nothing follows |
//! | `drill_missing` | nobody has tried to rotate it, or not for long |
//! | `exposed` | it was readable for others |
//! | `secret_path_missing` | nobody said where its secret lies |
//! | `ci_variable` | its secret is a plaintext variable of a build system |
//! | `shared_storage` | its secret lies on a share, a wiki, a chat, a mailbox |
//! | `dot_env` | its secret lies in a `.env` file in production |
//! | `environment_variable` | its secret is an environment variable in production |
//! | `readable_by_others` | its file can be read by others |
//! | `too_many_readers` | too many can read it |
//! | `wide_reach` | it opens too many endpoints, or has too many scopes |
//! | `unregistered` | a credential in traffic that no complete row describes |

mod ci_variable;
mod dot_env;
mod drill_missing;
mod ends_without_successor;
mod environment_variable;
mod exposed;
mod never_used;
mod older_than_policy;
mod owner_gone;
mod readable_by_others;
mod row_incomplete;
mod scope_unused;
mod secret_path_missing;
mod shared_storage;
mod surroundings;
#[cfg(test)]
mod tests;
mod thresholds;
mod too_many_readers;
mod unregistered;
mod unused;
mod used_after_end;
mod wide_reach;

use crate::Row;

pub use surroundings::Surroundings;
pub use thresholds::Thresholds;
pub use unregistered::unregistered;

/// A rule about gaps, by stable name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapRule {
    /// See the table of [the module](self).
    RowIncomplete,
    /// See the table of [the module](self).
    OwnerGone,
    /// See the table of [the module](self).
    UsedAfterEnd,
    /// See the table of [the module](self).
    NeverUsed,
    /// See the table of [the module](self).
    Unused,
    /// See the table of [the module](self).
    ScopeUnused,
    /// See the table of [the module](self).
    OlderThanPolicy,
    /// See the table of [the module](self).
    EndsWithoutSuccessor,
    /// See the table of [the module](self).
    DrillMissing,
    /// See the table of [the module](self).
    Exposed,
    /// See the table of [the module](self).
    SecretPathMissing,
    /// See the table of [the module](self).
    CiVariable,
    /// See the table of [the module](self).
    SharedStorage,
    /// See the table of [the module](self).
    DotEnv,
    /// See the table of [the module](self).
    EnvironmentVariable,
    /// See the table of [the module](self).
    ReadableByOthers,
    /// See the table of [the module](self).
    TooManyReaders,
    /// See the table of [the module](self).
    WideReach,
    /// See the table of [the module](self).
    Unregistered,
}

/// What a rule found, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// One sentence.
    pub sentence: String,
    /// What to do.
    pub fix: String,
}

/// A finding about one credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The rule.
    pub rule: GapRule,
    /// The kind of the credential: of a row, or as traffic shows it.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// What was found.
    pub finding: Finding,
}

type Check = fn(&Row, &Surroundings<'_>) -> Option<Finding>;

/// What is asked of a row that works.
#[rustfmt::skip] // one row, one rule
const LIVE: &[(GapRule, Check)] = &[
    (GapRule::RowIncomplete, row_incomplete::check),
    (GapRule::OwnerGone, owner_gone::check),
    (GapRule::NeverUsed, never_used::check),
    (GapRule::Unused, unused::check),
    (GapRule::ScopeUnused, scope_unused::check),
    (GapRule::OlderThanPolicy, older_than_policy::check),
    (GapRule::EndsWithoutSuccessor, ends_without_successor::check),
    (GapRule::DrillMissing, drill_missing::check),
    (GapRule::Exposed, exposed::check),
    (GapRule::SecretPathMissing, secret_path_missing::check),
    (GapRule::CiVariable, ci_variable::check),
    (GapRule::SharedStorage, shared_storage::check),
    (GapRule::DotEnv, dot_env::check),
    (GapRule::EnvironmentVariable, environment_variable::check),
    (GapRule::ReadableByOthers, readable_by_others::check),
    (GapRule::TooManyReaders, too_many_readers::check),
    (GapRule::WideReach, wide_reach::check),
];

/// What is asked of a row that has ended.
const ENDED: &[(GapRule, Check)] = &[(GapRule::UsedAfterEnd, used_after_end::check)];

/// Every gap of one row.
pub fn of_row(row: &Row, surroundings: &Surroundings<'_>) -> Vec<Gap> {
    let table = if row.is_live() { LIVE } else { ENDED };
    let found = table
        .iter()
        .filter_map(|(rule, check)| Some((*rule, check(row, surroundings)?)));
    found
        .map(|(rule, finding)| Gap {
            rule,
            kind: row.kind.as_str(),
            id: row.id.clone(),
            finding,
        })
        .collect()
}

impl GapRule {
    /// The name in answers and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RowIncomplete => "row_incomplete",
            Self::OwnerGone => "owner_gone",
            Self::UsedAfterEnd => "used_after_end",
            Self::NeverUsed => "never_used",
            Self::Unused => "unused",
            Self::ScopeUnused => "scope_unused",
            Self::OlderThanPolicy => "older_than_policy",
            Self::EndsWithoutSuccessor => "ends_without_successor",
            Self::DrillMissing => "drill_missing",
            Self::Exposed => "exposed",
            Self::SecretPathMissing => "secret_path_missing",
            Self::CiVariable => "ci_variable",
            Self::SharedStorage => "shared_storage",
            Self::DotEnv => "dot_env",
            Self::EnvironmentVariable => "environment_variable",
            Self::ReadableByOthers => "readable_by_others",
            Self::TooManyReaders => "too_many_readers",
            Self::WideReach => "wide_reach",
            Self::Unregistered => "unregistered",
        }
    }
}

impl Finding {
    fn new(sentence: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            sentence: sentence.into(),
            fix: fix.into(),
        }
    }
}

/// A number of days, for sentences.
fn days(lifetime: base::Lifetime) -> String {
    match lifetime.as_secs() / 86_400 {
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}
