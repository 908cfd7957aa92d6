//! Whoever alters the file is found out.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    missing_docs,
    reason = "tests"
)]

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use store::audit::{AuditVerdict, Damage};
use store::conformance::fixture;
use store::{Read, Store, StoreFault};
use store_sqlite::{Options, SqliteStore};
use tempfile::TempDir;

/// A closed store with six audit entries: the installation, and one decision
/// for each of the requests `marker2` to `marker6`.
async fn closed() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("doorward.db");
    let store = SqliteStore::create_with(&path, fixture::install(), &Options::default()).unwrap();
    let own = fixture::environment().name;
    for number in 2..=6 {
        let record = fixture::decision(&format!("marker{number}"), &own);
        store.record_decisions(vec![record]).await.unwrap();
    }
    (directory, path)
}

async fn verdict(path: &Path) -> (u64, Damage) {
    let store = SqliteStore::open(path, &Options::default()).unwrap();
    match store.verify_audit().await.unwrap() {
        AuditVerdict::Broken(broken) => (broken.sequence, broken.damage),
        AuditVerdict::Intact(head) => panic!("intact up to {}", head.sequence),
    }
}

#[tokio::test]
async fn an_altered_row_is_named() {
    let cases = [
        (
            "UPDATE audit SET body = replace(body, 'marker3', 'marker9') WHERE sequence = 3",
            (3, Damage::Altered),
        ),
        (
            "UPDATE audit SET body = replace(body, 'denial', 'permit') WHERE sequence = 5",
            (5, Damage::Altered),
        ),
        (
            "UPDATE audit SET body = body || ' ' WHERE sequence = 6",
            (6, Damage::Altered),
        ),
        (
            "UPDATE audit SET request_id = 'marker9' WHERE sequence = 4",
            (4, Damage::RequestId),
        ),
        (
            "UPDATE audit SET previous = zeroblob(32) WHERE sequence = 4",
            (4, Damage::Previous),
        ),
        (
            "UPDATE audit SET digest = randomblob(32) WHERE sequence = 4",
            (4, Damage::Altered),
        ),
        (
            "UPDATE audit SET digest = x'00' WHERE sequence = 4",
            (4, Damage::Unreadable),
        ),
        ("DELETE FROM audit WHERE sequence = 4", (4, Damage::Missing)),
        ("DELETE FROM audit WHERE sequence = 1", (1, Damage::Missing)),
        (
            "UPDATE audit SET sequence = 0 WHERE sequence = 1",
            (1, Damage::Missing),
        ),
        (
            "INSERT INTO audit SELECT -1, request_id, previous, digest, body FROM audit LIMIT 1",
            (1, Damage::Unreadable),
        ),
    ];
    for (damage, expected) in cases {
        let (_directory, path) = closed().await;
        let raw = Connection::open(&path).unwrap();
        assert_eq!(raw.execute(damage, []).unwrap(), 1);
        drop(raw);
        assert_eq!(verdict(&path).await, expected, "{damage}");
    }
}

/// The tail is compared with the head at opening; this is the same while the
/// store is open.
#[tokio::test]
async fn a_cut_or_lengthened_tail_is_named() {
    for (damage, expected) in [
        ("DELETE FROM audit WHERE sequence > 4", (5, Damage::Missing)),
        ("DELETE FROM audit", (1, Damage::Missing)),
        (
            "UPDATE head SET audit_digest = zeroblob(32)",
            (6, Damage::Head),
        ),
    ] {
        let (_directory, path) = closed().await;
        let store = SqliteStore::open(&path, &Options::default()).unwrap();
        let raw = Connection::open(&path).unwrap();
        raw.execute(damage, []).unwrap();
        let AuditVerdict::Broken(broken) = store.verify_audit().await.unwrap() else {
            panic!("{damage} was not found");
        };
        assert_eq!((broken.sequence, broken.damage), expected, "{damage}");
    }
}

#[tokio::test]
async fn one_altered_byte_of_the_file_is_named() {
    let (_directory, path) = closed().await;
    let sound = fs::read(&path).unwrap();
    let body = b"\"request_id\":\"marker4\"";
    let at = sound.windows(body.len()).position(|w| w == body).unwrap();
    for offset in 0..body.len() {
        for bits in [0x01, 0x80] {
            let mut damaged = sound.clone();
            damaged[at + offset] ^= bits;
            fs::write(&path, &damaged).unwrap();
            let (sequence, damage) = verdict(&path).await;
            assert_eq!(sequence, 4, "byte {offset}");
            // With the highest bit it is not UTF-8 any more.
            let found = [Damage::Altered, Damage::Unreadable].contains(&damage);
            assert!(found, "byte {offset}: {damage}");
        }
    }
}

#[tokio::test]
async fn an_index_that_hides_an_entry_is_found() {
    let (_directory, path) = closed().await;
    let mut file = fs::read(&path).unwrap();
    // The request id stands in the row and, alone, in the index.
    let places: Vec<usize> = (0..file.len() - 7)
        .filter(|&at| &file[at..at + 7] == b"marker4")
        .collect();
    let in_body = |at: usize| file[at - 1] == b'"';
    let columns: Vec<usize> = places.iter().copied().filter(|&at| !in_body(at)).collect();
    assert_eq!(columns.len(), 2);
    let mut found = Vec::new();
    for at in columns {
        file[at] ^= 1;
        fs::write(&path, &file).unwrap();
        file[at] ^= 1;
        let store = SqliteStore::open(&path, &Options::default()).unwrap();
        found.push(match store.verify_audit().await {
            Ok(AuditVerdict::Broken(broken)) => broken.damage.to_string(),
            Err(StoreFault::Corrupt { .. }) => "index".to_owned(),
            other => panic!("{other:?}"),
        });
    }
    found.sort();
    assert_eq!(
        found,
        [&*"index".to_owned(), &Damage::RequestId.to_string()]
    );
}

#[tokio::test]
async fn a_record_under_another_name_is_not_given_out() {
    let (_directory, path) = closed().await;
    let store = SqliteStore::open(&path, &Options::default()).unwrap();
    store.commit(fixture::create_api_key(1)).await.unwrap();
    store.commit(fixture::create_api_key(2)).await.unwrap();
    let one = fixture::api_key(1).id;
    let raw = Connection::open(&path).unwrap();

    // A row of another environment is not there for us.
    let sql = "INSERT INTO api_key SELECT 'production', id, organisation, created_at, expires_at,
               revoked_at, body FROM api_key";
    raw.execute(sql, []).unwrap();
    assert_eq!(store.api_keys(None, 99).await.unwrap().len(), 2);
    raw.execute("DELETE FROM api_key WHERE environment = 'sandbox'", [])
        .unwrap();
    assert!(store.api_key(one.as_str()).await.unwrap().is_none());
    assert!(store.api_keys(None, 99).await.unwrap().is_empty());

    // Renamed into ours, its body still says whose it is.
    let mut foreign = fixture::api_key(3);
    foreign.environment = "production".parse().unwrap();
    let sql = "INSERT INTO api_key VALUES ('sandbox', ?1, 'acme', 0, 0, NULL, ?2)";
    let body = serde_json::to_string(&foreign).unwrap();
    raw.execute(sql, (foreign.id.as_str(), body)).unwrap();
    let own = serde_json::to_string(&fixture::api_key(2)).unwrap();
    raw.execute(sql, (one.as_str(), own)).unwrap();
    for id in [foreign.id.as_str(), one.as_str()] {
        let fault = store.api_key(id).await.unwrap_err();
        assert_eq!(fault, StoreFault::corrupt(format!("api_key {id}")));
    }
}
