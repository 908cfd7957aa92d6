//! What was made to exhaust whoever looks at it.

use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use tempfile::TempDir;

use super::*;
use crate::tests::{of_file, planted, scanned};

/// A zip whose directory names the same deflated bytes so many times.
fn named_often(deflated: &[u8], times: u16) -> Vec<u8> {
    let size = u32::try_from(deflated.len()).unwrap().to_le_bytes();
    let mut fields = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    fields.extend_from_slice(&size);
    fields.extend_from_slice(&[0, 0, 0, 0, 1, 0, 0, 0]);
    let mut archive = [b"PK\x03\x04", fields.as_slice(), b"a", deflated].concat();
    let mut entry = [b"PK\x01\x02\x14\0", fields.as_slice()].concat();
    entry.extend_from_slice(&[0; 14]);
    entry.push(b'a');
    let directory = entry.repeat(times.into());
    let at = u32::try_from(archive.len()).unwrap().to_le_bytes();
    archive.extend_from_slice(&directory);
    archive.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    archive.extend_from_slice(&times.to_le_bytes());
    archive.extend_from_slice(&times.to_le_bytes());
    let length = u32::try_from(directory.len()).unwrap().to_le_bytes();
    archive.extend_from_slice(&length);
    archive.extend_from_slice(&at);
    archive.extend_from_slice(&[0, 0]);
    archive
}

/// What inflates to nothing costs time too, as often as it is named.
#[test]
fn bytes_that_are_named_again_and_again_are_cut_off() {
    // RFC 1951 section 3.2.4: a stored block of no bytes.
    let nothing = [0, 0, 0, 0xff, 0xff].repeat(20_000);
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::none());
    encoder.write_all(&vec![b'x'; 100_000]).unwrap();
    let something = encoder.finish().unwrap();
    for deflated in [nothing, something] {
        let few = of_file("few.zip", &named_often(&deflated, 3));
        assert!(
            few.not_read.iter().all(|it| !it.why.contains("inflates")),
            "{few:?}"
        );
        let report = of_file("many.zip", &named_often(&deflated, 3_000));
        let told: Vec<&str> = report.not_read.iter().map(|it| it.why.as_str()).collect();
        assert!(
            told.iter().any(|why| why.contains("inflates to more than")),
            "{:?}",
            told.first()
        );
    }
}

/// So many findings of the key, as if they were read.
fn find_often(worker: &mut worker::Worker<'_>, text: &str, times: usize) {
    let origin = worker::Origin::file(std::path::Path::new("busy"));
    let found = credential::scan::find(text.as_bytes()).remove(0);
    for _ in 0..times {
        let position = look::Position {
            offset: 0,
            line: None,
        };
        worker.found(&origin, found.clone(), position);
    }
}

#[test]
fn all_files_of_all_threads_together_list_so_many_findings() {
    let (text, _) = planted(1);
    let tally = worker::Tally::default();
    let mut workers = [(); 2].map(|()| worker::Worker::new(&tally));
    let files = bound::LISTED_ALL / bound::LISTED + 2;
    for file in 0..files {
        let worker = &mut workers[file % 2];
        worker.begin_file();
        find_often(worker, &text, bound::LISTED);
    }
    let reports = workers.map(worker::Worker::into_report);
    let listed: usize = reports.iter().map(|report| report.findings.len()).sum();
    let unlisted: u64 = reports.iter().map(|report| report.unlisted).sum();
    assert_eq!(listed, bound::LISTED_ALL);
    assert_eq!(usize::try_from(unlisted).unwrap(), 2 * bound::LISTED);
}

/// Past the bound a name marks nothing: the finding before it is not its own.
#[test]
fn only_a_name_is_told_as_a_name() {
    let (text, _) = planted(2);
    let tally = worker::Tally::default();
    let mut worker = worker::Worker::new(&tally);
    worker.begin_file();
    find_often(&mut worker, &text, bound::LISTED);
    let origin = worker::Origin::file(std::path::Path::new("busy"));
    worker.name(&origin, text.as_bytes());
    let report = worker.into_report();
    assert_eq!((report.findings.len(), report.unlisted), (bound::LISTED, 1));
    assert!(report.findings.iter().all(|it| !it.place.in_name));
}

/// A pack index is read whole: one that cannot belong to its pack is not.
#[test]
fn an_index_that_is_larger_than_its_pack_allows_is_not_read() {
    let directory = TempDir::new().unwrap();
    let git = directory.path().join(".git");
    let packs = git.join("objects/pack");
    fs::create_dir_all(&packs).unwrap();
    fs::create_dir_all(git.join("refs")).unwrap();
    fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
    fs::write(packs.join("pack-1.pack"), b"PACK\0\0\0\x02\0\0\0\0").unwrap();
    let index = fs::File::create(packs.join("pack-1.idx")).unwrap();
    index.set_len(1 << 40).unwrap();
    let report = scanned(directory.path());
    let told = report
        .not_read
        .iter()
        .find(|it| it.place.contains("pack-1"));
    let why = &told.expect("it is named").why;
    assert!(why.contains("larger than"), "{why}");
}
