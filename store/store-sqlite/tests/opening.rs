//! Every way in which opening and creating is refused.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    missing_docs,
    reason = "tests"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use authority::Effect;
use rusqlite::Connection;
use store::conformance::fixture;
use store::{Read, Store, StoreFault};
use store_sqlite::{OpenFault, Options, SqliteStore};
use tempfile::TempDir;

fn place() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("doorward.db");
    (directory, path)
}

fn create(path: &Path) -> SqliteStore {
    SqliteStore::create_with(path, fixture::install(), &Options::default()).unwrap()
}

fn open(path: &Path) -> Result<SqliteStore, OpenFault> {
    SqliteStore::open(path, &Options::default())
}

fn names(directory: &TempDir) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(directory.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn what_was_written_is_there_after_opening_again() {
    let (_directory, path) = place();
    let store = create(&path);
    store.commit(fixture::create_api_key(1)).await.unwrap();
    let before = fixture::everything(&store).await;
    drop(store);
    let store = open(&path).unwrap();
    assert_eq!(fixture::everything(&store).await, before);
    assert_eq!(
        store.commit(fixture::create_api_key(2)).await,
        Ok(base::Revision::new(2))
    );
}

#[test]
fn every_file_is_its_owners_alone() {
    let (directory, path) = place();
    let store = create(&path);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime
        .block_on(store.commit(fixture::create_api_key(1)))
        .unwrap();
    let found = names(&directory);
    assert_eq!(
        found,
        [
            "doorward.db",
            "doorward.db-lock",
            "doorward.db-shm",
            "doorward.db-wal"
        ]
    );
    for name in found {
        let metadata = fs::metadata(directory.path().join(&name)).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_store_that_others_may_read_is_refused() {
    let (_directory, path) = place();
    drop(create(&path));
    for mode in [0o640, 0o604, 0o660, 0o601] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(open(&path).unwrap_err(), OpenFault::Exposed(path.clone()));
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    assert_eq!(open(&path).unwrap_err(), OpenFault::ReadOnly(path.clone()));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    open(&path).unwrap();
}

#[test]
fn opening_never_creates_and_creating_never_overwrites() {
    let (directory, path) = place();
    assert_eq!(open(&path).unwrap_err(), OpenFault::Missing(path.clone()));
    assert_eq!(names(&directory), [""; 0]);
    fs::write(&path, "something of mine").unwrap();
    let refused = SqliteStore::create(&path, &Options::default()).unwrap_err();
    assert_eq!(refused, OpenFault::Exists(path.clone()));
    assert_eq!(fs::read_to_string(&path).unwrap(), "something of mine");
    assert_eq!(names(&directory), ["doorward.db"]);

    let nowhere = directory.path().join("no").join("doorward.db");
    let expected = OpenFault::NoDirectory(directory.path().join("no"));
    assert_eq!(open(&nowhere).unwrap_err(), expected);
    let refused = SqliteStore::create(&nowhere, &Options::default()).unwrap_err();
    assert_eq!(refused, expected);
    assert_eq!(
        open(directory.path()).unwrap_err(),
        OpenFault::NotAStore(directory.path().to_owned())
    );
}

#[test]
fn a_failed_creation_leaves_nothing_behind() {
    let (directory, path) = place();
    // The first commit is refused ...
    let mut twice = fixture::install();
    twice.effects.push(Effect::Install(fixture::installation()));
    let options = Options::default();
    let refused = SqliteStore::create_with(&path, twice, &options).unwrap_err();
    assert!(matches!(refused, OpenFault::Install(_)), "{refused}");
    assert_eq!(names(&directory), [""; 0]);
    // ... or there is no space for the tables.
    let small = Options {
        size_limit: Some(3 * 4_096),
        ..Options::default()
    };
    let refused = SqliteStore::create(&path, &small).unwrap_err();
    assert_eq!(refused, OpenFault::Fault(StoreFault::Full));
    assert_eq!(names(&directory), [""; 0]);
    // What a killed creation left does not stand in the way of the next one.
    fs::write(directory.path().join("doorward.db-new"), "half").unwrap();
    drop(create(&path));
    assert_eq!(names(&directory), ["doorward.db", "doorward.db-lock"]);
}

#[test]
fn one_process_owns_it() {
    let (directory, path) = place();
    let store = create(&path);
    assert_eq!(open(&path).unwrap_err(), OpenFault::Locked(path.clone()));
    let link = directory.path().join("link.db");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let refused = open(&link).unwrap_err();
    assert!(matches!(refused, OpenFault::Locked(_)), "{refused}");
    drop(store);
    open(&path).unwrap();
}

#[test]
fn what_is_no_store_is_refused() {
    let (_directory, path) = place();
    let mut garbage = b"SQLite format 3\0".to_vec();
    garbage.extend((0..8_192_u32).map(|number| (number * 31 % 251) as u8));
    for content in [b"".to_vec(), b"SQLite".to_vec(), vec![0xa5; 9_000], garbage] {
        fs::write(&path, &content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(open(&path).unwrap_err(), OpenFault::NotAStore(path.clone()));
    }
    // A database of somebody else.
    fs::remove_file(&path).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE t (a)").unwrap();
    drop(other);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let before = fs::read(&path).unwrap();
    assert_eq!(open(&path).unwrap_err(), OpenFault::NotAStore(path.clone()));
    assert_eq!(fs::read(&path).unwrap(), before, "it is left as it was");
}

#[test]
fn a_damaged_structure_is_refused() {
    let (_directory, path) = place();
    drop(create(&path));
    let sound = fs::read(&path).unwrap();
    // A cut tail, and a page that was overwritten.
    fs::write(&path, &sound[..sound.len() - 4_096]).unwrap();
    let cut = open(&path).unwrap_err();
    let mut damaged = sound.clone();
    damaged[4_096..4_200].fill(0xff);
    fs::write(&path, &damaged).unwrap();
    let overwritten = open(&path).unwrap_err();
    for refused in [cut, overwritten] {
        let corrupt = matches!(refused, OpenFault::Fault(StoreFault::Corrupt { .. }));
        assert!(corrupt, "{refused}");
    }
    fs::write(&path, &sound).unwrap();
    open(&path).unwrap();
}

#[tokio::test]
async fn the_version_decides_who_may_use_it() {
    let (_directory, path) = place();
    drop(create(&path));
    let set = |version: u32, min_reader: u32| {
        let raw = Connection::open(&path).unwrap();
        let sql = "UPDATE schema SET version = ?1, min_reader = ?2";
        raw.execute(sql, (version, min_reader)).unwrap();
    };
    set(7, 7);
    let refused = open(&path).unwrap_err();
    assert_eq!(
        refused,
        OpenFault::NewerSchema {
            needed: 7,
            known: 4
        }
    );
    assert!(refused.to_string().contains("needs schema 7"));
    // A newer version that only added: the version before goes on.
    set(7, 1);
    let raw = Connection::open(&path).unwrap();
    raw.execute_batch(
        "ALTER TABLE api_key ADD COLUMN later TEXT; CREATE TABLE later (a TEXT) STRICT;",
    )
    .unwrap();
    drop(raw);
    let store = open(&path).unwrap();
    store.commit(fixture::create_api_key(1)).await.unwrap();
    store.commit(fixture::revoke_api_key(1)).await.unwrap();
    assert_eq!(store.api_keys(None, 9).await.unwrap().len(), 1);
}

#[test]
fn a_head_that_does_not_fit_its_logs_is_refused() {
    for damage in [
        "DELETE FROM audit WHERE sequence = 1",
        "UPDATE head SET audit_sequence = 2",
        "UPDATE head SET audit_digest = zeroblob(32)",
        "UPDATE head SET revision = 5; INSERT INTO change VALUES (4, '{}')",
        "DELETE FROM head",
        "UPDATE installation SET environment = 'production'",
        "UPDATE installation SET body = '{}'",
    ] {
        let (_directory, path) = place();
        drop(create(&path));
        let raw = Connection::open(&path).unwrap();
        raw.execute_batch(damage).unwrap();
        drop(raw);
        let refused = open(&path).unwrap_err();
        let corrupt = matches!(refused, OpenFault::Fault(StoreFault::Corrupt { .. }));
        assert!(corrupt, "{damage}: {refused}");
    }
}
