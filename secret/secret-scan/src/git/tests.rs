//! Histories that `git` itself made.

use std::fs;
use std::path::Path;
use std::process::Command;

use base::SeededEntropy;
use credential::{DigestKey, EnvironmentClass, MintedClientSecret};
use tempfile::TempDir;

use crate::{Report, Root, scan};

fn planted(seed: u64) -> String {
    let class = EnvironmentClass::Sandbox;
    let entropy = &mut SeededEntropy::new(seed);
    let minted = MintedClientSecret::mint(class, &DigestKey::new([1; 32]), entropy);
    minted.secret.expose().to_owned()
}

/// Runs git, untouched by the configuration of whoever runs the test.
fn git(directory: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(directory)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.com",
            "-c",
            "gc.auto=0",
        ])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn scanned(path: &Path) -> Report {
    scan(&[Root::Path(path.to_owned())], 2, &mut |_| {})
}

fn commit(directory: &Path, message: &str) -> String {
    git(directory, &["add", "-A"]);
    git(directory, &["commit", "-q", "--allow-empty", "-m", message]);
    git(directory, &["rev-parse", "HEAD"])
}

/// A history with a secret that is gone from its newest commit, and enough
/// versions of a long file for deltas. Answers the commit that had the secret.
fn history(directory: &Path, secret: &str, format: &str) -> String {
    let object_format = format!("--object-format={format}");
    git(directory, &["init", "-q", "-b", "main", &object_format]);
    let long: String = (0..3000)
        .map(|line| format!("line {line} of the file\n"))
        .collect();
    fs::create_dir_all(directory.join("deploy/production")).unwrap();
    fs::write(directory.join("long.txt"), &long).unwrap();
    commit(directory, "one");
    fs::write(
        directory.join("deploy/production/values.yaml"),
        format!("a: 1\nsecret: {secret}\n"),
    )
    .unwrap();
    let leaked = commit(directory, "two");
    fs::write(directory.join("deploy/production/values.yaml"), "a: 1\n").unwrap();
    for version in 0..6 {
        fs::write(
            directory.join("long.txt"),
            format!("version {version}\n{long}"),
        )
        .unwrap();
        commit(directory, "more");
    }
    leaked
}

/// That the secret is found once, in that commit, and every object was read.
fn found_once(report: &Report, repository: &Path, leaked: &str) {
    assert_eq!(report.not_read, vec![]);
    assert_eq!(report.findings.len(), 1, "{report:?}");
    let place = &report.findings[0].place;
    assert_eq!(place.commit.as_deref(), Some(leaked));
    assert_eq!(
        place.entry.as_deref(),
        Some("deploy/production/values.yaml")
    );
    assert_eq!((place.line, place.column), (Some(2), Some(9)));
    assert_eq!(report.read.objects, objects(repository));
}

/// How many objects git counts.
fn objects(repository: &Path) -> u64 {
    let all = git(
        repository,
        &["cat-file", "--batch-all-objects", "--batch-check"],
    );
    all.lines().count() as u64
}

#[test]
fn a_deleted_secret_is_found_loose_and_packed_in_either_format_of_ids() {
    for (seed, format) in [(1, "sha1"), (2, "sha256")] {
        let directory = TempDir::new().unwrap();
        let path = directory.path();
        let leaked = history(path, &planted(seed), format);
        found_once(&scanned(path), path, &leaked);
        git(path, &["gc", "-q"]);
        assert!(
            !path
                .join(".git/objects")
                .join(leaked.split_at(2).0)
                .exists(),
            "it is packed"
        );
        found_once(&scanned(path), path, &leaked);
        found_once(&scanned(&path.join(".git")), path, &leaked);
    }
}

#[test]
fn deltas_that_name_their_base_and_packs_of_many_sizes_are_read() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let leaked = history(path, &planted(3), "sha1");
    for depth in ["--depth=1", "--depth=50"] {
        git(
            path,
            &[
                "-c",
                "repack.useDeltaBaseOffset=false",
                "repack",
                "-adfq",
                depth,
            ],
        );
        found_once(&scanned(path), path, &leaked);
    }
    git(path, &["-c", "core.compression=0", "repack", "-adFq"]);
    found_once(&scanned(path), path, &leaked);
}

#[test]
fn what_no_branch_reaches_is_found() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    history(path, &planted(4), "sha1");
    let main = git(path, &["rev-parse", "HEAD"]);
    fs::write(path.join("lost.txt"), planted(5)).unwrap();
    commit(path, &format!("a message with {}", planted(6)));
    git(path, &["tag", "-a", "v1", "-m", &planted(7)]);
    git(path, &["reset", "-q", "--hard", &main]);
    git(path, &["tag", "-d", "v1"]);
    git(path, &["reflog", "expire", "--expire=all", "--all"]);
    let report = scanned(path);
    let in_objects = report
        .findings
        .iter()
        .filter(|it| it.place.object.is_some());
    assert_eq!(in_objects.count(), 4, "{report:?}");
    // And in the file that git leaves the last message in.
    assert_eq!(report.findings.len(), 5, "{report:?}");
    assert_eq!(report.read.objects, objects(path));
}

#[test]
fn bare_repositories_work_trees_and_borrowed_objects_are_read_once() {
    let directory = TempDir::new().unwrap();
    let source = directory.path().join("source");
    fs::create_dir(&source).unwrap();
    let leaked = history(&source, &planted(8), "sha1");
    git(&source, &["gc", "-q"]);

    let bare = directory.path().join("bare.git");
    git(
        directory.path(),
        &["clone", "-q", "--bare", "source", "bare.git"],
    );
    found_once(&scanned(&bare), &source, &leaked);

    let tree = directory.path().join("tree");
    git(
        &source,
        &["worktree", "add", "-q", "../tree", "-b", "other"],
    );
    assert!(tree.join(".git").is_file());
    found_once(&scanned(&tree), &source, &leaked);

    let borrower = directory.path().join("borrower");
    git(
        directory.path(),
        &["clone", "-q", "--shared", "source", "borrower"],
    );
    let report = scanned(&borrower);
    assert_eq!((report.findings.len(), &report.not_read), (1, &vec![]));

    // Together: source and tree have one database, bare has its own copy.
    let report = scanned(directory.path());
    assert_eq!((report.findings.len(), &report.not_read), (2, &vec![]));
    assert_eq!(report.read.objects, 2 * objects(&source));
}

#[test]
fn what_lies_between_the_objects_and_is_none_is_looked_at_as_a_file() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let leaked = history(path, &planted(10), "sha1");
    let objects = path.join(".git/objects");
    let hex = |digits: usize| "c".repeat(digits);
    let places = [
        "planted.txt".to_owned(),
        hex(38),
        "info/planted".to_owned(),
        "pack/planted.txt".to_owned(),
        "pack/pack-1.idx.old".to_owned(),
        "pack/alone.idx".to_owned(),
        "pack/.pack".to_owned(),
        "pack/inner/a.pack".to_owned(),
        "ab/planted".to_owned(),
        format!("ab/{}", hex(37)),
        format!("ab/{}", hex(39)),
        format!("ab/{}z", hex(37)),
        format!("ab/cd/{}", hex(38)),
        format!("AB/{}", hex(38)),
        format!("abc/{}", hex(38)),
        format!("other/ab/{}", hex(38)),
        "objects/pack/a.pack".to_owned(),
    ];
    for (seed, place) in (100..).zip(&places) {
        let file = objects.join(place);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, planted(seed)).unwrap();
    }
    for root in [path, &path.join(".git")] {
        let mut report = scanned(root);
        let seen = |place: &String| {
            let file = objects.join(place);
            let findings = report.findings.iter();
            findings.filter(|it| it.place.path == file).count() == 1
        };
        let unseen: Vec<_> = places.iter().filter(|place| !seen(place)).collect();
        assert!(unseen.is_empty(), "{unseen:?}: {report:?}");
        // And the objects are still objects, each of them once.
        report.findings.retain(|it| it.place.object.is_some());
        assert_eq!(report.not_read, vec![]);
        let commits: Vec<_> = report
            .findings
            .iter()
            .map(|it| it.place.commit.as_deref())
            .collect();
        assert_eq!(commits, [Some(leaked.as_str())]);
    }
}

#[test]
fn what_is_broken_is_named_and_the_rest_is_read() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let leaked = history(path, &planted(9), "sha1");
    // An object that is none, and one that breaks off.
    let objects = path.join(".git/objects");
    fs::create_dir_all(objects.join("ab")).unwrap();
    fs::write(objects.join("ab").join("c".repeat(38)), "no zlib").unwrap();
    let report = scanned(path);
    assert_eq!(
        report.findings[0].place.commit.as_deref(),
        Some(leaked.as_str())
    );
    assert_eq!(report.not_read.len(), 1, "{report:?}");

    git(path, &["repack", "-adq"]);
    let pack = fs::read_dir(objects.join("pack")).unwrap();
    let pack = pack.map(|entry| entry.unwrap().path());
    let pack = pack
        .into_iter()
        .find(|path| path.extension().unwrap() == "pack")
        .unwrap();
    let whole = fs::read(&pack).unwrap();
    let mut permissions = fs::metadata(&pack).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o600);
    fs::set_permissions(&pack, permissions).unwrap();
    // Whatever byte of a pack is another, nothing panics and it is told.
    for at in (0..whole.len()).step_by(whole.len() / 40) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x5a;
        fs::write(&pack, damaged).unwrap();
        scanned(path);
    }
    fs::write(&pack, &whole[..whole.len() / 2]).unwrap();
    assert!(!scanned(path).not_read.is_empty());
    fs::remove_file(pack.with_extension("idx")).unwrap_or_default();
    let report = scanned(path);
    assert!(
        report.not_read.iter().any(|it| it.why.contains("index")),
        "{report:?}"
    );
}
