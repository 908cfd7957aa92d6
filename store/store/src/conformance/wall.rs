//! Nothing of another environment gets in.

use authority::Effect;

use super::fixture::{self, everything, installed};
use crate::{CommitError, Conflict, Store, StoreFault};

/// Each kind of record is refused, and so are its event and its change.
pub async fn what_belongs_to_another_environment_is_refused(store: &dyn Store) {
    let store = installed(store).await;
    let other: base::Name = "production".parse().unwrap();
    let mut all = Vec::new();

    let mut writes = fixture::create_api_key(1);
    let mut record = fixture::api_key(1);
    record.environment = other.clone();
    writes.effects = vec![Effect::CreateApiKey(Box::new(record.clone()))];
    all.push(writes);
    all.push(fixture::only(snapshot::Change::ApiKeyPut(Box::new(
        record.entry(),
    ))));

    let mut writes = fixture::create_client(1);
    let mut record = fixture::client(1);
    record.environment = other.clone();
    writes.effects = vec![Effect::CreateClient(record.clone())];
    all.push(writes);
    all.push(fixture::only(snapshot::Change::ClientPut(record.entry())));

    let mut writes = fixture::create_operator_token(1);
    let mut record = fixture::operator_token(1);
    record.environment = other.clone();
    writes.effects = vec![Effect::CreateOperatorToken(record)];
    all.push(writes);

    let (mut record, mut writes) = fixture::signing_key(1);
    record.environment = other.clone();
    writes.effects = vec![Effect::CreateSigningKey(record)];
    all.push(writes);

    let mut writes = fixture::create_api_key(1);
    writes.audit.iter_mut().for_each(|event| {
        event.environment = other.clone();
    });
    all.push(writes);

    let before = everything(store).await;
    for writes in all {
        let answer = store.commit(writes).await;
        let refused = matches!(
            answer,
            Err(CommitError::Conflict(Conflict::OtherEnvironment { .. }))
        );
        assert!(refused, "{answer:?}");
    }
    let own = fixture::environment().name;
    let records = vec![
        fixture::decision("a", &own),
        fixture::decision("b", &other),
        fixture::outcome("b"),
    ];
    assert_eq!(
        store.record_decisions(records).await,
        Err(StoreFault::OtherEnvironment { found: other })
    );
    assert_eq!(everything(store).await, before);
}
