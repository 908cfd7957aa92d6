//! Records with a version, read as what they are.

use authority::versioned::{Lookup, Versioned};

use crate::{Read, StoreFault};

/// The record with that id.
///
/// # Errors
///
/// [`StoreFault`]: it could not be read, or is of another kind than its place
/// says.
pub async fn record<R: Versioned>(store: &dyn Read, id: &str) -> Result<Option<R>, StoreFault> {
    let found = store.versioned(R::KIND, id).await?;
    let typed = found.map(|found| R::from_record(found).ok_or_else(|| other_kind::<R>(id)));
    typed.transpose()
}

/// The records that a look-up finds, in the order of their ids, those after
/// `after`, at most `limit`.
///
/// # Errors
///
/// As [`record`].
pub async fn records<R: Versioned>(
    store: &dyn Read,
    found_by: (Lookup, &str),
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<R>, StoreFault> {
    let found = store.versioned_by(R::KIND, found_by, after, limit).await?;
    let typed = found.into_iter().map(|found| {
        let id = found.id();
        R::from_record(found).ok_or_else(|| other_kind::<R>(&id))
    });
    typed.collect()
}

fn other_kind<R: Versioned>(id: &str) -> StoreFault {
    StoreFault::corrupt(format!("{} {id}", R::KIND))
}
