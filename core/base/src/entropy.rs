//! Randomness as an argument.

/// A source of unpredictable bytes. Production code passes
/// `ephemeral::SystemEntropy`; tests pass [`SeededEntropy`].
pub trait Entropy: Send {
    /// Fills `out` completely.
    fn fill(&mut self, out: &mut [u8]);
}

/// Returns `N` fresh bytes.
impl dyn Entropy + '_ {
    /// Draws an array of `N` bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        self.fill(&mut out);
        out
    }
}

/// A predictable stream for tests and examples (SplitMix64). Never for
/// production: whoever knows the seed knows every secret.
#[derive(Debug, Clone)]
pub struct SeededEntropy(u64);

impl SeededEntropy {
    /// A stream that depends on `seed` alone.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }
}

impl Entropy for SeededEntropy {
    fn fill(&mut self, out: &mut [u8]) {
        for chunk in out.chunks_mut(8) {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^= mixed >> 31;
            for (byte, fresh) in chunk.iter_mut().zip(mixed.to_le_bytes()) {
                *byte = fresh;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_seed_gives_others() {
        let draw = |seed| (&mut SeededEntropy::new(seed) as &mut dyn Entropy).bytes::<33>();
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }
}
