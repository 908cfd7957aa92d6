//! No change to a genuine token survives.

use jose::*;
use proptest::prelude::*;

use crate::forge::*;

#[test]
fn every_position_matters() {
    for algorithm in Algorithm::ALL {
        let forge = Forge::new(algorithm);
        let good = forge.good();
        forge.control();
        // With one algorithm of each kind every position, with the others some.
        let stride = match algorithm {
            Algorithm::EdDsa | Algorithm::Es256 | Algorithm::Rs256 => 1,
            _ => good.len() / 100,
        };
        for at in (0..good.len()).step_by(stride) {
            for new in *b"A_-z9.= " {
                let mut bytes = good.clone().into_bytes();
                if bytes[at] == new {
                    continue;
                }
                bytes[at] = new;
                let changed = String::from_utf8(bytes).unwrap();
                assert!(forge.verify(&changed).is_err(), "{at} {}", new as char);
            }
            let mut shorter = good.clone();
            shorter.remove(at);
            assert!(forge.verify(&shorter).is_err(), "without {at}");
            assert!(forge.verify(&good[..at]).is_err(), "the first {at}");
        }
        forge.control();
    }
}

#[test]
fn segments_of_different_tokens_do_not_mix() {
    let forge = Forge::new(Algorithm::Es256);
    let one = forge.good();
    let other = forge.with_payload(with(payload(), "sub", "bob".into()));
    let split = |token: &str| token.split('.').map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (split(&one), split(&other));
    let mixed = [[&one[0], &one[1], &other[2]], [&one[0], &other[1], &one[2]]];
    forge.refuses(
        &[TokenError::Signature],
        mixed.map(|[h, p, s]| format!("{h}.{p}.{s}")),
    );
}

fn forges() -> &'static [Forge] {
    static FORGES: std::sync::OnceLock<Vec<Forge>> = std::sync::OnceLock::new();
    FORGES.get_or_init(|| Algorithm::ALL.map(Forge::new).into())
}

proptest! {
    #[test]
    fn a_changed_character_never_verifies(
        forge in 0..Algorithm::ALL.len(), at in any::<prop::sample::Index>(), new in any::<char>(),
    ) {
        let forge = &forges()[forge];
        let mut token: Vec<char> = forge.good().chars().collect();
        let at = at.index(token.len());
        prop_assume!(token[at] != new);
        token[at] = new;
        prop_assert!(forge.verify(&token.into_iter().collect::<String>()).is_err());
    }

    #[test]
    fn a_flipped_bit_of_what_is_decoded_never_verifies(
        forge in 0..Algorithm::ALL.len(), segment in 0..3_usize, at in any::<prop::sample::Index>(), bit in 0..8_u32,
    ) {
        let forge = &forges()[forge];
        let mut parts: Vec<Vec<u8>> = forge.good().split('.').map(decode).collect();
        let at = at.index(parts[segment].len());
        parts[segment][at] ^= 1_u8 << bit;
        let token = parts.iter().map(encode).collect::<Vec<_>>().join(".");
        prop_assert!(forge.verify(&token).is_err());
    }

    #[test]
    fn any_text_is_refused_without_panic(text in any::<String>()) {
        let forge = &forges()[0];
        prop_assert!(forge.verify(&text).is_err());
        prop_assert!(Unverified::parse(&text).is_err());
    }

    #[test]
    fn any_signed_bytes_are_refused_without_panic(
        header in any::<Vec<u8>>(), payload in any::<Vec<u8>>(),
    ) {
        let forge = &forges()[0];
        prop_assert!(forge.verify(&forge.token(&header, &payload)).is_err());
        prop_assert!(forge.verify(&forge.token(forge.header().to_string(), &payload)).is_err());
    }

    #[test]
    fn any_key_set_text_is_judged_without_panic(text in any::<Vec<u8>>()) {
        let _ = KeySet::parse(&text);
    }
}
