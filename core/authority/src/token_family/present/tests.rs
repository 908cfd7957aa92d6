//! Every order in which generations can be presented.

use base::SeededEntropy;
use credential::{DigestKey, FamilySeed, SessionId, TokenFamilyId};
use proptest::prelude::*;

use super::*;
use crate::grant::GrantedScopes;
use crate::token_family::{EndReason, EndedFamily, FAMILY_LIFETIME, IDLE_LIFETIME};

fn at(millis: i64) -> Timestamp {
    Timestamp::from_unix_micros(1_800_000_000_000_000 + millis * 1_000).unwrap()
}

fn family() -> TokenFamily {
    let entropy = &mut SeededEntropy::new(1);
    TokenFamily {
        id: TokenFamilyId::generate(entropy),
        environment: "production".parse().unwrap(),
        account: crate::account::AccountId::generate(entropy),
        client: credential::ClientId::generate(entropy),
        session: SessionId::generate(entropy),
        is_offline: true,
        subject_version: 1,
        authenticated_at: at(0),
        methods: Vec::new(),
        scopes: GrantedScopes::default(),
        resources: Vec::new(),
        seed: Some(FamilySeed::generate(entropy)),
        digest_key: DigestKey::new([1; 32]).id(),
        generation: 1,
        parent: None,
        is_used: false,
        created_at: at(0),
        presented_at: at(0),
        expires_at: at(0).after(FAMILY_LIFETIME),
        ended: None,
        version: 1,
    }
}

fn next(family: &TokenFamily, generation: u64, now: Timestamp) -> TokenFamily {
    match present(family, generation, true, now).unwrap() {
        Presented::Successor(next) => *next,
        Presented::Reuse => panic!("reuse of {generation} in {family:?}"),
    }
}

fn is_reuse(family: &TokenFamily, generation: u64, now: Timestamp) -> bool {
    matches!(present(family, generation, true, now), Ok(Presented::Reuse))
}

#[test]
fn rfc9700_4_14_2_each_use_makes_a_successor_and_an_old_one_is_reuse() {
    let second = next(&family(), 1, at(1_000));
    let third = next(&second, 2, at(2_000));
    assert_eq!((second.generation, third.generation), (2, 3));
    for moment in [2_001, 20_000] {
        assert!(is_reuse(&third, 1, at(moment)), "the grandparent");
    }
}

#[test]
fn an_honest_retry_gets_the_same_successor_three_times_within_ten_seconds() {
    let mut held = next(&family(), 1, at(0));
    for retry in 1..=3 {
        held = next(&held, 1, at(retry * 3_333));
        assert_eq!(held.generation, 2, "retry {retry}");
    }
    assert!(is_reuse(&held, 1, at(9_999)), "the fourth");
    let once = next(&family(), 1, at(0));
    assert_eq!(next(&once, 1, at(9_999)).generation, 2);
    assert_eq!(
        next(&once, 1, at(10_000)).generation,
        3,
        "the unused one dies"
    );
}

#[test]
fn a_later_retry_replaces_the_successor_unless_it_was_used_or_may_not_be() {
    let second = next(&family(), 1, at(0));
    let replaced = next(&second, 1, at(60_000));
    assert_eq!(replaced.generation, 3);
    assert!(is_reuse(&replaced, 2, at(60_001)), "the one that died");
    let used = TokenFamily {
        is_used: true,
        ..second.clone()
    };
    for moment in [1, 60_000] {
        assert!(is_reuse(&used, 1, at(moment)), "its access token was used");
    }
    let strict = present(&second, 1, false, at(60_000));
    assert!(matches!(strict, Ok(Presented::Reuse)));
}

#[test]
fn a_family_ends_idle_absolutely_and_for_good() {
    let idle = at(0).after(IDLE_LIFETIME);
    let just = idle.before(Lifetime::from_secs(1));
    assert!(present(&family(), 1, true, just).is_ok());
    assert_eq!(
        present(&family(), 1, true, idle).unwrap_err(),
        NotPresentable::Expired
    );
    // A thousand uses do not move the absolute end.
    let mut held = family();
    let mut now = at(0);
    for generation in 1..=1_000 {
        now = now.after(Lifetime::from_secs(600));
        held = next(&held, generation, now);
        assert_eq!(held.expires_at, family().expires_at);
    }
    let end = family().expires_at;
    let before = TokenFamily {
        presented_at: end.before(Lifetime::from_secs(10)),
        ..held
    };
    assert!(
        present(
            &before,
            before.generation,
            true,
            end.before(Lifetime::from_secs(1))
        )
        .is_ok()
    );
    assert_eq!(
        present(&before, before.generation, true, end).unwrap_err(),
        NotPresentable::Expired
    );
    let ended = TokenFamily {
        ended: Some(EndedFamily {
            at: at(1),
            reason: EndReason::RefreshReuse,
        }),
        ..family()
    };
    assert_eq!(
        present(&ended, 1, true, at(2)).unwrap_err(),
        NotPresentable::Ended
    );
}

proptest! {
    /// Whoever presents what, in any order and at any time: there is one live
    /// leaf, generations only rise, and once somebody has used the newest
    /// generation nobody gets anything for an older one.
    #[test]
    fn there_is_one_leaf_and_no_copy_goes_unseen(
        steps in proptest::collection::vec((1_u64..6, 0_i64..30_000), 1..40)
    ) {
        let mut held = family();
        let mut now = 0;
        for (back, wait) in steps {
            now += wait;
            let generation = held.generation.saturating_sub(back - 1).max(1);
            match present(&held, generation, true, at(now)).unwrap() {
                Presented::Successor(next) => {
                    prop_assert!(next.generation >= held.generation);
                    prop_assert_eq!(next.version, held.version + 1);
                    let is_newest = generation == held.generation;
                    let is_parent = held.parent.is_some_and(|p| p.generation == generation);
                    prop_assert!(is_newest || is_parent);
                    if is_newest {
                        prop_assert_eq!(next.parent.map(|p| p.generation), Some(generation));
                    }
                    held = *next;
                }
                Presented::Reuse => {
                    prop_assert!(generation < held.generation);
                    break;
                }
            }
        }
    }
}
