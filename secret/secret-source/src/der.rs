//! The little DER that public keys and signatures are made of (X.690 sections
//! 8.1 and 10.1). Strict: one length has one form, an integer has no byte too
//! many, nothing follows.

/// The universal tags that are read here.
pub mod tag {
    /// INTEGER.
    pub const INTEGER: u8 = 0x02;
    /// BIT STRING.
    pub const BIT_STRING: u8 = 0x03;
    /// OCTET STRING.
    pub const OCTET_STRING: u8 = 0x04;
    /// OBJECT IDENTIFIER.
    pub const OBJECT_IDENTIFIER: u8 = 0x06;
    /// SEQUENCE.
    pub const SEQUENCE: u8 = 0x30;
}

/// The content of the element that `der` starts with, if it has this tag, and
/// what follows it.
pub fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81 => {
            let (&length, rest) = rest.split_first()?;
            // X.690 section 10.1: the shortest form that can say it.
            (length >= 0x80).then_some((usize::from(length), rest))?
        }
        0x82 => {
            let ([high, low], rest) = rest.split_first_chunk::<2>()?;
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            (length > 0xff).then_some((length, rest))?
        }
        _ => return None,
    };
    if found == tag {
        rest.split_at_checked(length)
    } else {
        None
    }
}

/// The element that is all of `der`.
pub fn only(tag: u8, der: &[u8]) -> Option<&[u8]> {
    match element(tag, der)? {
        (content, []) => Some(content),
        _ => None,
    }
}

/// The non-negative INTEGER that `der` starts with, without its sign byte.
pub fn unsigned(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (content, rest) = element(tag::INTEGER, der)?;
    let magnitude = match content {
        [] | [0x80..=0xff, ..] => return None,
        [0] => &[],
        // X.690 section 8.3.2: no more bytes than it takes.
        [0, 0..0x80, ..] => return None,
        [0, magnitude @ ..] => magnitude,
        magnitude => magnitude,
    };
    Some((magnitude, rest))
}

/// An ECDSA signature as JWS wants it, from the `Ecdsa-Sig-Value` of RFC 3279
/// section 2.2.3: `r || s`, each as long as the curve's order (`octets`).
pub fn ecdsa_fixed(der: &[u8], octets: usize) -> Option<Vec<u8>> {
    let both = only(tag::SEQUENCE, der)?;
    let (r, rest) = unsigned(both)?;
    let (s, []) = unsigned(rest)? else {
        return None;
    };
    // RFC 7518 section 3.4: big-endian, with leading zeros where there are any.
    let mut fixed = Vec::with_capacity(2 * octets);
    for number in [r, s] {
        let zeros = octets.checked_sub(number.len())?;
        fixed.resize(fixed.len() + zeros, 0);
        fixed.extend_from_slice(number);
    }
    Some(fixed)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED, EcdsaKeyPair, KeyPair as _,
        UnparsedPublicKey,
    };

    use super::*;

    #[test]
    fn rfc7518_3_4_a_der_signature_verifies_as_r_and_s() {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key());
        // One signature in 128 has a number with a leading zero byte, and as
        // many have a short one: enough of them to meet both.
        for _ in 0..600 {
            let der = pair.sign(&SystemRandom::new(), b"message").unwrap();
            let fixed = ecdsa_fixed(der.as_ref(), 32).unwrap();
            assert_eq!(fixed.len(), 64);
            public.verify(b"message", &fixed).unwrap();
        }
    }

    #[test]
    fn what_is_no_der_signature_is_none() {
        let good = [0x30, 6, 2, 1, 5, 2, 1, 9];
        assert_eq!(ecdsa_fixed(&good, 2), Some(vec![0, 5, 0, 9]));
        let bad: &[&[u8]] = &[
            &[],
            &[0x30],
            &[0x31, 6, 2, 1, 5, 2, 1, 9],
            &[0x30, 6, 2, 1, 5, 2, 1, 9, 0],
            &[0x30, 7, 2, 1, 5, 2, 1, 9, 0],
            &[0x30, 0x81, 6, 2, 1, 5, 2, 1, 9],
            &[0x30, 0x82, 0, 6, 2, 1, 5, 2, 1, 9],
            &[0x30, 0x80, 2, 1, 5, 2, 1, 9, 0, 0],
            &[0x30, 3, 2, 1, 5],
            &[0x30, 7, 2, 2, 0, 5, 2, 1, 9],
            &[0x30, 6, 2, 1, 0x85, 2, 1, 9],
            &[0x30, 5, 2, 0, 2, 1, 9],
            &[0x30, 8, 2, 3, 1, 2, 3, 2, 1, 9],
        ];
        for der in bad {
            assert_eq!(ecdsa_fixed(der, 2), None, "{der:x?}");
        }
        for cut in 0..good.len() {
            assert_eq!(ecdsa_fixed(&good[..cut], 2), None, "{cut}");
        }
    }
}
