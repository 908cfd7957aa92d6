//! What one thread knows: what it found, what it could not read.

use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use credential::scan::Found;

use crate::bound;
use crate::look::Position;
use crate::report::{Counts, Finding, NotRead, Place, Report};

/// How many bytes are read at a time.
const PIECE: usize = 256 << 10;

/// How much all threads have read.
#[derive(Default)]
pub(crate) struct Tally {
    files: AtomicU64,
    bytes: AtomicU64,
    objects: AtomicU64,
    listed: AtomicUsize,
}

impl Tally {
    /// As it stands.
    pub(crate) fn counts(&self) -> Counts {
        Counts {
            files: self.files.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            objects: self.objects.load(Ordering::Relaxed),
        }
    }
}

/// Where the bytes come from that are being looked at.
#[derive(Clone, Copy)]
pub(crate) struct Origin<'a> {
    /// The file or git directory.
    pub(crate) path: &'a Path,
    /// The way inside it.
    pub(crate) entry: Option<&'a str>,
    /// The git object.
    pub(crate) object: Option<&'a [u8]>,
    /// Whether that object is a commit.
    pub(crate) is_commit: bool,
}

impl<'a> Origin<'a> {
    /// A file.
    pub(crate) fn file(path: &'a Path) -> Self {
        Self {
            path,
            entry: None,
            object: None,
            is_commit: false,
        }
    }

    /// An entry of it, by its whole way.
    pub(crate) fn at<'b>(&'b self, entry: &'b str) -> Origin<'b> {
        Origin {
            entry: Some(entry),
            ..*self
        }
    }

    /// The whole way of the entry `name` of it.
    pub(crate) fn way(&self, name: &str) -> String {
        match self.entry {
            Some(outer) => format!("{outer}!{name}"),
            None => name.to_owned(),
        }
    }

    /// The name of the innermost file.
    pub(crate) fn name(&self) -> String {
        match self.entry {
            Some(entry) => entry.rsplit(['!', '/']).next().unwrap_or(entry).to_owned(),
            None => {
                let name = self.path.file_name().unwrap_or_default();
                name.to_string_lossy().into_owned()
            }
        }
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let mut text = self.path.display().to_string();
        if let Some(object) = self.object {
            text = format!("{text} git:{}", hex(object));
        }
        match self.entry {
            Some(entry) => format!("{text}!{entry}"),
            None => text,
        }
    }
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One thread's share of the work.
pub(crate) struct Worker<'a> {
    tally: &'a Tally,
    report: Report,
    /// How many findings the current file has.
    of_file: usize,
    /// Buffers that are free.
    spare: Vec<Vec<u8>>,
}

impl<'a> Worker<'a> {
    /// One that has seen nothing.
    pub(crate) fn new(tally: &'a Tally) -> Self {
        Self {
            tally,
            report: Report::default(),
            of_file: 0,
            spare: Vec::new(),
        }
    }

    /// What it has to say.
    pub(crate) fn into_report(self) -> Report {
        self.report
    }

    /// A new file begins.
    pub(crate) fn begin_file(&mut self) {
        self.of_file = 0;
        self.tally.files.fetch_add(1, Ordering::Relaxed);
    }

    /// A new object of a git history begins.
    pub(crate) fn begin_object(&mut self) {
        self.of_file = 0;
        self.tally.objects.fetch_add(1, Ordering::Relaxed);
    }

    /// So many bytes were looked at.
    pub(crate) fn count_bytes(&self, count: usize) {
        self.tally.bytes.fetch_add(count as u64, Ordering::Relaxed);
    }

    /// Something was found.
    pub(crate) fn found(&mut self, origin: &Origin<'_>, found: Found, position: Position) {
        self.list(origin, found, position, false);
    }

    fn list(&mut self, origin: &Origin<'_>, found: Found, position: Position, in_name: bool) {
        self.of_file += 1;
        let of_all = &self.tally.listed;
        if self.of_file > bound::LISTED
            || of_all.fetch_add(1, Ordering::Relaxed) >= bound::LISTED_ALL
        {
            self.report.unlisted += 1;
            return;
        }
        let object = origin.object.map(hex);
        let place = Place {
            path: origin.path.to_owned(),
            entry: origin.entry.map(str::to_owned),
            commit: object.clone().filter(|_| origin.is_commit),
            object,
            offset: position.offset,
            line: position.line.map(|(line, _)| line),
            column: position.line.map(|(_, column)| column),
            in_name,
        };
        self.report.findings.push(Finding {
            place,
            kind: found.kind,
            class: found.class,
            id: found.id,
        });
    }

    /// How many were found in the current file.
    pub(crate) fn found_so_far(&self) -> usize {
        self.of_file
    }

    /// Looks whether something is named after a credential.
    pub(crate) fn name(&mut self, origin: &Origin<'_>, name: &[u8]) {
        for found in credential::scan::find(name) {
            let position = Position {
                offset: found.offset,
                line: None,
            };
            self.list(origin, found, position, true);
        }
    }

    /// Something was not read, or not to its end.
    pub(crate) fn not_read(&mut self, origin: &Origin<'_>, why: impl std::fmt::Display) {
        if self.report.not_read.len() >= bound::LISTED {
            self.report.not_read_unlisted += 1;
            return;
        }
        self.report.not_read.push(NotRead {
            place: origin.text(),
            why: why.to_string(),
        });
    }

    /// A buffer for pieces; give it back.
    pub(crate) fn buffer(&mut self) -> Vec<u8> {
        self.spare.pop().unwrap_or_else(|| vec![0; PIECE])
    }

    /// The buffer is free again.
    pub(crate) fn give_back(&mut self, buffer: Vec<u8>) {
        self.spare.push(buffer);
    }
}
