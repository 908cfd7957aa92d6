//! A process that is killed at any instant loses nothing that it acknowledged,
//! and leaves nothing half-done.
//!
//! The test runs itself as a child that commits in a loop and prints each
//! acknowledgement; the parent kills it. `DOORWARD_CRASH_ROUNDS` asks for more
//! rounds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::allow_attributes,
    missing_docs,
    reason = "tests"
)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use base::{Entropy, Revision, SeededEntropy};
use store::Store;
use store::audit::AuditVerdict;
use store::conformance::fixture;
use store_sqlite::{Options, SqliteStore};

const STORE: &str = "DOORWARD_CRASH_STORE";
const FIRST: &str = "DOORWARD_CRASH_FIRST";
const WRITERS: u64 = 8;

/// Not a test of its own: the child, when it is asked for.
#[test]
fn child() {
    let Ok(path) = std::env::var(STORE) else {
        return;
    };
    let first: u64 = std::env::var(FIRST).unwrap().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    runtime.block_on(async {
        let store = SqliteStore::open(Path::new(&path), &Options::default()).unwrap();
        let store = Arc::new(store);
        println!("ready");
        let mut writers = tokio::task::JoinSet::new();
        for writer in 0..WRITERS {
            let store = Arc::clone(&store);
            writers.spawn(async move {
                for number in (first + writer..).step_by(WRITERS as usize) {
                    store.commit(fixture::create_api_key(number)).await.unwrap();
                    acknowledge("created", number);
                    if number % 3 == 0 {
                        store.commit(fixture::revoke_api_key(number)).await.unwrap();
                        acknowledge("revoked", number);
                    }
                }
            });
        }
        writers.join_all().await;
    });
}

fn acknowledge(what: &str, number: u64) {
    // One write call: a kill leaves no half of a line behind another one.
    let line = format!("{what} {number}\n");
    let mut out = std::io::stdout().lock();
    out.write_all(line.as_bytes()).unwrap();
    out.flush().unwrap();
}

/// One round: the acknowledgements of a child that was killed after `delay`.
fn run_and_kill(path: &Path, first: u64, delay: Duration) -> Vec<(String, u64)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture", "--test-threads=1"])
        .env(STORE, path)
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // The test harness may have begun the line.
    let ready = lines.by_ref().any(|line| line.unwrap().ends_with("ready"));
    assert!(ready, "the child did not open the store");
    let killer = std::thread::spawn(move || {
        std::thread::sleep(delay);
        child.kill().unwrap();
        child.wait().unwrap();
    });
    let acknowledged = lines
        .map_while(Result::ok)
        .filter_map(|line| {
            let (what, number) = line.split_once(' ')?;
            Some((what.to_owned(), number.parse().ok()?))
        })
        .collect();
    killer.join().unwrap();
    acknowledged
}

async fn check(store: &dyn Store, acknowledged: &[(String, u64)]) {
    for (what, number) in acknowledged {
        let id = fixture::api_key(*number).id;
        let record = store.api_key(id.as_str()).await.unwrap();
        let record = record.unwrap_or_else(|| panic!("{what} {number} is lost"));
        if what == "revoked" {
            assert!(record.revocation.is_some(), "{what} {number} is lost");
        }
    }
    let AuditVerdict::Intact(head) = store.verify_audit().await.unwrap() else {
        panic!("the audit chain is broken");
    };
    // Each commit has exactly one record change, one audit event and one
    // numbered change: if the three counts agree, none was half-done.
    let records = store.api_keys(None, usize::MAX).await.unwrap();
    let revoked = records.iter().filter(|r| r.revocation.is_some()).count();
    let commits = (records.len() + revoked) as u64;
    assert_eq!(head.sequence, 1 + commits);
    assert_eq!(*store.head().borrow(), Revision::new(commits));
    let snapshot = store.snapshot().await.unwrap();
    let folded = fixture::folded(store).await;
    assert_eq!(folded.revision(), Revision::new(commits));
    for record in &records {
        let id = record.id.as_str();
        let entry = Some(fixture::json(&record.entry()));
        assert_eq!(snapshot.api_key(id).as_ref().map(fixture::json), entry);
        assert_eq!(folded.api_key(id).as_ref().map(fixture::json), entry);
    }
}

#[test]
fn what_was_acknowledged_survives_a_kill_at_any_instant() {
    let rounds: u64 =
        std::env::var("DOORWARD_CRASH_ROUNDS").map_or(30, |rounds| rounds.parse().unwrap());
    let directory = tempfile::tempdir().unwrap();
    let mut path = directory.path().join("0.db");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut random = SeededEntropy::new(u64::from(std::process::id()));
    let mut total = 0;
    for round in 0..rounds {
        // A store goes through several kills, and then a new one begins.
        if round % 5 == 0 {
            path = directory.path().join(format!("{round}.db"));
            let options = Options::default();
            SqliteStore::create_with(&path, fixture::install(), &options).unwrap();
        }
        let [low, high] = (&mut random as &mut dyn Entropy).bytes();
        let delay = Duration::from_micros(u64::from(u16::from_le_bytes([low, high])));
        let acknowledged = run_and_kill(&path, round << 32, delay);
        total += acknowledged.len();
        let store = SqliteStore::open(&path, &Options::default()).unwrap();
        runtime.block_on(check(&store, &acknowledged));
    }
    assert!(total > 0, "no commit was acknowledged in any round");
    println!("{rounds} kills, {total} acknowledged commits, none lost");
}
