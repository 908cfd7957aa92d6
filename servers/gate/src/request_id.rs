//! Names for requests: 128 random bits each, never taken from the client.

use std::cell::RefCell;

use base::Entropy;
use http::HeaderValue;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Ids drawn at once: one call for entropy in this many requests.
const BATCH: usize = 256;

/// The name of one request: 26 characters of lower-case Crockford base32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId([u8; 26]);

impl RequestId {
    /// The id with these bits.
    pub fn from_bits(bits: u128) -> Self {
        let mut rest = bits;
        let mut text = [b'0'; 26];
        for symbol in text.iter_mut().rev() {
            let index = usize::try_from(rest & 31).unwrap_or(0);
            *symbol = ALPHABET.get(index).copied().unwrap_or(b'0');
            rest >>= 5;
        }
        Self(text)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The id as the value of `x-request-id`.
    pub fn header(&self) -> HeaderValue {
        HeaderValue::from_bytes(&self.0).unwrap_or(HeaderValue::from_static("-"))
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One worker's supply of request ids.
pub struct RequestIds {
    entropy: RefCell<Box<dyn Entropy>>,
    drawn: RefCell<Vec<[u8; 16]>>,
}

impl std::fmt::Debug for RequestIds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RequestIds")
    }
}

impl RequestIds {
    /// Ids from this source.
    pub fn new(entropy: Box<dyn Entropy>) -> Self {
        Self {
            entropy: RefCell::new(entropy),
            drawn: RefCell::default(),
        }
    }

    /// A fresh one.
    pub fn next(&self) -> RequestId {
        let mut drawn = self.drawn.borrow_mut();
        if drawn.is_empty() {
            let mut bytes = [0; BATCH * 16];
            self.entropy.borrow_mut().fill(&mut bytes);
            drawn.extend_from_slice(bytes.as_chunks::<16>().0);
        }
        let bytes = drawn.pop().unwrap_or_default();
        RequestId::from_bits(u128::from_be_bytes(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededEntropy;
    use std::collections::HashSet;

    #[test]
    fn ids_have_26_plain_characters_and_do_not_repeat() {
        let ids = RequestIds::new(Box::new(SeededEntropy::new(3)));
        let seen: HashSet<_> = (0..BATCH * 3).map(|_| ids.next()).collect();
        assert_eq!(seen.len(), BATCH * 3);
        for id in seen {
            assert!(id.as_str().bytes().all(|byte| ALPHABET.contains(&byte)));
            assert_eq!(id.header(), id.as_str());
        }
    }

    #[test]
    fn every_bit_counts() {
        assert_eq!(RequestId::from_bits(0).as_str(), "0".repeat(26));
        assert_eq!(
            RequestId::from_bits(u128::MAX).as_str(),
            format!("7{}", "z".repeat(25))
        );
    }
}
