//! How much is read of what may have been made to exhaust us. Whatever a bound
//! cuts off is named as not read.

use std::cell::Cell;
use std::io::{self, Read};

/// How deep archives may lie in each other.
pub const DEPTH: usize = 8;

/// How many bytes one file, stream or object may inflate to, all that lies in
/// it together.
pub const INFLATED: u64 = 16 << 30;

/// How many times its own size it may inflate to. A log shrinks to a fiftieth.
pub const RATIO: u64 = 400;

/// What may always be inflated, however small the file.
pub const INFLATED_ALWAYS: u64 = 64 << 20;

/// How many entries all archives in one file may have together.
pub const ENTRIES: u64 = 2_000_000;

/// How large a zip archive may be that lies in another archive or comes from a
/// stream, so that its directory, which is at its end, can be reached.
pub const HELD_ARCHIVE: u64 = 128 << 20;

/// How large an object of a git history may be that others are told from.
pub const HELD_OBJECT: u64 = 128 << 20;

/// How much is held of such objects at a time, for each thread.
pub const HELD_OBJECTS: u64 = 384 << 20;

/// How large the index of a pack may be, which is read whole.
pub const PACK_INDEX: u64 = 1 << 30;

/// How many times the size of its pack that index may have, beside what it has
/// without an object: 48 bytes for one that takes at least 9 in the pack.
pub const PACK_INDEX_RATIO: u64 = 6;

/// How many times its own size a pack may inflate to. A file that was changed a
/// little a thousand times is a thousand objects, and little in the pack.
pub const PACK_RATIO: u64 = 4000;

/// How many findings of one file are listed, and how many places that were not
/// read; more are counted.
pub const LISTED: usize = 10_000;

/// How many findings of all files together are listed; more are counted.
pub const LISTED_ALL: usize = 100_000;

/// What one file may still inflate to.
pub(crate) struct Budget {
    inflated: Cell<u64>,
    most: u64,
    entries: Cell<u64>,
    told: Cell<bool>,
}

impl Budget {
    /// For a file of `size` bytes; of a stream, whose size nobody knows, the
    /// whole bound.
    pub(crate) fn new(size: Option<u64>) -> Self {
        let by_ratio = size.map_or(INFLATED, |size| size.saturating_mul(RATIO));
        Self {
            inflated: Cell::new(0),
            most: by_ratio.clamp(INFLATED_ALWAYS, INFLATED),
            entries: Cell::new(0),
            told: Cell::new(false),
        }
    }

    /// Counts an entry, or says why there may be no more.
    pub(crate) fn entry(&self) -> Result<(), String> {
        self.entries.set(self.entries.get() + 1);
        if self.entries.get() > ENTRIES {
            return Err(format!("it has more than {ENTRIES} entries"));
        }
        Ok(())
    }

    /// Whether nothing more may be read.
    pub(crate) fn is_spent(&self) -> bool {
        self.inflated.get() > self.most || self.entries.get() > ENTRIES
    }

    /// Whether it is the first time that somebody asks: it is told once.
    pub(crate) fn is_news(&self) -> bool {
        !(self.is_spent() && self.told.replace(true))
    }
}

/// Bytes that are inflated or read again, on a budget.
pub(crate) struct Metered<'a, R> {
    inner: R,
    budget: &'a Budget,
}

impl<'a, R: Read> Metered<'a, R> {
    /// What `inner` gives, as long as the budget lasts.
    pub(crate) fn new(inner: R, budget: &'a Budget) -> Self {
        Self { inner, budget }
    }
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.budget.is_spent() {
            let most = self.budget.most >> 20;
            return Err(io::Error::other(format!(
                "it inflates to more than {most} MiB, which for its size is not plausible"
            )));
        }
        let count = self.inner.read(into)?;
        let inflated = self.budget.inflated.get() + count as u64;
        self.budget.inflated.set(inflated);
        Ok(count)
    }
}
