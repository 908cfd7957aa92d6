//! What is opened, how far, and that nothing is left out in silence.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use base::SeededEntropy;
use credential::{CredentialKind, DigestKey, EnvironmentClass, MintedApiKey};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

/// A fresh API key: its text and its id.
pub(crate) fn planted(seed: u64) -> (String, String) {
    let minted = MintedApiKey::mint(
        EnvironmentClass::Production,
        &DigestKey::new([1; 32]),
        &mut SeededEntropy::new(seed),
    );
    (minted.secret.expose().to_owned(), minted.id.to_string())
}

pub(crate) fn scanned(path: &Path) -> Report {
    scan(&[Root::Path(path.to_owned())], 2, &mut |_| {})
}

/// The report on one file with that content.
pub(crate) fn of_file(name: &str, content: &[u8]) -> Report {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join(name);
    fs::write(&path, content).unwrap();
    scanned(&path)
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn tar(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (name, content) in entries {
        let mut header = [0_u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..107].copy_from_slice(b"0000644");
        header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        header[148..156].copy_from_slice(b"        ");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        archive.extend_from_slice(&header);
        archive.extend_from_slice(content);
        archive.resize(archive.len().next_multiple_of(512), 0);
    }
    archive.resize(archive.len() + 1024, 0);
    archive
}

/// A zip of entries, each stored or deflated.
fn zip(entries: &[(&str, &[u8], bool)]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, content, deflated) in entries {
        let body = if *deflated {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(content).unwrap();
            encoder.finish().unwrap()
        } else {
            content.to_vec()
        };
        let header = archive.len() as u32;
        let mut fields = Vec::new();
        fields.extend_from_slice(&[20, 0, 0, 0, if *deflated { 8 } else { 0 }, 0, 0, 0, 0, 0]);
        fields.extend_from_slice(&[0; 4]);
        fields.extend_from_slice(&(body.len() as u32).to_le_bytes());
        fields.extend_from_slice(&(content.len() as u32).to_le_bytes());
        fields.extend_from_slice(&(name.len() as u16).to_le_bytes());
        fields.extend_from_slice(&[0, 0]);
        archive.extend_from_slice(b"PK\x03\x04");
        archive.extend_from_slice(&fields);
        archive.extend_from_slice(name.as_bytes());
        archive.extend_from_slice(&body);
        directory.extend_from_slice(b"PK\x01\x02\x14\0");
        directory.extend_from_slice(&fields);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&header.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let at = archive.len() as u32;
    archive.extend_from_slice(&directory);
    archive.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    archive.extend_from_slice(&(entries.len() as u16).to_le_bytes());
    archive.extend_from_slice(&(entries.len() as u16).to_le_bytes());
    archive.extend_from_slice(&(directory.len() as u32).to_le_bytes());
    archive.extend_from_slice(&at.to_le_bytes());
    archive.extend_from_slice(&[0, 0]);
    archive
}

/// The one finding of a report that is complete.
fn only(report: &Report) -> &Finding {
    assert_eq!(report.not_read, vec![]);
    assert_eq!(report.findings.len(), 1, "{report:?}");
    &report.findings[0]
}

#[test]
fn text_has_lines_and_columns_and_binaries_have_offsets() {
    let (text, id) = planted(1);
    let content = format!("one\ntwo\n  key = \"{text}\"\nfour\n");
    let report = of_file("notes.txt", content.as_bytes());
    let finding = only(&report);
    assert_eq!(finding.kind, CredentialKind::ApiKey);
    assert_eq!(finding.id.as_deref(), Some(id.as_str()));
    assert_eq!(
        (finding.place.line, finding.place.column),
        (Some(3), Some(10))
    );
    assert_eq!(finding.place.offset, 17);

    let binary = [b"\0\x01\x02\n".as_slice(), text.as_bytes()].concat();
    let report = of_file("binary", &binary);
    let place = &only(&report).place;
    assert_eq!((place.line, place.column, place.offset), (None, None, 4));
}

#[test]
fn a_line_is_right_however_far_inside_and_across_pieces() {
    let (text, _) = planted(2);
    let piece = 256 << 10;
    for start in [
        piece - 40,
        piece,
        piece - text.len(),
        piece - 1,
        3 * piece - 10,
    ] {
        let mut content = b"0123456789abcde\n".repeat(start / 16 + 1);
        content.truncate(start);
        content.extend_from_slice(text.as_bytes());
        content.extend_from_slice(&b"\nmore".repeat(200_000));
        let report = of_file("long.log", &content);
        let place = &only(&report).place;
        assert_eq!(place.offset, start as u64);
        assert_eq!(place.line, Some(start as u64 / 16 + 1), "{start}");
        assert_eq!(place.column, Some(start as u64 % 16 + 1), "{start}");
    }
}

#[test]
fn archives_are_opened_inside_each_other() {
    let (text, id) = planted(3);
    let log = format!("line\nkey {text}\n");
    let apk = zip(&[
        ("AndroidManifest.xml", b"nothing", true),
        ("assets/config.json", log.as_bytes(), true),
    ]);
    let outer = gzip(&tar(&[("readme", b"nothing"), ("app/release.apk", &apk)]));
    let report = of_file("build.tgz", &outer);
    let finding = only(&report);
    assert_eq!(finding.id.as_deref(), Some(id.as_str()));
    let way = finding.place.entry.as_deref();
    assert_eq!(way, Some("build.tar!app/release.apk!assets/config.json"));
    assert_eq!(
        (finding.place.line, finding.place.column),
        (Some(2), Some(5))
    );
}

#[test]
fn a_stored_entry_is_told_once_and_what_lies_between_entries_is_seen() {
    let (stored, stored_id) = planted(4);
    let (before, before_id) = planted(5);
    let archive = zip(&[("stored.txt", stored.as_bytes(), false)]);
    let report = of_file("app.jar", &archive);
    let finding = only(&report);
    assert_eq!(finding.id.as_deref(), Some(stored_id.as_str()));
    assert_eq!(finding.place.entry.as_deref(), Some("stored.txt"));

    // Something before the archive moves every offset in it.
    let mut with_stub = zip(&[("a", b"nothing", true), ("b", stored.as_bytes(), true)]);
    let hidden = format!("PK\x03\x04 {before} ");
    with_stub.splice(0..0, hidden.bytes());
    let report = of_file("installer", &with_stub);
    assert_eq!(report.not_read, vec![]);
    let ids: Vec<_> = report
        .findings
        .iter()
        .map(|it| it.id.clone().unwrap())
        .collect();
    assert!(
        ids.contains(&before_id) && ids.contains(&stored_id),
        "{ids:?}"
    );
}

#[test]
fn a_bomb_is_cut_off_and_named() {
    let (text, id) = planted(6);
    // 128 MiB in 128 KiB: a thousandfold, and the key is in front of it.
    let zeros = gzip(&vec![0; 8 << 20]);
    let bomb = [gzip(text.as_bytes()), zeros.repeat(16)].concat();
    let report = of_file("bomb.gz", &bomb);
    assert_eq!(report.findings.len(), 1);
    assert_eq!(report.findings[0].id.as_deref(), Some(id.as_str()));
    assert_eq!(report.not_read.len(), 1, "{:?}", report.not_read);
    assert!(report.not_read[0].why.contains("not plausible"));
    assert!(report.read.bytes < 100 << 20, "{:?}", report.read);
}

#[test]
fn archives_too_deep_in_each_other_are_named() {
    let (text, _) = planted(7);
    let mut content = text.into_bytes();
    for _ in 0..bound::DEPTH {
        content = gzip(&content);
    }
    assert_eq!(of_file("deep.gz", &content).findings.len(), 1);
    let report = of_file("deeper.gz", &gzip(&content));
    assert_eq!(report.findings, vec![]);
    assert!(report.not_read[0].why.contains("deep in each other"));
}

#[test]
fn what_is_cut_short_closed_or_encrypted_is_named_and_the_rest_is_read() {
    let (text, _) = planted(8);
    let filler: Vec<u8> = (0..200_000_u32)
        .flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes())
        .collect();
    let whole = gzip(&[text.as_bytes(), &filler].concat());
    let report = of_file("short.gz", &whole[..whole.len() / 2]);
    assert_eq!((report.findings.len(), report.not_read.len()), (1, 1));

    // Broken in its first bytes or its last ones, it is told once.
    let small = gzip(text.as_bytes());
    for cut in 3..small.len() {
        let report = of_file("short.gz", &small[..cut]);
        assert_eq!(report.not_read.len(), 1, "{cut}: {report:?}");
    }

    let archive = tar(&[("first", text.as_bytes()), ("second", &filler)]);
    let report = of_file("short.tar", &archive[..4096]);
    assert_eq!(
        (report.findings.len(), report.not_read.len()),
        (1, 1),
        "{report:?}"
    );

    for closed in [
        b"\xfd7zXZ\0....".as_slice(),
        b"\x28\xb5\x2f\xfd....",
        b"7z\xbc\xaf\x27\x1c...",
        b"BZh91AY&SY..",
    ] {
        let report = of_file("closed", closed);
        assert_eq!(report.not_read.len(), 1, "{closed:?}");
    }

    let mut encrypted = zip(&[("locked", b"0123456789", false)]);
    let at = memchr::memmem::find(&encrypted, b"PK\x01\x02").unwrap();
    encrypted[at + 8] |= 1;
    let report = of_file("locked.zip", &encrypted);
    assert_eq!(report.not_read[0].why, "it is encrypted");
    assert!(report.not_read[0].place.ends_with("locked.zip!locked"));
}

#[test]
fn a_name_that_is_a_key_is_found_and_not_told() {
    let (text, id) = planted(9);
    let directory = TempDir::new().unwrap();
    fs::create_dir(directory.path().join(&text)).unwrap();
    fs::write(directory.path().join(&text).join("a"), &text).unwrap();
    let report = scanned(directory.path());
    assert_eq!(report.findings.len(), 2);
    assert_eq!(
        report.findings.iter().filter(|it| it.place.in_name).count(),
        1
    );
    let told = format!("{report:?}");
    assert!(!told.contains(&text) && told.contains(&id));
}

#[test]
fn links_and_pipes_are_left_alone_and_what_is_ignored_is_read() {
    let (text, _) = planted(10);
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    fs::write(path.join(".gitignore"), ".env\n").unwrap();
    fs::write(path.join(".env"), &text).unwrap();
    std::os::unix::fs::symlink(".env", path.join("link")).unwrap();
    std::os::unix::fs::symlink(".", path.join("loop")).unwrap();
    let pipe = std::process::Command::new("mkfifo")
        .arg(path.join("pipe"))
        .status();
    assert!(pipe.unwrap().success());
    let report = scanned(path);
    assert!(only(&report).place.path.ends_with(".env"));
    assert_eq!(report.read.files, 2);
    // What is named itself is followed.
    assert_eq!(scanned(&path.join("link")).findings.len(), 1);
    assert_eq!(scanned(&path.join("pipe")).not_read.len(), 1);
    assert_eq!(scanned(&path.join("missing")).not_read.len(), 1);
}

#[test]
fn more_findings_than_are_listed_are_counted() {
    let (text, _) = planted(11);
    let report = of_file(
        "busy.log",
        format!("{text}\n").repeat(bound::LISTED + 5).as_bytes(),
    );
    assert_eq!((report.findings.len(), report.unlisted), (bound::LISTED, 5));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_archive_however_damaged_makes_it_panic(
        kind in 0..3, damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>()
    ) {
        let (text, _) = planted(12);
        let mut bytes = match kind {
            0 => zip(&[("a", text.as_bytes(), true), ("b", b"hello", false)]),
            1 => tar(&[("a", text.as_bytes()), ("b", b"hello")]),
            _ => gzip(&tar(&[("a", text.as_bytes())])),
        };
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cut.index(4) == 0 {
            bytes.truncate(cut.index(bytes.len()));
        }
        of_file("damaged", &bytes);
    }
}
