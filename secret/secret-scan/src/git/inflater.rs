//! The bytes of one object of a pack.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::os::unix::fs::FileExt as _;

use flate2::{Decompress, FlushDecompress, Status};

use super::Pack;
use crate::bound;

/// The state of zlib, used again and again.
pub(super) struct Inflater {
    state: Decompress,
    compressed: Vec<u8>,
}

impl Inflater {
    /// A fresh one.
    pub(super) fn new() -> Self {
        Self {
            state: Decompress::new(true),
            compressed: Vec::new(),
        }
    }

    /// All of an object or delta.
    pub(super) fn whole(&mut self, pack: &Pack, at: u32) -> Result<Vec<u8>, String> {
        let size = pack.entry(at).map_or(0, |entry| entry.size);
        let range = pack.compressed(at);
        let length = range.end.saturating_sub(range.start);
        // Deflate cannot do better than 1032 to 1.
        if size > bound::HELD_OBJECT || size / 1032 > length {
            return Err("its size is not plausible".to_owned());
        }
        let size = usize::try_from(size).map_err(|error| error.to_string())?;
        if length > bound::HELD_OBJECT {
            return Err("its compressed bytes are not plausible".to_owned());
        }
        self.compressed.clear();
        let part = Part {
            file: &pack.file,
            range,
        };
        part.take(length)
            .read_to_end(&mut self.compressed)
            .map_err(|error| error.to_string())?;
        // One byte more, which stays empty, shows that the stream ends there.
        let mut whole = Vec::with_capacity(size + 1);
        self.state.reset(true);
        let status = self
            .state
            .decompress_vec(&self.compressed, &mut whole, FlushDecompress::Finish)
            .map_err(|error| error.to_string())?;
        if status != Status::StreamEnd || whole.len() != size {
            return Err("its compressed bytes are broken".to_owned());
        }
        pack.spend(whole)
    }
}

/// Some bytes of a file, from the front.
pub(super) struct Part<'a> {
    pub(super) file: &'a File,
    pub(super) range: Range<u64>,
}

impl Read for Part<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.range.end.saturating_sub(self.range.start);
        let most = into.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let room = into.get_mut(..most).unwrap_or_default();
        let count = self.file.read_at(room, self.range.start)?;
        self.range.start += count as u64;
        Ok(count)
    }
}
