//! AES Key Wrap with a 256-bit key (RFC 3394, RFC 7518 section 4.4).

use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrap as _};
use zeroize::Zeroizing;

use super::ContentKey;

/// A wrapped 256-bit key is eight bytes longer than the key.
const WRAPPED: usize = 40;

/// The wrapped key; nothing if it was not wrapped under `wrapping_key`, or is
/// no key of 256 bits.
pub(super) fn unwrap(wrapping_key: &ContentKey, wrapped: &[u8]) -> Option<ContentKey> {
    if wrapped.len() != WRAPPED {
        return None;
    }
    let kek = AesKek::new(&AES_256, wrapping_key.as_slice()).ok()?;
    let mut content_key = Zeroizing::new([0; 32]);
    let unwrapped = kek.unwrap(wrapped, content_key.as_mut_slice()).ok()?;
    (unwrapped.len() == 32).then_some(content_key)
}

/// `content_key`, wrapped under `wrapping_key`.
pub(super) fn wrap(wrapping_key: &ContentKey, content_key: &ContentKey) -> Option<Vec<u8>> {
    let kek = AesKek::new(&AES_256, wrapping_key.as_slice()).ok()?;
    let mut wrapped = vec![0; WRAPPED];
    kek.wrap(content_key.as_slice(), &mut wrapped).ok()?;
    Some(wrapped)
}
