//! zip: a directory at the end, and files that it points to (APPNOTE 6.3).
//!
//! The directory is walked and never held, so that a hostile one costs nothing.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::os::unix::fs::FileExt as _;

use flate2::read::DeflateDecoder;

use super::Taken;
use crate::bound::Metered;
use crate::content::{Limits, Source};
use crate::worker::{Origin, Worker};

/// The end of the directory, its comment at its longest.
const END: u64 = 22 + 0xffff;

/// What can be read anywhere.
pub(crate) trait Anywhere {
    /// Reads from there on; nothing at the end.
    fn read_at(&self, into: &mut [u8], at: u64) -> io::Result<usize>;
    /// How long it is.
    fn length(&self) -> u64;
}

impl Anywhere for (&File, u64) {
    fn read_at(&self, into: &mut [u8], at: u64) -> io::Result<usize> {
        self.0.read_at(into, at)
    }

    fn length(&self) -> u64 {
        self.1
    }
}

impl Anywhere for &[u8] {
    fn read_at(&self, into: &mut [u8], at: u64) -> io::Result<usize> {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        self.get(at..).unwrap_or_default().read(into)
    }

    fn length(&self) -> u64 {
        self.len() as u64
    }
}

/// Some bytes of it, from the front.
struct Part<'a> {
    of: &'a dyn Anywhere,
    range: Range<u64>,
}

impl Read for Part<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.range.end.saturating_sub(self.range.start);
        let most = into.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let count = self
            .of
            .read_at(into.get_mut(..most).unwrap_or_default(), self.range.start)?;
        self.range.start += count as u64;
        Ok(count)
    }
}

fn exactly<const N: usize>(of: &dyn Anywhere, at: u64) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    let range = at..at.saturating_add(N as u64);
    Part { of, range }.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn malformed(what: &str) -> io::Error {
    io::Error::other(format!("it is no zip archive: {what}"))
}

/// A little-endian number of so many bytes.
fn number(bytes: &[u8], range: Range<usize>) -> u64 {
    let bytes = bytes.get(range).unwrap_or_default();
    bytes
        .iter()
        .rev()
        .fold(0, |value, byte| (value << 8) | u64::from(*byte))
}

/// Where the directory is, and what all offsets in it are short of.
struct Directory {
    at: u64,
    end: u64,
    shift: u64,
}

impl Directory {
    fn find(of: &dyn Anywhere) -> io::Result<Self> {
        let length = of.length();
        let from = length.saturating_sub(END);
        let mut tail = Vec::new();
        Part {
            of,
            range: from..length,
        }
        .read_to_end(&mut tail)?;
        let index = memchr::memmem::rfind(&tail, b"PK\x05\x06")
            .ok_or_else(|| malformed("the end of its directory is missing"))?;
        let record = tail.get(index..).unwrap_or_default();
        let mut end = from + index as u64;
        let (mut size, mut at) = (number(record, 12..16), number(record, 16..20));
        if size == 0xffff_ffff || at == 0xffff_ffff || number(record, 10..12) == 0xffff {
            let locator: [u8; 20] = exactly(of, end.saturating_sub(20))?;
            if locator.starts_with(b"PK\x06\x07") {
                end = number(&locator, 8..16);
                let record: [u8; 56] = exactly(of, end)?;
                size = number(&record, 40..48);
                at = number(&record, 48..56);
            }
        }
        // Something may stand before the archive, as in one that unpacks itself.
        let really_at = end.checked_sub(size);
        let really_at = really_at.ok_or_else(|| malformed("its directory is larger than it"))?;
        Ok(Self {
            at: really_at,
            end,
            shift: really_at.saturating_sub(at),
        })
    }
}

/// An entry of the directory.
struct Entry {
    name: String,
    method: u64,
    is_encrypted: bool,
    size: u64,
    header: u64,
    next: u64,
}

impl Entry {
    fn read(of: &dyn Anywhere, at: u64) -> io::Result<Self> {
        let fixed: [u8; 46] = exactly(of, at)?;
        if !fixed.starts_with(b"PK\x01\x02") {
            return Err(malformed("its directory breaks off"));
        }
        let [name, extra, comment] = [28..30, 30..32, 32..34].map(|range| number(&fixed, range));
        let mut variable = Vec::new();
        let range = at + 46..at + 46 + name + extra;
        Part { of, range }.read_to_end(&mut variable)?;
        let (name, extra) = variable
            .split_at_checked(usize::try_from(name).unwrap_or(usize::MAX))
            .ok_or_else(|| malformed("its directory breaks off"))?;
        let next = at + 46 + variable.len() as u64 + comment;
        let (mut size, mut header) = (number(&fixed, 20..24), number(&fixed, 42..46));
        // The large ones stand in the order of the fields that refer to them.
        let mut large = large_fields(extra);
        if number(&fixed, 24..28) == 0xffff_ffff {
            large = large.get(8..).unwrap_or_default();
        }
        for field in [&mut size, &mut header] {
            if *field == 0xffff_ffff && large.len() >= 8 {
                *field = number(large, 0..8);
                large = large.get(8..).unwrap_or_default();
            }
        }
        Ok(Self {
            name: String::from_utf8_lossy(name).into_owned(),
            method: number(&fixed, 10..12),
            is_encrypted: number(&fixed, 8..10) & 1 != 0,
            size,
            header,
            next,
        })
    }

    /// Where its bytes are.
    fn range(&self, of: &dyn Anywhere, shift: u64) -> io::Result<Range<u64>> {
        let at = self.header.saturating_add(shift);
        let fixed: [u8; 30] = exactly(of, at)?;
        if !fixed.starts_with(b"PK\x03\x04") {
            return Err(malformed("an entry is not where its directory says"));
        }
        let start = at + 30 + number(&fixed, 26..28) + number(&fixed, 28..30);
        Ok(start..start.saturating_add(self.size))
    }
}

/// The extra field with the numbers of 64 bits.
fn large_fields(mut extra: &[u8]) -> &[u8] {
    while extra.len() >= 4 {
        let length = usize::try_from(number(extra, 2..4)).unwrap_or(usize::MAX);
        let (head, rest) = extra.split_at_checked(4 + length).unwrap_or((extra, &[]));
        if number(head, 0..2) == 1 {
            return head.get(4..).unwrap_or_default();
        }
        extra = rest;
    }
    &[]
}

impl Worker<'_> {
    /// Looks at every entry. What is stored as it is, and was looked at, is
    /// answered: whoever looks at the archive itself need not tell it again.
    pub(crate) fn zip(
        &mut self,
        of: &dyn Anywhere,
        origin: &Origin<'_>,
        limits: Limits<'_>,
    ) -> Taken {
        let mut stored = Vec::new();
        if let Err(error) = self.walk_zip(of, &mut stored, origin, limits) {
            self.broken(&error, origin, limits);
        }
        Taken::new(stored)
    }

    fn walk_zip(
        &mut self,
        of: &dyn Anywhere,
        stored: &mut Vec<Range<u64>>,
        origin: &Origin<'_>,
        limits: Limits<'_>,
    ) -> io::Result<()> {
        let directory = Directory::find(of)?;
        let mut at = directory.at;
        while at < directory.end && !limits.budget.is_spent() {
            let entry = Entry::read(of, at)?;
            at = entry.next;
            limits.budget.entry().map_err(io::Error::other)?;
            let way = origin.way(&entry.name);
            let inside = origin.at(&way);
            if entry.is_encrypted {
                self.not_read(&inside, "it is encrypted");
            }
            let range = match entry.range(of, directory.shift) {
                Ok(range) => range,
                Err(error) => {
                    self.not_read(&inside, error);
                    continue;
                }
            };
            let part = Part {
                of,
                range: range.clone(),
            };
            // Entries may share their bytes, and bytes may inflate to nothing.
            let mut part = Metered::new(part, limits.budget);
            match entry.method {
                0 => {
                    let found_before = self.found_so_far();
                    self.content(Source::Stream(&mut part), &inside, limits.inside());
                    if self.found_so_far() > found_before {
                        stored.push(range);
                    }
                }
                8 => {
                    let inflated = DeflateDecoder::new(&mut part);
                    let mut inflated = Metered::new(inflated, limits.budget);
                    self.content(Source::Stream(&mut inflated), &inside, limits.inside());
                }
                other => self.not_read(
                    &inside,
                    format!("compression method {other} is not opened: unpack it"),
                ),
            }
        }
        Ok(())
    }
}
