//! Who may end a key with nothing but a text.

use base::{Lifetime, SeededEntropy, Timestamp};
use credential::{DigestKey, DigestKeys, MintedApiKey};
use snapshot::Usage;

use super::tests::{environment, good, made, now, origin};
use super::*;

/// Whoever holds a secret that is accepted, or will be again, may end the key.
/// One that was cut over because it leaked gives no power over the key.
#[test]
fn only_who_holds_a_secret_of_the_key_revokes_it() {
    let keys = DigestKeys::only(DigestKey::new([1; 32]));
    let first = MintedApiKey::mint(
        environment().class,
        keys.current(),
        &mut SeededEntropy::new(3),
    );
    let mut key = made(&good());
    key.id = first.id.clone();
    key.digest = first.digest;
    let revokes = |key: &ApiKey, text: &str, at: Timestamp| {
        let presented = HolderText::parse(text).unwrap();
        let plan = self_revoke(&presented, Some(key), &keys, &origin(), at);
        assert_eq!(plan.outcome, !plan.writes.effects.is_empty());
        plan.outcome
    };
    let later = now().after(Lifetime::from_secs(60));
    let older = first.secret.expose();
    assert!(revokes(&key, older, later));
    let suspended = suspend(&key, "odd use", &origin(), now()).unwrap().outcome;
    assert!(revokes(&suspended, older, later), "it may be resumed");

    let facts = RotationFacts {
        environment: &environment(),
        digest_key: keys.current(),
        used: &Usage::default(),
    };
    let request = RotationRequest::default();
    let entropy = &mut SeededEntropy::new(7);
    let rotated = rotate(&key, &request, facts, &origin(), now(), entropy);
    let rotated = rotated.unwrap().outcome;
    let newer = rotated.secret.expose();
    for text in [older, newer] {
        assert!(revokes(&rotated.api_key, text, later), "both are accepted");
    }
    let cut_over = cut_over(&rotated.api_key, &origin(), now())
        .unwrap()
        .outcome;
    let ended = now().after(OVERLAP);
    for (key, at) in [
        (&cut_over, later),
        (&cut_over, now()),
        (&rotated.api_key, ended),
    ] {
        assert!(!revokes(key, older, at));
        assert!(revokes(key, newer, at));
    }
}

/// The holder of a key that another system made has a text of another shape.
#[test]
fn who_holds_an_imported_key_revokes_it() {
    let keys = DigestKeys::new(DigestKey::new([1; 32]), vec![DigestKey::new([2; 32])]);
    for under in keys.iter() {
        let text = "old-gateway-5f3a9c";
        let presented = HolderText::parse(text).unwrap();
        let foreign = credential::PresentedForeignKey::parse(text).unwrap();
        let mut key = made(&good());
        key.imported_from = Some("old-gateway".parse().unwrap());
        key.id = foreign.id(under);
        key.digest = foreign.digest(under);
        key.digest_key = Some(under.id());
        assert!(presented.ids(&keys).contains(&key.id));
        let revokes = |key: &ApiKey, text: &str| {
            let presented = HolderText::parse(text).unwrap();
            self_revoke(&presented, Some(key), &keys, &origin(), now()).outcome
        };
        assert!(revokes(&key, text));
        for one in keys.iter() {
            let retired = std::iter::once((one.id(), now())).collect();
            let keys = keys.refusing(&retired);
            let plan = self_revoke(&presented, Some(&key), &keys, &origin(), now());
            assert_eq!(
                plan.outcome,
                one.id() != under.id(),
                "its digest key is retired"
            );
        }
        for other in ["old-gateway-5f3a9d", "old-gateway-5f3a9c "] {
            assert!(HolderText::parse(other).is_none_or(|_| !revokes(&key, other)));
        }
        let cut_over = cut_over(&rotating(&key), &origin(), now()).unwrap();
        assert!(
            !revokes(&cut_over.outcome, text),
            "its text is refused by now"
        );
        key.imported_from = None;
        assert!(!revokes(&key, text), "no other key is found by such a text");
    }
}

/// A key that is being rotated.
fn rotating(key: &ApiKey) -> ApiKey {
    let facts = RotationFacts {
        environment: &environment(),
        digest_key: &DigestKey::new([1; 32]),
        used: &Usage::default(),
    };
    let request = RotationRequest::default();
    let entropy = &mut SeededEntropy::new(7);
    let plan = rotate(key, &request, facts, &origin(), now(), entropy);
    plan.unwrap().outcome.api_key
}
