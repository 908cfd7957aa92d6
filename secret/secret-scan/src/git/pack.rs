//! A pack (gitformat-pack(5)): each object inflated once, those that are told
//! from it right after it.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::AtomicU64;

use flate2::bufread::ZlibDecoder;

use super::ObjectKind;
use super::inflater::Part;
use super::pack_header::{Base, Header};
use super::pack_index::PackIndex;
use crate::bound;

/// No object.
pub(super) const NONE: u32 = u32::MAX;

/// One object, by its place in the pack.
pub(super) struct Entry {
    /// Where its compressed bytes begin.
    pub(super) start: u64,
    /// How many bytes it or its delta has.
    pub(super) size: u64,
    /// Its place in the index.
    pub(super) place: u32,
    /// Its number in the pack: its kind, or how it names its base.
    pub(super) number: u8,
    /// The first of those that are told from it.
    pub(super) first_child: u32,
    /// The next that is told from the same.
    pub(super) next_sibling: u32,
}

/// A pack whose objects are known.
pub(crate) struct Pack {
    pub(super) file: File,
    size: u64,
    index: PackIndex,
    /// In the order of the pack.
    entries: Vec<Entry>,
    /// What may still be inflated.
    pub(super) budget: AtomicU64,
}

impl Pack {
    /// Opens the pack and its index.
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        let opened = crate::file::open(path).map_err(|error| error.to_string())?;
        let (file, size) = opened.ok_or("it is no file")?;
        let index = PackIndex::read(&path.with_extension("idx"), size)
            .map_err(|why| format!("its index cannot be read: {why}"))?;
        let mut pack = Self {
            file,
            size,
            index,
            entries: Vec::new(),
            budget: AtomicU64::new(
                size.saturating_mul(bound::PACK_RATIO)
                    .max(bound::INFLATED_ALWAYS),
            ),
        };
        pack.read_headers()
            .map_err(|error| format!("it is no pack: {error}"))?;
        Ok(pack)
    }

    /// How many objects it has.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many objects are told from one that is not there.
    pub(crate) fn orphans(&self) -> usize {
        let mut reached = 0;
        let mut waiting = Vec::new();
        for (at, entry) in (0..).zip(&self.entries) {
            if ObjectKind::of_number(entry.number).is_some() {
                waiting.push(at);
            }
        }
        while let Some(at) = waiting.pop() {
            reached += 1;
            waiting.extend(self.children(at));
        }
        self.entries.len().saturating_sub(reached)
    }

    pub(super) fn entry(&self, at: u32) -> Option<&Entry> {
        self.entries.get(at as usize)
    }

    pub(super) fn id(&self, at: u32) -> &[u8] {
        self.entry(at)
            .map_or(&[], |entry| self.index.id(entry.place as usize))
    }

    pub(super) fn children(&self, at: u32) -> impl Iterator<Item = u32> {
        let first = self.entry(at).map_or(NONE, |entry| entry.first_child);
        std::iter::successors(Some(first), |at| Some(self.entry(*at)?.next_sibling))
            .take_while(|at| *at != NONE)
    }

    fn read_headers(&mut self) -> io::Result<()> {
        let mut order: Vec<(u64, u32)> = self.index.offsets.iter().copied().zip(0..).collect();
        order.sort_unstable();
        // Where each place of the index is in the pack.
        let mut ranks = vec![NONE; order.len()];
        for (rank, (_, place)) in (0..).zip(&order) {
            if let Some(slot) = ranks.get_mut(*place as usize) {
                *slot = rank;
            }
        }
        let mut reader = BufReader::with_capacity(1 << 20, &self.file);
        let mut header = [0; 12];
        reader.read_exact(&mut header)?;
        if !header.starts_with(b"PACK") {
            return Err(io::Error::other("it does not begin as one"));
        }
        let mut bases = Vec::with_capacity(order.len());
        let mut entries = Vec::with_capacity(order.len());
        let mut position = 12;
        for &(offset, place) in &order {
            let step = i64::try_from(offset).ok().zip(i64::try_from(position).ok());
            let step = step.ok_or_else(|| io::Error::other("an offset is too large"))?;
            reader.seek_relative(step.0 - step.1)?;
            let header = Header::read(&mut reader, self.index.width())?;
            position = offset + header.length;
            bases.push(match header.base {
                Base::None => NONE,
                Base::Back(back) => offset
                    .checked_sub(back)
                    .and_then(|base| order.binary_search_by_key(&base, |(at, _)| *at).ok())
                    .and_then(|rank| u32::try_from(rank).ok())
                    .unwrap_or(NONE),
                Base::Named(id) => self
                    .index
                    .place(id.get(..self.index.width()).unwrap_or_default())
                    .and_then(|place| ranks.get(place).copied())
                    .unwrap_or(NONE),
            });
            entries.push(Entry {
                start: position,
                size: header.size,
                place,
                number: header.number,
                first_child: NONE,
                next_sibling: NONE,
            });
        }
        drop(reader);
        // From the back, so that siblings stand in the order of the pack.
        for (at, base) in (0..)
            .zip(&bases)
            .collect::<Vec<(u32, &u32)>>()
            .into_iter()
            .rev()
        {
            let Some(base) = entries.get_mut(*base as usize) else {
                continue;
            };
            let sibling = std::mem::replace(&mut base.first_child, at);
            if let Some(entry) = entries.get_mut(at as usize) {
                entry.next_sibling = sibling;
            }
        }
        self.entries = entries;
        Ok(())
    }

    /// Where the compressed bytes of an object can be.
    pub(super) fn compressed(&self, at: u32) -> Range<u64> {
        let start = self.entry(at).map_or(0, |entry| entry.start);
        // The next one begins after them, with a header of its own.
        let next = at.checked_add(1).and_then(|next| self.entry(next));
        start..next.map_or(self.size, |next| next.start)
    }

    pub(super) fn stream(&self, at: u32) -> impl Read {
        let part = Part {
            file: &self.file,
            range: self.compressed(at),
        };
        ZlibDecoder::new(BufReader::with_capacity(64 << 10, part))
    }
}

impl std::fmt::Debug for Pack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pack({} objects)", self.entries.len())
    }
}
