//! What can be wrong with a store itself. No secret and no record has a place
//! in these sentences.

/// The store could not answer. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreFault {
    /// It cannot be reached, or it is closing.
    #[error("the store is unavailable: {detail}")]
    Unavailable {
        /// What happened.
        detail: String,
    },
    /// There is no space left for it.
    #[error("the store has no space left: nothing was written; free some space and try again")]
    Full,
    /// It may not be written.
    #[error("the store is read-only: nothing was written")]
    ReadOnly,
    /// What it holds is not what was written.
    #[error("the store is corrupt at {place}: restore it from a backup")]
    Corrupt {
        /// Where.
        place: String,
    },
    /// It was written by a newer version that this one cannot understand.
    #[error(
        "the store needs schema {needed} and this version of doorward knows {known}: start the newer version again"
    )]
    NewerSchema {
        /// The oldest schema that may still read it.
        needed: u32,
        /// The newest schema that this version knows.
        known: u32,
    },
    /// It does not belong to an environment yet.
    #[error("the store is not installed: run doorward init")]
    NotInstalled,
    /// A decision of another environment was to be recorded.
    #[error("a decision of environment {found} does not belong into this store")]
    OtherEnvironment {
        /// The environment that it named.
        found: base::Name,
    },
}

impl StoreFault {
    /// It is corrupt at `place`.
    pub fn corrupt(place: impl Into<String>) -> Self {
        Self::Corrupt {
            place: place.into(),
        }
    }

    /// It is unavailable for a reason that is fit to be shown.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::Unavailable {
            detail: detail.into(),
        }
    }
}
