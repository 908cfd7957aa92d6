//! The file with the texts of a batch: one JSON object a line, only ever
//! appended to, its owner's alone.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::answer::Fault;

/// One line of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    /// The line of the input that it is for, from 1.
    pub(super) line: usize,
    /// The key's public id.
    pub(super) id: String,
    /// Its text.
    pub(super) secret: String,
}

/// The file, held by this process alone.
pub(super) struct BatchFile(File);

impl Drop for BatchFile {
    /// Closing is not enough: a program that was started meanwhile may hold the
    /// file for an instant longer, and with it the lock.
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::debug!(%error, "a lock stays until the file is closed");
        }
    }
}

impl BatchFile {
    /// Opens or makes it, and reads what earlier runs have written. A line that
    /// was cut off in the middle is taken away: its key has no text any more.
    pub(super) fn open(path: &Path) -> Result<(Self, Vec<Line>), Fault> {
        let shown = path.display();
        let unwritable = |error: std::io::Error| {
            Fault::new(
                format!("{shown} cannot be written: {error}"),
                "name a file in a directory of your own",
            )
        };
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true).mode(0o600);
        let mut file = options.open(path).map_err(unwritable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Fault::new(
                    format!("another run is writing {shown}"),
                    "wait until it ends: two at once would make each key twice",
                ));
            }
            Err(TryLockError::Error(error)) => return Err(unwritable(error)),
        }
        let metadata = file.metadata().map_err(unwritable)?;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(Fault::new(
                format!("{shown} has mode {mode:o}: others would read the texts in it"),
                format!("chmod 600 {shown}, or name a file that is not there yet"),
            ));
        }
        let mut text = String::new();
        let strange = || {
            Fault::new(
                format!("{shown} is there and is not what this command writes"),
                "name another file: nothing is ever overwritten",
            )
        };
        file.read_to_string(&mut text).map_err(|_| strange())?;
        let (lines, whole) = parse(&text).ok_or_else(strange)?;
        if whole < text.len() {
            let whole = u64::try_from(whole).unwrap_or(u64::MAX);
            file.set_len(whole).map_err(unwritable)?;
        }
        // Its name has to outlive a loss of power as well as what stands in it.
        let parent = path.parent().filter(|parent| *parent != Path::new(""));
        let directory = File::open(parent.unwrap_or(Path::new("."))).map_err(unwritable)?;
        directory.sync_all().map_err(unwritable)?;
        Ok((Self(file), lines))
    }

    /// Appends lines; they are durable when this returns.
    pub(super) fn append(&mut self, lines: &[Line]) -> std::io::Result<()> {
        let mut text = Vec::new();
        for line in lines {
            serde_json::to_writer(&mut text, line)?;
            text.push(b'\n');
        }
        self.0.write_all(&text)?;
        self.0.sync_data()
    }
}

/// The lines, and how many bytes of the text are whole lines; nothing if it is
/// another file. Only the last line can have been cut off.
fn parse(text: &str) -> Option<(Vec<Line>, usize)> {
    let whole = text.rfind('\n').map_or(0, |last| last.saturating_add(1));
    let lines = text.get(..whole)?.lines().map(serde_json::from_str);
    let lines: Vec<Line> = lines.collect::<Result<_, _>>().ok()?;
    let cut_off = text.get(whole..)?;
    let begin = r#"{"line":"#;
    let is_ours = begin.starts_with(cut_off) || cut_off.starts_with(begin);
    is_ours.then_some((lines, whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(line: usize) -> Line {
        Line {
            line,
            id: format!("k{line}"),
            secret: format!("dw_live_k{line}_x"),
        }
    }

    fn numbers(lines: &[Line]) -> Vec<usize> {
        lines.iter().map(|line| line.line).collect()
    }

    #[test]
    fn a_file_cut_at_any_byte_goes_on_after_its_last_whole_line() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out.jsonl");
        let (mut file, held) = BatchFile::open(&path).unwrap();
        assert!(held.is_empty());
        file.append(&[line(1), line(2), line(3)]).unwrap();
        drop(file);
        let text = std::fs::read(&path).unwrap();
        for cut in 0..=text.len() {
            let (before, _) = text.split_at(cut);
            std::fs::write(&path, before).unwrap();
            let whole = before.iter().filter(|byte| **byte == b'\n').count();
            let (mut file, held) = BatchFile::open(&path).unwrap();
            assert_eq!(numbers(&held), (1..=whole).collect::<Vec<_>>(), "{cut}");
            file.append(&[line(9)]).unwrap();
            drop(file);
            let (_file, held) = BatchFile::open(&path).unwrap();
            assert_eq!(held.len(), whole + 1, "{cut}");
            assert_eq!(held.last().unwrap().line, 9, "{cut}");
        }
    }

    #[test]
    fn what_it_did_not_write_is_left_as_it_is() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out.jsonl");
        for other in [
            "notes",
            "notes\n",
            "{}\n",
            "{\"line\":1}\n",
            "[1]\n{\"line\":",
            "\u{fe}",
        ] {
            std::fs::write(&path, other).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
            assert!(BatchFile::open(&path).is_err(), "{other}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), other);
        }
    }

    #[test]
    fn a_file_that_others_read_and_one_that_is_being_written_are_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out.jsonl");
        let (held, _) = BatchFile::open(&path).unwrap();
        let second = BatchFile::open(&path).map(|_| ()).unwrap_err();
        assert!(second.message.contains("another run"), "{second}");
        drop(held);
        for (mode, is_fine) in [
            (0o600, true),
            (0o700, true),
            (0o640, false),
            (0o604, false),
            (0o620, false),
            (0o644, false),
            (0o666, false),
        ] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(BatchFile::open(&path).is_ok(), is_fine, "{mode:o}");
        }
    }
}
