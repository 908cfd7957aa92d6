//! No change to a genuine token survives, and none makes it panic.

use jose::encryption::*;
use proptest::prelude::*;

use crate::forge::*;

#[test]
fn every_position_matters() {
    for forge in forges() {
        let good = forge.good(b"some content");
        let step = if forge.is_rsa() { 11 } else { 1 };
        for at in (0..good.len()).step_by(step) {
            for new in *b"A_9.=" {
                let mut bytes = good.clone().into_bytes();
                if bytes[at] == new {
                    continue;
                }
                bytes[at] = new;
                let changed = String::from_utf8(bytes).unwrap();
                assert!(forge.decrypt(&changed).is_err(), "{at} {}", new as char);
            }
            let mut shorter = good.clone();
            shorter.remove(at);
            assert!(forge.decrypt(&shorter).is_err(), "without {at}");
            assert!(forge.decrypt(&good[..at]).is_err(), "the first {at}");
        }
        assert!(forge.decrypt(&good).is_ok());
    }
}

proptest! {
    #[test]
    fn any_text_is_refused_and_none_panics(text in "\\PC{0,300}") {
        for forge in forges().iter().take(4) {
            prop_assert!(forge.decrypt(&text).is_err());
        }
    }

    #[test]
    fn any_five_segments_are_refused(
        header in "\\PC{0,80}", parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 4),
    ) {
        let parts: Vec<String> = parts.iter().map(encode).collect();
        let token = format!("{}.{}", encode(header), parts.join("."));
        for forge in forges().iter().take(4) {
            prop_assert!(forge.decrypt(&token).is_err());
        }
    }

    #[test]
    fn any_rest_behind_a_good_header_fails_in_the_one_way(
        at in 0..10_usize,
        parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..400), 4),
    ) {
        let forge = &forges()[at];
        let good = forge.good(b"x");
        let header = good.split_once('.').unwrap().0;
        let parts: Vec<String> = parts.iter().map(encode).collect();
        let token = format!("{header}.{}", parts.join("."));
        prop_assert_eq!(forge.decrypt(&token), Err(DecryptionError::Failed));
    }
}
