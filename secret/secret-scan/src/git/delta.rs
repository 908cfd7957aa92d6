//! An object that is told from another (gitformat-pack(5), "Deltified
//! representation").

/// The sizes that a delta begins with, of its base and of its result, and the
/// instructions after them.
pub(super) fn sizes(delta: &[u8]) -> Option<(u64, u64, &[u8])> {
    let (base, rest) = size(delta)?;
    let (result, rest) = size(rest)?;
    Some((base, result, rest))
}

fn size(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (at, byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f).checked_shl(7 * at as u32)?;
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(at + 1..)?));
        }
    }
    None
}

/// The result, if the instructions give just as much as they promise. Never
/// holds more than `most` bytes.
pub(super) fn applied(base: &[u8], delta: &[u8], most: u64) -> Option<Vec<u8>> {
    let (base_size, result_size, mut rest) = sizes(delta)?;
    if base_size != base.len() as u64 || result_size > most {
        return None;
    }
    let result_size = usize::try_from(result_size).ok()?;
    let mut result = Vec::with_capacity(result_size);
    while let Some((&instruction, after)) = rest.split_first() {
        rest = after;
        let piece = if instruction & 0x80 != 0 {
            let mut fields = [0_u8; 7];
            for (bit, field) in fields.iter_mut().enumerate() {
                if instruction & (1 << bit) != 0 {
                    let (&byte, after) = rest.split_first()?;
                    *field = byte;
                    rest = after;
                }
            }
            let [o1, o2, o3, o4, s1, s2, s3] = fields;
            let start = u32::from_le_bytes([o1, o2, o3, o4]) as usize;
            let size = match u32::from_le_bytes([s1, s2, s3, 0]) as usize {
                0 => 0x10000,
                size => size,
            };
            base.get(start..start.checked_add(size)?)?
        } else {
            // 0 is reserved.
            let size = usize::from(instruction);
            let (piece, after) = rest.split_at_checked(size).filter(|_| size > 0)?;
            rest = after;
            piece
        };
        if piece.len() > result_size - result.len() {
            return None;
        }
        result.extend_from_slice(piece);
    }
    (result.len() == result_size).then_some(result)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_delta_copies_and_inserts() {
        // 11 bytes of base, 9 of result: copy 5 from 6, insert "abcd".
        let delta = [&[11, 9, 0x91, 6, 5, 4], b"abcd".as_slice()].concat();
        assert_eq!(applied(b"hello world", &delta, 9).unwrap(), b"worldabcd");
        assert_eq!(
            applied(b"hello world", &delta, 8),
            None,
            "more than may be held"
        );
        assert_eq!(applied(b"hello worlds", &delta, 9), None, "another base");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_give_more_than_promised(
            base in proptest::collection::vec(any::<u8>(), 0..100),
            delta in proptest::collection::vec(any::<u8>(), 0..100)
        ) {
            let delta = [&[base.len() as u8], delta.as_slice()].concat();
            if let Some(result) = applied(&base, &delta, 1 << 20) {
                prop_assert_eq!(sizes(&delta).unwrap().1, result.len() as u64);
            }
        }
    }
}
