//! RSA without padding, for tests that malform what a library would pad well.
//! It takes no care of its secrets and of its time.

use crate::forge::decode;

/// The numbers of a private key.
pub struct RawRsa {
    modulus: Number,
    private_exponent: Number,
    size: usize,
}

impl RawRsa {
    /// The key of a PKCS#8 document (RFC 5208 section 5, RFC 8017 appendix
    /// A.1.2).
    pub fn from_pkcs8(pkcs8: &[u8]) -> Self {
        let mut outer = Der(Der(pkcs8).next().1);
        outer.next(); // version
        outer.next(); // algorithm
        let mut key = Der(Der(outer.next().1).next().1);
        key.next(); // version
        let modulus = key.next().1;
        key.next(); // public exponent
        let exponent = key.next().1;
        let modulus: Vec<u8> = modulus.iter().copied().skip_while(|&b| b == 0).collect();
        Self {
            size: modulus.len(),
            modulus: Number::of(&modulus),
            private_exponent: Number::of(exponent),
        }
    }

    /// How many bytes the modulus has.
    pub const fn size(&self) -> usize {
        self.size
    }

    /// `block` to the power of the private exponent (RFC 8017 section 5.2.1).
    pub fn raise(&self, block: &[u8]) -> Vec<u8> {
        let (modulus, exponent) = (&self.modulus, &self.private_exponent);
        let mont = Montgomery::of(modulus);
        let base = mont.enter(&Number::of(block));
        let mut power = mont.enter(&Number::of(&[1]));
        for bit in (0..exponent.0.len() * 64).rev() {
            power = mont.product(&power, &power);
            if exponent.0[bit / 64] >> (bit % 64) & 1 == 1 {
                power = mont.product(&power, &base);
            }
        }
        let one = Number::of(&[1]).extended(modulus.0.len());
        let bytes = mont.product(&power, &one).bytes();
        [&vec![0; self.size - bytes.len().min(self.size)], &bytes[..]].concat()
    }
}

/// One value after the other of a DER text.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    /// The tag and the content of the next value.
    fn next(&mut self) -> (u8, &'a [u8]) {
        let (tag, first) = (self.0[0], self.0[1]);
        let (start, length) = if first < 0x80 {
            (2, usize::from(first))
        } else {
            let count = usize::from(first & 0x7f);
            let bytes = &self.0[2..2 + count];
            let length = bytes.iter().fold(0, |sum, &b| sum << 8 | usize::from(b));
            (2 + count, length)
        };
        let (value, rest) = self.0[start..].split_at(length);
        self.0 = rest;
        (tag, value)
    }
}

/// A whole number, its least significant word first.
struct Number(Vec<u64>);

impl Number {
    fn of(bytes: &[u8]) -> Self {
        let words = bytes.rchunks(8);
        Self(
            words
                .map(|word| word.iter().fold(0, |sum, &b| sum << 8 | u64::from(b)))
                .collect(),
        )
    }

    fn extended(mut self, words: usize) -> Self {
        self.0.resize(words, 0);
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let bytes = self.0.iter().rev().flat_map(|word| word.to_be_bytes());
        bytes.skip_while(|&byte| byte == 0).collect()
    }

    fn is_below(&self, other: &[u64]) -> bool {
        self.0.iter().rev().lt(other.iter().rev())
    }

    /// Takes `other` away, which is not larger once `carry` counts.
    fn subtract(&mut self, other: &[u64]) {
        let mut borrow = 0;
        for (word, &take) in self.0.iter_mut().zip(other) {
            let total = i128::from(*word) - i128::from(take) - borrow;
            borrow = i128::from(total < 0);
            *word = total as u64;
        }
    }
}

/// Products modulo an odd number, after Montgomery.
struct Montgomery<'a> {
    modulus: &'a [u64],
    /// What makes the lowest word vanish.
    inverse: u64,
}

impl<'a> Montgomery<'a> {
    fn of(modulus: &'a Number) -> Self {
        let low = modulus.0[0];
        // Each step doubles the number of right bits.
        let inverse = (0..6).fold(low, |x, _| {
            x.wrapping_mul(2_u64.wrapping_sub(low.wrapping_mul(x)))
        });
        Self {
            modulus: &modulus.0,
            inverse: inverse.wrapping_neg(),
        }
    }

    /// The number times 2 to the power of the modulus's bits, by doubling.
    fn enter(&self, number: &Number) -> Number {
        let words = self.modulus.len();
        let mut value = Number(number.0.clone()).extended(words);
        for _ in 0..words * 64 {
            let mut carry = 0;
            for word in &mut value.0 {
                let next = *word >> 63;
                *word = *word << 1 | carry;
                carry = next;
            }
            if carry == 1 || !value.is_below(self.modulus) {
                value.subtract(self.modulus);
            }
        }
        value
    }

    fn product(&self, one: &Number, other: &Number) -> Number {
        let words = self.modulus.len();
        let mut sum = vec![0_u64; words + 2];
        for &factor in &one.0 {
            add_multiple(&mut sum, &other.0, factor);
            let clear = sum[0].wrapping_mul(self.inverse);
            add_multiple(&mut sum, self.modulus, clear);
            sum.remove(0);
            sum.push(0);
        }
        let carried = sum[words] > 0;
        sum.truncate(words);
        let mut product = Number(sum);
        if carried || !product.is_below(self.modulus) {
            product.subtract(self.modulus);
        }
        product
    }
}

fn add_multiple(sum: &mut [u64], number: &[u64], factor: u64) {
    let mut carry = 0_u128;
    for (at, word) in sum.iter_mut().enumerate() {
        let more = number.get(at).copied().unwrap_or(0);
        let total = u128::from(*word) + u128::from(more) * u128::from(factor) + carry;
        *word = total as u64;
        carry = total >> 64;
    }
}

/// The block that a good PKCS#1 v1.5 signature has (RFC 8017 section 9.2),
/// around this `DigestInfo` and of this many bytes.
pub fn padded(size: usize, digest_info: &[u8]) -> Vec<u8> {
    let filling = vec![0xff; size - digest_info.len() - 3];
    [&[0, 1], filling.as_slice(), &[0], digest_info].concat()
}

/// The signature that a token has.
pub fn signature_of(token: &str) -> Vec<u8> {
    decode(token.rsplit('.').next().unwrap_or_default())
}
