//! Private keys at rest: AES-256-GCM under the sealing key, bound to the key
//! id and the environment, so that a sealed key cannot be moved to another row.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base::{Entropy, Name};
use jose::KeyId;
use zeroize::Zeroizing;

/// The first byte of everything sealed this way.
const FORMAT: u8 = 1;

/// The key-encryption key: 256 bits from a secret source.
pub struct SealingKey(LessSafeKey);

/// A sealed key does not open: it was altered, moved, or sealed by another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnsealFault;

impl std::fmt::Display for UnsealFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a sealed signing key does not open: the sealing key is another one, or the store was altered")
    }
}

impl std::error::Error for UnsealFault {}

impl SealingKey {
    /// The key with these 256 bits; `None` if the machine's cryptography refuses it.
    pub fn new(bytes: &[u8; 32]) -> Option<Self> {
        UnboundKey::new(&AES_256_GCM, bytes)
            .ok()
            .map(|key| Self(LessSafeKey::new(key)))
    }

    /// Seals a private key.
    pub(super) fn seal(
        &self,
        private: &[u8],
        key_id: &KeyId,
        environment: &Name,
        entropy: &mut dyn Entropy,
    ) -> Option<Vec<u8>> {
        let nonce = entropy.bytes::<NONCE_LEN>();
        let mut sealed = private.to_vec();
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(bound_to(key_id, environment)),
                &mut sealed,
            )
            .ok()?;
        Some([&[FORMAT][..], &nonce, &sealed].concat())
    }

    /// Opens what [`create`](super::create) sealed.
    pub fn open(
        &self,
        sealed: &[u8],
        key_id: &KeyId,
        environment: &Name,
    ) -> Result<Zeroizing<Vec<u8>>, UnsealFault> {
        let (format, rest) = sealed.split_first().ok_or(UnsealFault)?;
        let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>().ok_or(UnsealFault)?;
        if *format != FORMAT {
            return Err(UnsealFault);
        }
        let mut body = Zeroizing::new(body.to_vec());
        let length = self
            .0
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(bound_to(key_id, environment)),
                body.as_mut_slice(),
            )
            .map_err(|_| UnsealFault)?
            .len();
        body.truncate(length);
        Ok(body)
    }
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKey(redacted)")
    }
}

/// Neither part can hold a NUL, so the join is unambiguous.
fn bound_to(key_id: &KeyId, environment: &Name) -> Vec<u8> {
    [
        environment.as_str().as_bytes(),
        &[0],
        key_id.as_str().as_bytes(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededEntropy;

    #[test]
    fn a_sealed_key_opens_in_its_place_alone() {
        let sealing_key = SealingKey::new(&[1; 32]).unwrap();
        let (key_id, environment): (KeyId, Name) =
            ("key-1".parse().unwrap(), "production".parse().unwrap());
        let sealed = sealing_key
            .seal(
                b"private",
                &key_id,
                &environment,
                &mut SeededEntropy::new(1),
            )
            .unwrap();
        assert!(!sealed.windows(7).any(|window| window == b"private"));
        assert_eq!(
            sealing_key
                .open(&sealed, &key_id, &environment)
                .unwrap()
                .as_slice(),
            b"private"
        );

        let refused = |key: &SealingKey, sealed: &[u8], id: &str, environment: &str| {
            key.open(sealed, &id.parse().unwrap(), &environment.parse().unwrap())
                .is_err()
        };
        assert!(refused(&sealing_key, &sealed, "key-2", "production"));
        assert!(refused(&sealing_key, &sealed, "key-1", "sandbox"));
        assert!(refused(
            &SealingKey::new(&[2; 32]).unwrap(),
            &sealed,
            "key-1",
            "production"
        ));
        for position in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[position] ^= 1;
            assert!(
                refused(&sealing_key, &altered, "key-1", "production"),
                "byte {position}"
            );
            assert!(
                refused(&sealing_key, &sealed[..position], "key-1", "production"),
                "cut at {position}"
            );
        }
    }
}
