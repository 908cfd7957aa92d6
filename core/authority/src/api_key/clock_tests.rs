//! What somebody has done holds as soon as it is known, whatever a clock says.

use base::{Lifetime, SeededEntropy, Timestamp};
use credential::DigestKey;
use proptest::prelude::*;
use snapshot::Usage;

use super::tests::{environment, good, made, now, origin};
use super::*;

/// A key that is being rotated since then.
fn rotating(key: &ApiKey, at: Timestamp) -> ApiKey {
    let facts = RotationFacts {
        environment: &environment(),
        digest_key: &DigestKey::new([1; 32]),
        used: &Usage::default(),
    };
    let request = RotationRequest::default();
    let entropy = &mut SeededEntropy::new(7);
    let plan = rotate(key, &request, facts, &origin(), at, entropy);
    plan.unwrap().outcome.api_key
}

proptest! {
    /// A gate whose clock is behind, or was set back, refuses all the same.
    #[test]
    fn a_suspension_and_a_cut_over_hold_at_any_time(behind in 0..400_000_000_u64) {
        let clock = now().before(Lifetime::from_secs(behind));
        let key = made(&good());

        let suspended = suspend(&key, "odd use", &origin(), now()).unwrap().outcome;
        prop_assert!(suspended.is_suspended(clock));
        prop_assert!(suspended.entry().suspended_at.is_some_and(|from| clock >= from));
        let resumed = resume(&suspended, &origin(), now()).unwrap().outcome;
        prop_assert!(!resumed.is_suspended(clock));

        let rotating = rotating(&key, now());
        prop_assert!(clock < rotating.entry().expires_at, "both are accepted");
        let cut_over = cut_over(&rotating, &origin(), now()).unwrap().outcome;
        prop_assert!(clock >= cut_over.entry().expires_at);
        prop_assert_eq!(cut_over.entry().ends_at(), cut_over.ends_at());
        let back = roll_back(&cut_over, &origin(), now()).unwrap().outcome;
        prop_assert!(clock < back.entry().expires_at);
    }
}
