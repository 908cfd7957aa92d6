//! A password that nobody has thought of.

use base::{Entropy, Secret};

/// Lower case and digits without those that look alike: 32 of them, so each
/// takes five bits and none is likelier than another.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Five groups of five: 125 bits, and easy to read out.
const GROUPS: usize = 5;
const IN_A_GROUP: usize = 5;

/// Makes one.
pub(crate) fn generated_password(entropy: &mut dyn Entropy) -> Secret {
    let drawn = entropy.bytes::<{ GROUPS * IN_A_GROUP }>();
    let mut text = String::with_capacity(drawn.len() + GROUPS);
    for (index, byte) in drawn.iter().enumerate() {
        if index > 0 && index % IN_A_GROUP == 0 {
            text.push('-');
        }
        let at = usize::from(byte % 32);
        text.extend(ALPHABET.get(at).map(|&letter| char::from(letter)));
    }
    Secret::new(text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use base::SeededEntropy;

    use super::*;

    #[test]
    fn each_is_another_and_may_be_a_password() {
        let entropy = &mut SeededEntropy::new(1);
        let mut seen = BTreeSet::new();
        let mut letters = BTreeSet::new();
        for _ in 0..200 {
            let password = generated_password(entropy);
            assert!(authority::account::check(&password).is_ok());
            assert_eq!(password.expose().len(), 29);
            letters.extend(password.expose().bytes().filter(|&b| b != b'-'));
            assert!(seen.insert(password.expose().to_owned()));
        }
        assert_eq!(letters, ALPHABET.iter().copied().collect());
    }
}
