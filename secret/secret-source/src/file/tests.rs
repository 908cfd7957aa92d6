use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::sync::Arc;

use tempfile::TempDir;

use super::*;
use crate::conformance::{Refusal, Secrets, check_source};

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, content: &[u8], mode: u32) -> Arc<dyn SecretSource> {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        self.source(name)
    }

    fn source(&self, name: &str) -> Arc<dyn SecretSource> {
        Arc::new(FileSource::new(self.path(name)))
    }
}

const SECRET: &[u8] = b"hunter2-\xff\x00-the-secret\n";

#[tokio::test]
async fn a_file_keeps_the_promises_of_a_source() {
    let place = Place::new();
    let longest = vec![b'x'; LONGEST_FILE];
    place.file("target", SECRET, 0o600);
    symlink(place.path("target"), place.path("link")).unwrap();
    symlink(place.path("nowhere"), place.path("dangling")).unwrap();
    symlink(place.path("loop"), place.path("loop")).unwrap();
    fs::create_dir(place.path("directory")).unwrap();
    let mut gives = vec![
        (place.source("link"), SECRET.to_vec()),
        (place.file("longest", &longest, 0o600), longest.clone()),
    ];
    for mode in [0o600, 0o400, 0o700] {
        gives.push((
            place.file(&format!("{mode}"), SECRET, mode),
            SECRET.to_vec(),
        ));
    }
    let refuses = vec![
        (place.source("absent"), Refusal::Missing),
        (place.source("dangling"), Refusal::Missing),
        (place.source("target/below"), Refusal::Missing),
        (place.source("loop"), Refusal::Unreachable),
        (place.source("directory"), Refusal::Malformed),
        (place.file("empty", b"", 0o600), Refusal::Malformed),
        (
            place.file("too-long", &vec![b'x'; LONGEST_FILE + 1], 0o600),
            Refusal::Malformed,
        ),
    ];
    check_source(Secrets {
        gives,
        refuses,
        never_shown: Vec::new(),
    })
    .await;
}

#[tokio::test]
async fn a_file_that_others_can_touch_is_refused_whatever_the_bit() {
    let place = Place::new();
    let mut refuses = Vec::new();
    for others in 1..=0o77 {
        let name = format!("{others:o}");
        refuses.push((place.file(&name, SECRET, 0o600 | others), Refusal::Exposed));
        symlink(place.path(&name), place.path(&format!("link-{name}"))).unwrap();
        refuses.push((place.source(&format!("link-{name}")), Refusal::Exposed));
    }
    check_source(Secrets {
        gives: Vec::new(),
        refuses,
        never_shown: vec![SECRET.to_vec()],
    })
    .await;
}

#[tokio::test]
async fn a_pipe_that_nobody_writes_to_does_not_hold_the_start_up() {
    let place = Place::new();
    let path = place.path("pipe");
    rustix::fs::mkfifoat(
        rustix::fs::CWD,
        &path,
        rustix::fs::Mode::from_raw_mode(0o600),
    )
    .unwrap();
    check_source(Secrets {
        gives: Vec::new(),
        refuses: vec![(place.source("pipe"), Refusal::Malformed)],
        never_shown: Vec::new(),
    })
    .await;
}

#[tokio::test]
async fn the_file_of_another_user_is_refused() {
    let place = Place::new();
    let source = place.file("stranger", SECRET, 0o600);
    // Only the superuser can give a file away; for others the rule has no case
    // to judge, since they cannot even open such a file.
    let given = std::os::unix::fs::chown(place.path("stranger"), Some(65534), None);
    if given.is_err() {
        println!("left out: a file of another user (only the superuser can make one)");
        return;
    }
    check_source(Secrets {
        gives: Vec::new(),
        refuses: vec![(source, Refusal::Exposed)],
        never_shown: vec![SECRET.to_vec()],
    })
    .await;
}
