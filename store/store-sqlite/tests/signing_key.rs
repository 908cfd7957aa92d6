//! Signing keys over time: a store of the version before, and a process that
//! is killed between two acts.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::allow_attributes,
    missing_docs,
    reason = "tests"
)]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use authority::audit::{Actor, Origin};
use authority::signing_key::{Facts, Rotation, Tended, create, roll_back, rotate, tend};
use base::{Entropy, SeededEntropy, Timestamp};
use rusqlite::Connection;
use snapshot::KeyStage;
use store::audit::AuditVerdict;
use store::conformance::fixture::{self, environment, json, sealing_key};
use store::{Read as _, Store as _};
use store_sqlite::{Options, SqliteStore};

const STORE: &str = "DOORWARD_CRASH_KEYS";

fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path, &Options::default()).unwrap()
}

fn origin() -> Origin {
    Origin {
        request_id: fixture::request_id("keys"),
        actor: Actor::Doorward,
        environment: environment().name,
    }
}

async fn tended(store: &SqliteStore, now: Timestamp) -> Tended {
    let ring = store.key_ring().await.unwrap();
    let (environment, sealing_key) = (environment(), sealing_key());
    let facts = Facts {
        ring: &ring,
        environment: &environment,
        sealing_key: &sealing_key,
    };
    tend(facts, &origin(), now, &mut SeededEntropy::new(3)).unwrap()
}

/// What schema 1 held: one active key, with the members that it knew.
fn age(path: &Path) {
    let raw = Connection::open(path).unwrap();
    raw.execute_batch(
        "DROP TABLE key_ring; DROP TABLE usage; DROP TABLE drill; DROP TABLE owner;
         DROP TABLE versioned; DROP TABLE versioned_lookup;
         DROP TABLE retired_digest_key;
         DROP INDEX audit_by_credential; ALTER TABLE audit DROP COLUMN credential;
         DROP INDEX client_by_secret; DROP INDEX api_key_by_rotation_end;
         UPDATE schema SET version = 1, min_reader = 1;
         UPDATE signing_key SET body = json_set(json_remove(body, '$.published_at',
             '$.activated_at', '$.retiring_since', '$.retired_at', '$.retired_because'),
             '$.stage', 'active');",
    )
    .unwrap();
}

#[tokio::test]
async fn a_store_of_the_version_before_is_brought_up_and_still_read_by_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("doorward.db");
    let store = SqliteStore::create_with(&path, fixture::install(), &Options::default()).unwrap();
    let (old, writes) = fixture::signing_key(1);
    store.commit(writes).await.unwrap();
    drop(store);
    age(&path);

    let store = open(&path);
    let ring = store.key_ring().await.unwrap();
    assert_eq!((ring.version, ring.keys.len()), (0, 1));
    assert_eq!(ring.default_lane(), Some(old.algorithm));
    let first = tended(&store, fixture::at(9)).await.plan.unwrap();
    store.commit(first.writes).await.unwrap();
    assert!(tended(&store, fixture::at(9)).await.plan.is_none());
    let ring = store.key_ring().await.unwrap();
    assert_eq!(ring.active_ids(), [old.key_id]);
    assert!(ring.next(old.algorithm).is_some());
    drop(store);

    // Every member that schema 1 knew is in every record, in its form.
    let raw = Connection::open(&path).unwrap();
    let sql = "SELECT count(*) FROM signing_key WHERE json_type(body, '$.sealed') = 'array'
               AND json_array_length(body, '$.sealed') > 0 AND json_type(body, '$.public') = 'object'
               AND json_extract(body, '$.stage') IN ('active', 'next')
               AND (SELECT min_reader FROM schema) = 1";
    let read: i64 = raw.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(read, 2);
}

#[tokio::test]
async fn what_is_retired_leaves_no_sealed_key_in_its_record() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("doorward.db");
    let store = SqliteStore::create_with(&path, fixture::install(), &Options::default()).unwrap();
    let (_, writes) = fixture::signing_key(1);
    store.commit(writes).await.unwrap();
    // Its end has come, and another one follows.
    let late = fixture::at(2 * 90 * 86_400 + 10);
    let plan = tended(&store, late).await.plan.unwrap();
    store.commit(plan.writes).await.unwrap();
    let ring = store.key_ring().await.unwrap();
    let stages = |stage| ring.keys.iter().filter(move |key| key.stage == stage);
    assert_eq!(stages(KeyStage::Retired).count(), 1);
    for key in stages(KeyStage::Retired) {
        assert_eq!(json(key)["sealed"], serde_json::json!([]));
    }
}

/// Not a test of its own: the child, when it is asked for.
#[tokio::test]
async fn child() {
    let Ok(path) = std::env::var(STORE) else {
        return;
    };
    let store = open(Path::new(&path));
    println!("ready");
    let (environment, sealing_key) = (environment(), sealing_key());
    let mut entropy = SeededEntropy::new(u64::from(std::process::id()));
    // The clock of this world runs fast, so that keys retire and are forgotten.
    for day in 0.. {
        let ring = store.key_ring().await.unwrap();
        let start = ring.version * 86_400 * 7;
        let now = fixture::at(start + day);
        let facts = Facts {
            ring: &ring,
            environment: &environment,
            sealing_key: &sealing_key,
        };
        let origin = origin();
        let plan = match (
            tend(facts, &origin, now, &mut entropy).unwrap().plan,
            day % 3,
        ) {
            (Some(due), _) => due,
            (None, 0) => match roll_back(None, facts, &origin, now) {
                Ok(plan) => plan,
                Err(_) => rotate(Rotation::default(), facts, &origin, now, &mut entropy).unwrap(),
            },
            (None, _) => rotate(Rotation::default(), facts, &origin, now, &mut entropy).unwrap(),
        };
        let version = plan.outcome.version;
        store.commit(plan.writes).await.unwrap();
        println!("version {version}");
    }
}

/// The newest version that a child acknowledged. It is killed a moment after it
/// has acknowledged some.
fn run_and_kill(path: &Path, some: u8, moment: Duration) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture", "--test-threads=1"])
        .env(STORE, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged = lines
        .map_while(Result::ok)
        .filter_map(|line| line.strip_prefix("version ")?.parse().ok());
    let mut newest = acknowledged.by_ref().nth(some.into());
    std::thread::sleep(moment);
    child.kill().unwrap();
    newest = acknowledged.last().or(newest);
    child.wait().unwrap();
    newest.unwrap_or_else(|| panic!("the child acknowledged fewer than {some} acts"))
}

async fn check(path: &Path, acknowledged: u64) {
    let store = open(path);
    let ring = store.key_ring().await.unwrap();
    assert!(ring.version >= acknowledged, "an act is lost");
    assert_eq!(ring.active_ids().len(), 1);
    // One published list for each act, the last of them the ring's.
    assert_eq!(store.head().borrow().number(), ring.version);
    let sorted = |keys: &[snapshot::PublishedKey]| {
        let mut keys: Vec<String> = keys.iter().map(|key| json(key).to_string()).collect();
        keys.sort();
        keys
    };
    let snapshot = store.snapshot().await.unwrap();
    assert_eq!(sorted(snapshot.published_keys()), sorted(&ring.published()));
    let AuditVerdict::Intact(_) = store.verify_audit().await.unwrap() else {
        panic!("the audit chain is broken");
    };
}

#[test]
fn a_kill_at_any_instant_leaves_one_active_key_and_the_list_that_was_published() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("doorward.db");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut entropy = SeededEntropy::new(u64::from(std::process::id()));
    let (environment, sealing_key) = (environment(), sealing_key());
    let lane = serde_json::from_str("\"ES256\"").unwrap();
    let first = create(
        lane,
        (&environment, &sealing_key),
        &origin(),
        fixture::at(0),
        &mut entropy,
    )
    .unwrap();
    let mut writes = fixture::install();
    writes.effects.extend(first.writes.effects);
    writes.changes.extend(first.writes.changes);
    SqliteStore::create_with(&path, writes, &Options::default()).unwrap();
    for _ in 0..12 {
        let [some, moment] = (&mut entropy as &mut dyn Entropy).bytes();
        let moment = Duration::from_micros(u64::from(moment) * 50);
        let acknowledged = run_and_kill(&path, some % 8, moment);
        runtime.block_on(check(&path, acknowledged));
    }
}
