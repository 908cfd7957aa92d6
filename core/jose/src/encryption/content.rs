//! The content, encrypted and authenticated (RFC 7518 section 5).

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{
    AES_128, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
    PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use base::Digest;
use zeroize::Zeroizing;

use super::{ContentEncryption, ContentKey};

/// Both algorithms have a tag of 128 bits.
const TAG: usize = 16;

/// What is sent of a content, apart from the key.
pub(super) struct Sealed {
    pub(super) iv: Vec<u8>,
    pub(super) ciphertext: Vec<u8>,
    pub(super) tag: Vec<u8>,
}

impl ContentEncryption {
    /// How many bytes its initialisation vector has (RFC 7518 section 5.3, RFC
    /// 7518 section 5.2.2.1).
    pub(super) const fn iv_bytes(self) -> usize {
        match self {
            Self::A256Gcm => 12,
            Self::A128CbcHs256 => 16,
        }
    }

    /// The content, if every byte of it, of the vector and of `header` is as
    /// it was sealed under `content_key`.
    pub(super) fn open(
        self,
        content_key: &ContentKey,
        header: &[u8],
        sealed: Sealed,
    ) -> Option<Zeroizing<Vec<u8>>> {
        // RFC 7518 section 5.2.2.2, RFC 7518 section 5.3: no shorter tag.
        if sealed.iv.len() != self.iv_bytes() || sealed.tag.len() != TAG {
            return None;
        }
        match self {
            Self::A256Gcm => open_gcm(content_key, header, &sealed),
            Self::A128CbcHs256 => open_cbc(content_key, header, sealed),
        }
    }

    /// Seals `content` under a key and a vector that were never used before.
    pub(super) fn seal(
        self,
        content_key: &ContentKey,
        iv: Vec<u8>,
        header: &[u8],
        content: &[u8],
    ) -> Option<Sealed> {
        match self {
            Self::A256Gcm => seal_gcm(content_key, iv, header, content),
            Self::A128CbcHs256 => seal_cbc(content_key, iv, header, content),
        }
    }
}

fn gcm(content_key: &ContentKey) -> Option<LessSafeKey> {
    let unbound = UnboundKey::new(&AES_256_GCM, content_key.as_slice()).ok()?;
    Some(LessSafeKey::new(unbound))
}

fn open_gcm(
    content_key: &ContentKey,
    header: &[u8],
    sealed: &Sealed,
) -> Option<Zeroizing<Vec<u8>>> {
    let nonce = Nonce::try_assume_unique_for_key(&sealed.iv).ok()?;
    let mut content = Zeroizing::new(vec![0; sealed.ciphertext.len()]);
    let (text, tag) = (&sealed.ciphertext, &sealed.tag);
    gcm(content_key)?
        .open_separate_gather(nonce, Aad::from(header), text, tag, &mut content)
        .ok()?;
    Some(content)
}

fn seal_gcm(
    content_key: &ContentKey,
    iv: Vec<u8>,
    header: &[u8],
    content: &[u8],
) -> Option<Sealed> {
    let nonce = Nonce::try_assume_unique_for_key(&iv).ok()?;
    let mut ciphertext = content.to_vec();
    let tag = gcm(content_key)?
        .seal_in_place_separate_tag(nonce, Aad::from(header), &mut ciphertext)
        .ok()?;
    Some(Sealed {
        iv,
        ciphertext,
        tag: tag.as_ref().to_vec(),
    })
}

/// RFC 7518 section 5.2.2.1: the first half authenticates, the second encrypts.
fn halves(content_key: &ContentKey) -> (&[u8], &[u8]) {
    content_key.split_at(content_key.len() / 2)
}

/// RFC 7518 section 5.2.2.1: over header, vector, ciphertext and the header's
/// length in bits; cut to half of its length.
fn mac(content_key: &ContentKey, header: &[u8], iv: &[u8], ciphertext: &[u8]) -> Option<[u8; TAG]> {
    let bits = u64::try_from(header.len()).ok()?.checked_mul(8)?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, halves(content_key).0);
    let mut context = hmac::Context::with_key(&key);
    for part in [header, iv, ciphertext, &bits.to_be_bytes()] {
        context.update(part);
    }
    context.sign().as_ref().first_chunk().copied()
}

/// Whether both tags are the same, in time that does not depend on where they
/// differ.
fn matches(expected: [u8; TAG], sent: &[u8]) -> bool {
    let whole = |tag: &[u8; TAG]| {
        let mut bytes = [0; 32];
        for (to, from) in bytes.iter_mut().zip(tag) {
            *to = *from;
        }
        Digest::new(bytes)
    };
    sent.try_into()
        .is_ok_and(|sent| whole(&expected).matches(&whole(sent)))
}

fn vector(iv: &[u8]) -> Option<FixedLength<16>> {
    FixedLength::try_from(iv).ok()
}

fn open_cbc(content_key: &ContentKey, header: &[u8], sealed: Sealed) -> Option<Zeroizing<Vec<u8>>> {
    let expected = mac(content_key, header, &sealed.iv, &sealed.ciphertext)?;
    // RFC 7518 section 5.2.2.2: the tag first, in constant time; only a genuine
    // ciphertext is decrypted, so its padding tells a forger nothing.
    if !matches(expected, &sealed.tag) {
        return None;
    }
    let key = UnboundCipherKey::new(&AES_128, halves(content_key).1).ok()?;
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(key).ok()?;
    let context = DecryptionContext::Iv128(vector(&sealed.iv)?);
    let mut content = Zeroizing::new(sealed.ciphertext);
    let length = key.decrypt(&mut content, context).ok()?.len();
    content.truncate(length);
    Some(content)
}

fn seal_cbc(
    content_key: &ContentKey,
    iv: Vec<u8>,
    header: &[u8],
    content: &[u8],
) -> Option<Sealed> {
    let key = UnboundCipherKey::new(&AES_128, halves(content_key).1).ok()?;
    let key = PaddedBlockEncryptingKey::cbc_pkcs7(key).ok()?;
    // Room for the padding from the start: growing would leave a copy behind.
    let mut ciphertext = Vec::with_capacity(content.len() + 16);
    ciphertext.extend_from_slice(content);
    let context = EncryptionContext::Iv128(vector(&iv)?);
    key.less_safe_encrypt(&mut ciphertext, context).ok()?;
    let tag = mac(content_key, header, &iv, &ciphertext)?;
    Some(Sealed {
        iv,
        ciphertext,
        tag: tag.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7518 appendix B.1, which is also the example of RFC 7516 appendix B.
    // RFC 7518 section 5.2.2.1, RFC 7518 section 5.2.3
    #[test]
    fn rfc7518_b_1_aes_128_cbc_hmac_sha_256() {
        let key = Zeroizing::new(std::array::from_fn(|at| at as u8));
        let content = b"A cipher system must not be required to be secret, and it must be able \
            to fall into the hands of the enemy without inconvenience";
        let header = b"The second principle of Auguste Kerckhoffs";
        let iv = vec![
            0x1a, 0xf3, 0x8c, 0x2d, 0xc2, 0xb9, 0x6f, 0xfd, 0xd8, 0x66, 0x94, 0x09, 0x23, 0x41,
            0xbc, 0x04,
        ];
        let sealed = ContentEncryption::A128CbcHs256
            .seal(&key, iv, header, content)
            .unwrap();
        let tag = [
            0x65, 0x2c, 0x3f, 0xa3, 0x6b, 0x0a, 0x7c, 0x5b, 0x32, 0x19, 0xfa, 0xb3, 0xa3, 0x0b,
            0xc1, 0xc4,
        ];
        assert_eq!(sealed.tag, tag);
        assert_eq!(sealed.ciphertext[..4], [0xc8, 0x0e, 0xdf, 0xa3]);
        let opened = ContentEncryption::A128CbcHs256.open(&key, header, sealed);
        assert_eq!(opened.unwrap().as_slice(), content);
    }

    // RFC 7518 section 5.3
    #[test]
    fn rfc7518_5_2_2_2_and_5_3_every_bit_counts_and_no_tag_is_shorter() {
        let key = Zeroizing::new([7; 32]);
        for algorithm in ContentEncryption::ALL {
            for length in [0, 1, 15, 16, 17, 700] {
                let content = vec![5; length];
                let iv = vec![3; algorithm.iv_bytes()];
                let seal = || {
                    algorithm
                        .seal(&key, iv.clone(), b"header", &content)
                        .unwrap()
                };
                let open = |sealed| algorithm.open(&key, b"header", sealed);
                assert_eq!(open(seal()).unwrap().as_slice(), content);
                let other = Zeroizing::new([8; 32]);
                assert!(algorithm.open(&other, b"header", seal()).is_none());
                assert!(algorithm.open(&key, b"headeR", seal()).is_none());
                let changes: [fn(&mut Sealed) -> &mut Vec<u8>; 3] =
                    [|s| &mut s.iv, |s| &mut s.ciphertext, |s| &mut s.tag];
                for part in changes {
                    for bit in 0..part(&mut seal()).len() * 8 {
                        let mut sealed = seal();
                        part(&mut sealed)[bit / 8] ^= 1 << (bit % 8);
                        assert!(open(sealed).is_none(), "bit {bit}");
                    }
                    for length in 0..part(&mut seal()).len() {
                        let mut sealed = seal();
                        part(&mut sealed).truncate(length);
                        assert!(open(sealed).is_none(), "the first {length}");
                    }
                    let mut sealed = seal();
                    part(&mut sealed).push(0);
                    assert!(open(sealed).is_none(), "one byte more");
                }
            }
        }
    }
}
