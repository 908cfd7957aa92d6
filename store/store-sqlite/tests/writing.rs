//! The writer: full disks, damaged rows, grouping, and what is kept.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::allow_attributes,
    missing_docs,
    reason = "tests"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use authority::Writes;
use rusqlite::Connection;
use store::audit::AuditVerdict;
use store::conformance::fixture::{self, canonical, everything, folded};
use store::{CommitError, Read, Store, StoreFault};
use store_sqlite::{Options, SqliteStore};
use tempfile::TempDir;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

fn created(options: &Options) -> (TempDir, PathBuf, SqliteStore) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("doorward.db");
    let store = SqliteStore::create_with(&path, fixture::install(), options).unwrap();
    (directory, path, store)
}

/// A commit of about that many bytes: an inventory with a long document.
fn large(version: u64, bytes: usize) -> Writes {
    let mut writes = fixture::apply_inventory(version);
    let mut record = fixture::inventory_version(version);
    record.document = "#".repeat(bytes);
    writes.effects = vec![authority::Effect::ApplyInventory(record)];
    writes
}

async fn assert_sound(store: &dyn Store) {
    let verdict = store.verify_audit().await.unwrap();
    assert!(matches!(verdict, AuditVerdict::Intact(_)), "{verdict:?}");
    let snapshot = store.snapshot().await.unwrap();
    assert_eq!(canonical(&snapshot), canonical(&folded(store).await));
}

#[tokio::test]
async fn a_full_disk_writes_nothing_and_hurts_nobody() {
    let limited = Options {
        size_limit: Some(512 << 10),
        ..Options::default()
    };
    let (_directory, path, store) = created(&limited);
    let full = Err(CommitError::Fault(StoreFault::Full));
    let before = everything(&store).await;
    assert_eq!(store.commit(large(1, 1 << 20)).await, full);
    assert_eq!(everything(&store).await, before);

    // One that does not fit does not take its neighbours along.
    let store = Arc::new(store);
    let mut tasks = JoinSet::new();
    for number in 2..20 {
        let store = Arc::clone(&store);
        let writes = match number % 3 {
            0 => large(1, 1 << 20),
            _ => fixture::create_api_key(number),
        };
        tasks.spawn(async move { (number, store.commit(writes).await) });
    }
    for (number, answer) in tasks.join_all().await {
        match number % 3 {
            0 => assert_eq!(answer, full),
            _ => assert!(answer.is_ok(), "{number}: {answer:?}"),
        }
    }
    assert_sound(store.as_ref()).await;

    // Up to the brim.
    let mut written = store.head().borrow().number();
    let refused = loop {
        match store.commit(fixture::create_api_key(written + 100)).await {
            Ok(revision) => written = revision.number(),
            Err(error) => break error,
        }
        assert!(written < 10_000, "the limit has no effect");
    };
    assert_eq!(refused, CommitError::Fault(StoreFault::Full));
    let keys = store.api_keys(None, usize::MAX).await.unwrap();
    assert_eq!(keys.len() as u64, written);
    let tail = store.audit_tail(1).await.unwrap();
    assert_eq!(tail.first().unwrap().sequence, written + 1);
    assert_eq!(store.head().borrow().number(), written);
    assert_sound(store.as_ref()).await;
    // Space that becomes free is used at once.
    store.trim_changes(0).await.unwrap();
    store.commit(fixture::create_api_key(5_000)).await.unwrap();
    let before = everything(store.as_ref()).await;
    drop(store);
    let store = SqliteStore::open(&path, &Options::default()).unwrap();
    assert_eq!(everything(&store).await, before);
    store.commit(large(1, 1 << 20)).await.unwrap();
}

#[tokio::test]
async fn a_damaged_row_hurts_only_who_needs_it() {
    let (_directory, path, store) = created(&Options::default());
    store.commit(fixture::create_api_key(1)).await.unwrap();
    let raw = Connection::open(&path).unwrap();
    raw.execute("UPDATE api_key SET body = '{'", []).unwrap();
    let (damaged, sound) = tokio::join!(
        store.commit(fixture::revoke_api_key(1)),
        store.commit(fixture::create_api_key(2)),
    );
    let id = fixture::api_key(1).id;
    let corrupt = StoreFault::corrupt(format!("api_key {id}"));
    assert_eq!(damaged, Err(CommitError::Fault(corrupt)));
    assert!(sound.is_ok());
    assert_eq!(store.audit_tail(99).await.unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_waits_together_is_made_durable_together() {
    const WRITERS: u64 = 64;
    const EACH: u64 = 10;
    let (_directory, _path, store) = created(&Options::default());
    let store = Arc::new(store);
    let barrier = Arc::new(Barrier::new(64));
    let mut tasks = JoinSet::new();
    for writer in 0..WRITERS {
        let (store, barrier) = (Arc::clone(&store), Arc::clone(&barrier));
        tasks.spawn(async move {
            barrier.wait().await;
            for step in 0..EACH {
                // Every second one is refused: it must not spoil its group.
                let number = writer * EACH + step;
                store.commit(fixture::create_api_key(number)).await.unwrap();
                store
                    .commit(fixture::create_api_key(number))
                    .await
                    .unwrap_err();
            }
        });
    }
    tasks.join_all().await;
    let counters = store.counters();
    assert_eq!(counters.commits, WRITERS * EACH);
    assert!(
        counters.transactions < WRITERS * EACH / 2,
        "{counters:?}: the writer does not group"
    );
    assert_eq!(store.head().borrow().number(), WRITERS * EACH);
    let keys = store.api_keys(None, usize::MAX).await.unwrap();
    assert_eq!(keys.len() as u64, WRITERS * EACH);
    assert_sound(store.as_ref()).await;
}

#[tokio::test]
async fn a_waiter_who_goes_away_neither_stops_the_writer_nor_its_commit() {
    let (_directory, path, store) = created(&Options::default());
    for number in 0..50 {
        let commit = store.commit(fixture::create_api_key(number));
        // Polled until it is queued, and then dropped.
        let _ = tokio::time::timeout(std::time::Duration::ZERO, commit).await;
    }
    store.commit(fixture::create_api_key(99)).await.unwrap();
    assert_sound(&store).await;
    drop(store);
    let store = SqliteStore::open(&path, &Options::default()).unwrap();
    assert_sound(&store).await;
}

fn log_length(store: &Path) -> u64 {
    let mut log = store.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(PathBuf::from(log)).unwrap().len()
}

#[tokio::test]
async fn the_log_is_copied_and_stays_within_its_limit() {
    const LIMIT: u64 = 2 << 20;
    let options = Options {
        log_limit: LIMIT,
        ..Options::default()
    };
    let (_directory, path, store) = created(&options);
    let mut longest = 0;
    for version in 1..=100 {
        store.commit(large(version, 200_000)).await.unwrap();
        longest = longest.max(log_length(&path));
    }
    // One commit may reach beyond it, and the copy comes after that.
    assert!(longest < LIMIT + (1 << 20), "{longest} bytes");
    // A reader of an old state holds the copy up, but not the writer.
    let raw = Connection::open(&path).unwrap();
    let old = raw.unchecked_transaction().unwrap();
    let count: i64 = old
        .query_row("SELECT count(*) FROM inventory", [], |row| row.get(0))
        .unwrap();
    for version in 101..=130 {
        store.commit(large(version, 200_000)).await.unwrap();
    }
    assert_eq!(count, 100);
    drop(old);
    drop(raw);
    for version in 131..=150 {
        store.commit(large(version, 200_000)).await.unwrap();
    }
    assert!(log_length(&path) < LIMIT + (1 << 20));
    drop(store);
    let store = SqliteStore::open(&path, &Options::default()).unwrap();
    assert_eq!(store.inventory().await.unwrap().unwrap().version, 150);
    assert_sound(&store).await;
}
