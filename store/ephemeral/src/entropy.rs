//! The machine's randomness: the only place that draws it.

use base::Entropy;

/// Unpredictable bytes of the cryptographic library's own generator, which the
/// operating system seeds.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that draws randomness"
    )]
    fn fill(&mut self, out: &mut [u8]) {
        if aws_lc_rs::rand::fill(out).is_err() {
            // Going on would hand out secrets that can be guessed. There is no
            // way to report it upwards, and no caller could do better.
            std::process::abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_draw_is_fresh_and_complete() {
        let mut entropy = SystemEntropy;
        let entropy: &mut dyn Entropy = &mut entropy;
        let mut seen = std::collections::HashSet::new();
        for _ in 0..1_000 {
            assert!(seen.insert(entropy.bytes::<32>()));
        }
        // Each byte position takes many values: nothing is left unfilled.
        for position in 0..32 {
            let values: std::collections::HashSet<u8> =
                seen.iter().map(|bytes| bytes[position]).collect();
            assert!(values.len() > 100, "position {position}");
        }
    }
}
