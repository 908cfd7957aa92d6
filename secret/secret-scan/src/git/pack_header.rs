//! What stands before each object of a pack.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader};

/// How an object names what it is told from.
pub(super) enum Base {
    /// It is whole.
    None,
    /// By how many bytes it is before.
    Back(u64),
    /// By its id.
    Named([u8; 32]),
}

/// What stands before the compressed bytes.
pub(super) struct Header {
    /// Its kind, or how it names its base.
    pub(super) number: u8,
    /// How many bytes the object or its delta has.
    pub(super) size: u64,
    pub(super) base: Base,
    /// How many bytes all this takes.
    pub(super) length: u64,
}

impl Header {
    /// Reads it where the reader stands; ids have `width` bytes.
    pub(super) fn read(reader: &mut BufReader<&File>, width: usize) -> io::Result<Self> {
        let mut length = 0;
        let mut next = || -> io::Result<u8> {
            let byte = *reader
                .fill_buf()?
                .first()
                .ok_or(io::ErrorKind::UnexpectedEof)?;
            reader.consume(1);
            length += 1;
            Ok(byte)
        };
        let too_large = || io::Error::other("a number in it is too large");
        let mut byte = next()?;
        let number = (byte >> 4) & 7;
        let mut size = u64::from(byte & 0x0f);
        let mut shift = 4;
        while byte & 0x80 != 0 {
            byte = next()?;
            if shift > 56 {
                return Err(too_large());
            }
            size |= u64::from(byte & 0x7f) << shift;
            shift += 7;
        }
        let base = match number {
            6 => {
                let mut byte = next()?;
                let mut back = u64::from(byte & 0x7f);
                while byte & 0x80 != 0 {
                    byte = next()?;
                    if back >> 56 != 0 {
                        return Err(too_large());
                    }
                    back = ((back + 1) << 7) | u64::from(byte & 0x7f);
                }
                Base::Back(back)
            }
            7 => {
                let mut id = [0; 32];
                for byte in id.iter_mut().take(width) {
                    *byte = next()?;
                }
                Base::Named(id)
            }
            _ => Base::None,
        };
        Ok(Self {
            number,
            size,
            base,
            length,
        })
    }
}
