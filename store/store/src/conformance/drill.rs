//! Rotation drills, by credential and by time.

use authority::audit::Action;
use authority::drill::{Drill, DrillId, DrillOutcome, DrillStep, DrillStepKind};
use authority::{Effect, Writes};
use base::SeededEntropy;
use credential::CredentialKind;
use snapshot::CredentialRef;

use super::fixture::{at, environment, event, everything, installed};
use crate::{CommitError, Conflict, RecordKind, Store};

fn of(id: &str) -> CredentialRef {
    let id = id.to_owned();
    let kind = CredentialKind::ApiKey;
    CredentialRef { kind, id }
}

fn drill(number: u64, id: &str, second: u64) -> Drill {
    Drill {
        id: DrillId::generate(&mut SeededEntropy::new(number)),
        environment: environment().name,
        credential: of(id),
        by: "o0123456789abcde".to_owned(),
        started_at: at(second),
        recorded_at: at(second + 9),
        outcome: DrillOutcome::Rehearsed,
        steps: vec![DrillStep {
            step: DrillStepKind::Stage,
            call_ms: 12,
            in_force_ms: Some(3),
        }],
        networks: vec!["192.0.2.0/24".parse().unwrap()],
        notes: "what \"happened\"\nand \u{2013} what not".to_owned(),
    }
}

fn record(drill: &Drill) -> Writes {
    Writes {
        effects: vec![Effect::RecordDrill(drill.clone())],
        audit: vec![event(&format!("drill{}", drill.id), Action::ApiKeyDrilled)],
        changes: Vec::new(),
    }
}

/// Newest first, of one credential or of all; a drill is written once.
pub async fn drills_are_read_newest_first(store: &dyn Store) {
    let store = installed(store).await;
    let all = [drill(1, "k1", 10), drill(2, "k2", 30), drill(3, "k1", 20)];
    for one in &all {
        store.commit(record(one)).await.unwrap();
    }
    let [first, second, third] = all;
    let newest = |n| store.drills(None, n);
    assert_eq!(
        newest(9).await.unwrap(),
        [second.clone(), third.clone(), first.clone()]
    );
    assert_eq!(newest(1).await.unwrap(), [second]);
    let one = of("k1");
    assert_eq!(
        store.drills(Some(&one), 9).await.unwrap(),
        [third.clone(), first.clone()]
    );
    assert_eq!(store.last_drill(&one).await.unwrap(), Some(third));
    assert_eq!(store.last_drill(&of("k3")).await.unwrap(), None);

    let before = everything(store).await;
    let conflict = Conflict::Exists {
        kind: RecordKind::Drill,
        id: first.id.to_string(),
    };
    let again = store.commit(record(&first)).await;
    assert_eq!(again, Err(CommitError::Conflict(conflict)));
    let mut elsewhere = drill(4, "k1", 40);
    elsewhere.environment = "production".parse().unwrap();
    assert!(store.commit(record(&elsewhere)).await.is_err());
    assert_eq!(everything(store).await, before);
}

/// One of each credential: what a register shows.
pub async fn the_last_drill_of_each_credential_is_read_in_order(store: &dyn Store) {
    let store = installed(store).await;
    let mut newest = Vec::new();
    for (number, id) in ["k4", "k1", "k3", "k2", "k10"].into_iter().enumerate() {
        let number = number as u64;
        // Two at the same second: one of them is the last, and always that one.
        let drills = [(0, 50), (1, 80), (2, 80), (3, 20)]
            .map(|(nth, second)| drill(number * 10 + nth, id, second));
        for one in &drills {
            store.commit(record(one)).await.unwrap();
        }
        let last = drills
            .into_iter()
            .max_by_key(|one| (one.started_at, one.id.clone()));
        newest.push(last.unwrap());
    }
    newest.sort_by(|a, b| a.credential.cmp(&b.credential));
    for size in [1, 2, 100] {
        let mut found: Vec<Drill> = Vec::new();
        loop {
            let after = found.last().map(|drill| drill.credential.clone());
            let page = store.last_drills(after.as_ref(), size).await.unwrap();
            if page.is_empty() {
                break;
            }
            assert!(page.len() <= size);
            found.extend(page);
        }
        assert_eq!(found, newest, "{size} at a time");
    }
}
