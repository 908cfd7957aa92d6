//! A scan of bytes that come in pieces.

use super::{Found, LONGEST, each};

/// Finds what [`find`](super::find) would find in all pieces together; of what
/// has gone by it keeps the last [`LONGEST`] bytes.
#[derive(Default)]
pub struct Stream {
    /// The end of what has gone by.
    kept: zeroize::Zeroizing<Vec<u8>>,
    /// How many bytes have gone by.
    gone_by: u64,
}

impl Stream {
    /// One that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many bytes it has seen.
    pub fn gone_by(&self) -> u64 {
        self.gone_by
    }

    /// Looks at the next piece; offsets count from the first byte of all.
    pub fn push(&mut self, piece: &[u8], see: &mut dyn FnMut(Found)) {
        let kept = self.kept.len();
        if kept > 0 {
            // What begins in an earlier piece and ends in this one.
            let head = piece.get(..LONGEST).unwrap_or(piece);
            self.kept.extend_from_slice(head);
            let earlier = self.gone_by - kept as u64;
            each(&self.kept, &mut |mut found| {
                let start = found.offset;
                if start < kept as u64 && start + found.length as u64 > kept as u64 {
                    found.offset += earlier;
                    see(found);
                }
            });
            self.kept.truncate(kept);
        }
        let earlier = self.gone_by;
        each(piece, &mut |mut found| {
            found.offset += earlier;
            see(found);
        });
        self.gone_by += piece.len() as u64;
        self.keep(piece);
    }

    fn keep(&mut self, piece: &[u8]) {
        let from_piece = piece.len().min(LONGEST);
        let surplus = (self.kept.len() + from_piece).saturating_sub(LONGEST);
        self.kept.drain(..surplus);
        let tail = piece.get(piece.len() - from_piece..).unwrap_or_default();
        self.kept.extend_from_slice(tail);
    }
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stream(after {} bytes)", self.gone_by)
    }
}
