//! Random histories, compared with a model that is too simple to be wrong.

use std::collections::BTreeMap;

use authority::{Effect, Writes};
use base::Revision;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use snapshot::{Change, Cutoff, CutoffTarget};

use super::Fresh;
use super::fixture::{self, canonical, folded, json};
use crate::audit::AuditVerdict;
use crate::{CommitError, Conflict, RecordKind, Store};

/// One step of a commit. Numbers are small, so that steps collide.
#[derive(Debug, Clone, Copy)]
enum Step {
    Install,
    Create(RecordKind, u64),
    Revoke(RecordKind, u64),
    ApplyInventory(u64),
    Deny(u64),
    CutOff(u64),
}

/// One call of the port.
#[derive(Debug, Clone)]
enum Call {
    Commit(Vec<Step>),
    Record(u8),
}

/// What a store should hold: each record and whether it was revoked.
#[derive(Debug, Clone, Default)]
struct Model {
    installed: bool,
    records: BTreeMap<(RecordKind, u64), bool>,
    inventory: u64,
    revision: u64,
    audit: u64,
}

impl Model {
    fn commit(&mut self, steps: &[Step]) -> Result<Revision, Conflict> {
        let mut draft = self.clone();
        draft.check_wall(steps)?;
        for step in steps {
            draft.step(*step)?;
        }
        let writes = writes(steps);
        draft.revision += writes.changes.len() as u64;
        draft.audit += writes.audit.len() as u64;
        *self = draft;
        Ok(Revision::new(self.revision))
    }

    fn check_wall(&mut self, steps: &[Step]) -> Result<(), Conflict> {
        let effects = steps
            .iter()
            .filter(|step| !matches!(step, Step::Deny(_) | Step::CutOff(_)));
        for step in effects {
            match (step, self.installed) {
                (Step::Install, true) => return Err(Conflict::AlreadyInstalled),
                (Step::Install, false) => self.installed = true,
                (_, false) => return Err(Conflict::NotInstalled),
                (_, true) => {}
            }
        }
        match self.installed {
            true => Ok(()),
            false => Err(Conflict::NotInstalled),
        }
    }

    fn step(&mut self, step: Step) -> Result<(), Conflict> {
        match step {
            Step::Install | Step::Deny(_) | Step::CutOff(_) => Ok(()),
            Step::Create(kind, number) => {
                let id = id(kind, number);
                match self.records.insert((kind, number), false) {
                    Some(_) => Err(Conflict::Exists { kind, id }),
                    None => Ok(()),
                }
            }
            Step::Revoke(kind, number) => {
                let id = id(kind, number);
                match self.records.insert((kind, number), true) {
                    None => Err(Conflict::Unknown { kind, id }),
                    Some(true) => Err(Conflict::AlreadyRevoked { kind, id }),
                    Some(false) => Ok(()),
                }
            }
            Step::ApplyInventory(found) => {
                let in_force = self.inventory;
                self.inventory = found;
                match found == in_force + 1 {
                    true => Ok(()),
                    false => Err(Conflict::InventoryVersion { in_force, found }),
                }
            }
        }
    }

    fn ids(&self, kind: RecordKind) -> Vec<(String, bool)> {
        let of_kind = self.records.iter().filter(|((k, _), _)| *k == kind);
        let mut ids: Vec<_> = of_kind
            .map(|((_, number), revoked)| (id(kind, *number), *revoked))
            .collect();
        ids.sort();
        ids
    }
}

fn id(kind: RecordKind, number: u64) -> String {
    match kind {
        RecordKind::ApiKey => fixture::api_key(number).id.to_string(),
        RecordKind::Client => fixture::client(number).id.to_string(),
        RecordKind::OperatorToken
        | RecordKind::SigningKey
        | RecordKind::Drill
        | RecordKind::Owner
        | RecordKind::Versioned(_)
        | RecordKind::DigestKey
        | RecordKind::AuditEvent => fixture::operator_token(number).id.to_string(),
    }
}

fn writes(steps: &[Step]) -> Writes {
    let mut all = Writes::default();
    for step in steps {
        let part = match *step {
            Step::Install => Writes {
                effects: vec![Effect::Install(fixture::installation())],
                ..Writes::default()
            },
            Step::Create(RecordKind::ApiKey, number) => fixture::create_api_key(number),
            Step::Create(RecordKind::Client, number) => fixture::create_client(number),
            Step::Create(_, number) => fixture::create_operator_token(number),
            Step::Revoke(RecordKind::ApiKey, number) => fixture::revoke_api_key(number),
            Step::Revoke(RecordKind::Client, number) => fixture::revoke_client(number),
            Step::Revoke(_, number) => fixture::revoke_operator_token(number),
            Step::ApplyInventory(version) => fixture::apply_inventory(version),
            Step::Deny(number) => fixture::only(Change::TokenDenied {
                jti: format!("token-{number}"),
                expires_at: fixture::at(number),
            }),
            Step::CutOff(second) => fixture::only(Change::CutOff(Cutoff {
                target: CutoffTarget::Environment,
                not_before: fixture::at(second),
                expires_at: fixture::at(second + 600),
            })),
        };
        all.effects.extend(part.effects);
        all.audit.extend(part.audit);
        all.changes.extend(part.changes);
    }
    all
}

fn step() -> impl Strategy<Value = Step> {
    let kind = prop_oneof![
        Just(RecordKind::ApiKey),
        Just(RecordKind::Client),
        Just(RecordKind::OperatorToken)
    ];
    prop_oneof![
        1 => Just(Step::Install),
        8 => (kind.clone(), 0_u64..6).prop_map(|(kind, number)| Step::Create(kind, number)),
        8 => (kind, 0_u64..6).prop_map(|(kind, number)| Step::Revoke(kind, number)),
        4 => (0_u64..5).prop_map(Step::ApplyInventory),
        2 => (0_u64..4).prop_map(Step::Deny),
        2 => (0_u64..100).prop_map(Step::CutOff),
    ]
}

fn history() -> impl Strategy<Value = Vec<Call>> {
    let call = prop_oneof![
        6 => proptest::collection::vec(step(), 1..4).prop_map(Call::Commit),
        1 => (0_u8..4).prop_map(Call::Record),
    ];
    (any::<bool>(), proptest::collection::vec(call, 1..40)).prop_map(|(installed, mut calls)| {
        if installed {
            calls.insert(0, Call::Commit(vec![Step::Install]));
        }
        calls
    })
}

/// Runs random histories against fresh stores. The environment variable
/// `PROPTEST_CASES` asks for more of them.
pub fn behaves_like_it<F, T>(fresh: F)
where
    F: Fn() -> T,
    T: Future<Output = Fresh>,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let asked = std::env::var("PROPTEST_CASES").is_ok();
    let config = Config {
        cases: if asked { Config::default().cases } else { 48 },
        failure_persistence: None,
        ..Config::default()
    };
    let run = TestRunner::new(config).run(&history(), |calls| {
        runtime.block_on(async {
            let fresh = fresh().await;
            compare(fresh.store.as_ref(), &calls).await
        })
    });
    run.unwrap();
}

async fn compare(store: &dyn Store, calls: &[Call]) -> Result<(), TestCaseError> {
    let mut model = Model::default();
    for call in calls {
        match call {
            Call::Commit(steps) => {
                let expected = model.commit(steps).map_err(CommitError::Conflict);
                prop_assert_eq!(store.commit(writes(steps)).await, expected);
            }
            Call::Record(count) => {
                let own = fixture::environment().name;
                let record = |number| fixture::decision(&format!("r{number}"), &own);
                let recorded = store
                    .record_decisions((0..*count).map(record).collect())
                    .await;
                prop_assert_eq!(recorded.is_ok(), model.installed);
                if model.installed {
                    model.audit += u64::from(*count);
                }
            }
        }
        prop_assert_eq!(store.head().borrow().number(), model.revision);
    }
    compare_all(store, &model).await
}

async fn compare_all(store: &dyn Store, model: &Model) -> Result<(), TestCaseError> {
    let api_keys = store.api_keys(None, 99).await.unwrap();
    let found = api_keys
        .iter()
        .map(|record| (record.id.to_string(), record.revocation.is_some()));
    prop_assert_eq!(found.collect::<Vec<_>>(), model.ids(RecordKind::ApiKey));
    let clients = store.clients(None, 99).await.unwrap();
    let found = clients
        .iter()
        .map(|record| (record.id.to_string(), record.revocation.is_some()));
    prop_assert_eq!(found.collect::<Vec<_>>(), model.ids(RecordKind::Client));
    let tokens = store.operator_tokens(None, 99).await.unwrap();
    let found = tokens
        .iter()
        .map(|record| (record.id.to_string(), record.revocation.is_some()));
    let expected = model.ids(RecordKind::OperatorToken);
    prop_assert_eq!(found.collect::<Vec<_>>(), expected);

    let inventory = store.inventory().await.unwrap();
    let version = inventory.map_or(0, |held| held.version);
    prop_assert_eq!(version, model.inventory);
    match store.verify_audit().await.unwrap() {
        AuditVerdict::Intact(head) => prop_assert_eq!(head.sequence, model.audit),
        AuditVerdict::Broken(broken) => prop_assert!(false, "{}", broken),
    }
    prop_assert_eq!(
        store.installation().await.unwrap().is_some(),
        model.installed
    );
    if model.installed {
        let snapshot = store.snapshot().await.unwrap();
        prop_assert_eq!(snapshot.revision().number(), model.revision);
        prop_assert_eq!(canonical(&snapshot), canonical(&folded(store).await));
        // The gates judge by the same keys that the control plane remembers.
        for record in &api_keys {
            let entry = snapshot.api_key(record.id.as_str()).as_ref().map(json);
            prop_assert_eq!(entry, Some(json(&record.entry())));
        }
    }
    Ok(())
}
