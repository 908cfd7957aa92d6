//! The index of a pack (gitformat-pack(5), version 2): ids and offsets.

use std::io::Read as _;
use std::path::Path;

use crate::bound;

const HEADER: usize = 8;
const FAN_OUT: usize = 256 * 4;
/// The length of one without an object, with the longer checksums.
const EMPTY: u64 = 8 + 256 * 4 + 2 * 32;

/// The ids of a pack's objects, sorted, and where each object begins.
pub(super) struct PackIndex {
    ids: Vec<u8>,
    width: usize,
    /// In the order of the ids.
    pub(super) offsets: Vec<u64>,
}

impl PackIndex {
    /// Reads that of a pack of `pack_size` bytes.
    pub(super) fn read(path: &Path, pack_size: u64) -> Result<Self, String> {
        let (file, _) = crate::file::open(path)
            .map_err(|error| error.to_string())?
            .ok_or("it is no file")?;
        let most = pack_size
            .saturating_mul(bound::PACK_INDEX_RATIO)
            .saturating_add(EMPTY)
            .min(bound::PACK_INDEX);
        let mut bytes = Vec::new();
        file.take(most.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|error| error.to_string())?;
        if bytes.len() as u64 > most {
            return Err(format!(
                "it is larger than {most} bytes, all that fits its pack"
            ));
        }
        Self::parse(&bytes).ok_or_else(|| "it is no pack index of version 2".to_owned())
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let tables = bytes.strip_prefix(b"\xfftOc\0\0\0\x02")?;
        let (fan_out, tables) = tables.split_at_checked(FAN_OUT)?;
        let count = usize::try_from(number(fan_out.get(FAN_OUT - 4..)?)).ok()?;
        // SHA-1 or SHA-256: only one of the two widths gives a plausible length.
        let width = [20, 32].into_iter().find(|width| {
            let least = HEADER + FAN_OUT + 2 * width + count.saturating_mul(width + 8);
            let large = bytes.len().checked_sub(least);
            large.is_some_and(|large| large % 8 == 0 && large / 8 <= count)
        })?;
        let (ids, tables) = tables.split_at_checked(count.checked_mul(width)?)?;
        let (_checksums, tables) = tables.split_at_checked(count * 4)?;
        let (small, large) = tables.split_at_checked(count * 4)?;
        let offsets = small.chunks_exact(4).map(|small| {
            let small = number(small);
            if small & 0x8000_0000 == 0 {
                return Some(small);
            }
            let at = usize::try_from(small & 0x7fff_ffff).ok()?.checked_mul(8)?;
            Some(number(large.get(at..at + 8)?))
        });
        Some(Self {
            ids: ids.to_vec(),
            width,
            offsets: offsets.collect::<Option<_>>()?,
        })
    }

    /// The length of an id.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// The id at a place of the index.
    pub(super) fn id(&self, at: usize) -> &[u8] {
        let start = at * self.width;
        self.ids.get(start..start + self.width).unwrap_or_default()
    }

    /// The place of an id.
    pub(super) fn place(&self, id: &[u8]) -> Option<usize> {
        let (mut low, mut high) = (0, self.offsets.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.id(middle).cmp(id) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }
}

/// A big-endian number.
fn number(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |value, byte| (value << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_bytes_make_the_parser_panic(tail in proptest::collection::vec(any::<u8>(), 0..3000)) {
            let bytes = [b"\xfftOc\0\0\0\x02".as_slice(), &tail].concat();
            if let Some(index) = PackIndex::parse(&bytes) {
                for at in 0..index.offsets.len() {
                    prop_assert_eq!(index.id(at).len(), index.width());
                }
            }
        }
    }
}
