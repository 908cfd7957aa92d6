//! A store belongs to one environment, from its first commit on.

use authority::{Effect, Writes};
use base::Revision;

use super::fixture::{self, installation};
use crate::{CommitError, Conflict, Store, StoreFault};

/// Nothing can be written into a store of nobody, and it has no snapshot.
pub async fn nothing_is_written_before_it(store: &dyn Store) {
    let refused = Err(CommitError::Conflict(Conflict::NotInstalled));
    assert_eq!(store.commit(fixture::create_api_key(1)).await, refused);
    assert_eq!(store.commit(Writes::default()).await, refused);
    let decision = fixture::decision("r", &fixture::environment().name);
    assert_eq!(
        store.record_decisions(vec![decision]).await,
        Err(StoreFault::NotInstalled)
    );
    assert_eq!(store.snapshot().await.err(), Some(StoreFault::NotInstalled));
    assert_eq!(store.installation().await.unwrap(), None);
    assert!(store.audit_tail(10).await.unwrap().is_empty());
    assert_eq!(*store.head().borrow(), Revision::ZERO);
}

/// The installation is there for good, and has to be the first effect.
pub async fn it_happens_once_and_first(store: &dyn Store) {
    let mut late = fixture::create_api_key(1);
    late.effects.push(Effect::Install(installation()));
    assert_eq!(
        store.commit(late).await,
        Err(CommitError::Conflict(Conflict::NotInstalled))
    );
    let mut twice = fixture::install();
    twice.effects.push(Effect::Install(installation()));
    assert_eq!(
        store.commit(twice).await,
        Err(CommitError::Conflict(Conflict::AlreadyInstalled))
    );
    assert_eq!(store.installation().await.unwrap(), None);

    let mut writes = fixture::install();
    let key = fixture::create_api_key(1);
    writes.effects.extend(key.effects);
    writes.changes.extend(key.changes);
    assert_eq!(store.commit(writes).await, Ok(Revision::new(1)));
    assert_eq!(store.installation().await.unwrap(), Some(installation()));
    let snapshot = store.snapshot().await.unwrap();
    assert_eq!(snapshot.environment(), &fixture::environment());
    assert_eq!(snapshot.issuer(), &installation().issuer);

    let before = fixture::everything(store).await;
    assert_eq!(
        store.commit(fixture::install()).await,
        Err(CommitError::Conflict(Conflict::AlreadyInstalled))
    );
    assert_eq!(fixture::everything(store).await, before);
}
