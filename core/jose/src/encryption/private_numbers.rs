//! The numbers of a private RSA key, taken out of its PKCS #8 form.

use zeroize::Zeroizing;

/// The members of a private RSA key (RFC 7518 section 6.3.2), in the order of
/// an `RSAPrivateKey` (RFC 8017 appendix A.1.2) after modulus and exponent.
pub(super) const RSA_MEMBERS: [&str; 6] = ["d", "p", "q", "dp", "dq", "qi"];

/// A number, big-endian, wiped when dropped.
pub(super) type Number = Zeroizing<Vec<u8>>;

/// What an RSA key consists of.
pub(super) struct RsaNumbers {
    pub(super) n: Vec<u8>,
    pub(super) e: Vec<u8>,
    /// Those of [`RSA_MEMBERS`].
    pub(super) private: [Number; 6],
}

/// Reads `PrivateKeyInfo` (RFC 5208 section 5) with an `RSAPrivateKey` of two
/// primes in it. The library wrote it or has judged it before.
pub(super) fn rsa(pkcs8: &[u8]) -> Option<RsaNumbers> {
    let (info, b"") = element(SEQUENCE, pkcs8)? else {
        return None;
    };
    let (_version, rest) = element(INTEGER, info)?;
    let (_algorithm, rest) = element(SEQUENCE, rest)?;
    let (key, _attributes) = element(OCTET_STRING, rest)?;
    let (key, b"") = element(SEQUENCE, key)? else {
        return None;
    };
    let (version, mut rest) = element(INTEGER, key)?;
    if version != [0] {
        return None;
    }
    let mut next = || {
        let (number, after) = element(INTEGER, rest)?;
        rest = after;
        // A positive number may have one zero octet in front.
        Some(number.strip_prefix(&[0]).unwrap_or(number))
    };
    let (n, e) = (next()?.to_vec(), next()?.to_vec());
    let mut number = || Some(Zeroizing::new(next()?.to_vec()));
    let private = [
        number()?,
        number()?,
        number()?,
        number()?,
        number()?,
        number()?,
    ];
    rest.is_empty().then_some(RsaNumbers { n, e, private })
}

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;

/// The content of the DER element with this tag, and what follows it.
fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x83 => {
            let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let add = |sum: usize, byte: &u8| sum << 8 | usize::from(*byte);
            (length.iter().fold(0, add), rest)
        }
        _ => return None,
    };
    if found == tag {
        rest.split_at_checked(length)
    } else {
        None
    }
}
