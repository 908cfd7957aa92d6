//! Random lives of one API key: no act brings back what is over, and none lets
//! a secret live longer than its policy.

use base::{Lifetime, SeededEntropy, Timestamp};
use proptest::prelude::*;

use super::tests::{good, made, now, origin};
use super::*;
use crate::{Plan, Refusal};

#[derive(Debug, Clone)]
enum Act {
    Suspend,
    Resume,
    Review,
    Renew(Option<u8>),
    Transfer(bool),
    Rotate,
    CutOver,
    RollBack,
    Tend,
    Revoke,
    Wait(u8),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => Just(Act::Suspend),
        2 => Just(Act::Resume),
        2 => Just(Act::Review),
        2 => proptest::option::of(any::<u8>()).prop_map(Act::Renew),
        2 => any::<bool>().prop_map(Act::Transfer),
        2 => Just(Act::Rotate),
        2 => Just(Act::CutOver),
        2 => Just(Act::RollBack),
        2 => Just(Act::Tend),
        1 => Just(Act::Revoke),
        6 => (0..40_u8).prop_map(Act::Wait),
    ]
}

/// What the act makes of the key, if it is not refused.
fn done(act: &Act, key: &ApiKey, at: Timestamp) -> Option<ApiKey> {
    let plan = match act {
        Act::Suspend => suspend(key, "odd use", &origin(), at),
        Act::Resume => resume(key, &origin(), at),
        Act::Review => review(key, "needed", &origin(), at),
        Act::Renew(days) => {
            let days = days.map(|days| format!("{days}d"));
            renew(key, days.as_deref(), &origin(), at)
        }
        Act::Transfer(one) => {
            let request = TransferRequest {
                owner: Some(if *one { "team-one" } else { "team-two" }.to_owned()),
                owner_kind: None,
            };
            transfer(key, &request, None, &origin(), at)
        }
        Act::Rotate => {
            let facts = RotationFacts {
                environment: &super::tests::environment(),
                digest_key: &credential::DigestKey::new([1; 32]),
                used: &snapshot::Usage::default(),
            };
            let entropy = &mut SeededEntropy::new(at.unix_micros().unsigned_abs());
            let request = RotationRequest::default();
            let rotated = rotate(key, &request, facts, &origin(), at, entropy);
            rotated.map(|plan| Plan {
                outcome: plan.outcome.api_key,
                writes: plan.writes,
            })
        }
        Act::CutOver => cut_over(key, &origin(), at),
        Act::RollBack => roll_back(key, &origin(), at),
        Act::Tend => {
            return tend_review(key, &origin(), at).map(|plan| plan.outcome);
        }
        Act::Revoke => {
            let plan = revoke(key, "left", &origin(), at);
            return plan.ok().map(|_| ApiKey {
                revocation: Some(crate::accountability::Revocation {
                    at,
                    reason: "left".to_owned(),
                }),
                ..key.clone()
            });
        }
        Act::Wait(_) => return None,
    };
    plan.map_err(|refusal: Refusal| assert!(!refusal.to_string().is_empty()))
        .ok()
        .map(|plan| plan.outcome)
}

/// Whether any of its secrets is accepted at a gate.
fn is_accepted(key: &ApiKey, at: Timestamp) -> bool {
    let entry = key.entry();
    let is_live = entry.revoked_at.is_none() && entry.suspended_at.is_none_or(|from| at < from);
    is_live && at < entry.ends_at()
}

proptest! {
    #[test]
    fn no_act_brings_back_what_is_over(acts in proptest::collection::vec(act(), 0..40)) {
        let mut key = made(&good());
        let mut at = now();
        for act in acts {
            if let Act::Wait(days) = act {
                at = at.after(Lifetime::from_secs(u64::from(days) * 86_400));
            }
            let before = key.clone();
            if let Some(after) = done(&act, &key, at) {
                // Revoked or ended: for good.
                prop_assert!(before.revocation.is_none(), "{act:?}");
                if !matches!(act, Act::Revoke) {
                    prop_assert!(at < before.ends_at(), "{act:?}");
                    prop_assert_eq!(after.version, before.version + 1);
                }
                // What is refused is accepted again by the one act that is for that.
                if !is_accepted(&before, at) && is_accepted(&after, at) {
                    let lapsed = before.is_lapsed(at);
                    let suspended = before.suspension.is_some();
                    match &act {
                        Act::Review => prop_assert!(lapsed && !suspended),
                        Act::Resume => prop_assert!(suspended && !lapsed),
                        other => prop_assert!(false, "{:?}", other),
                    }
                }
                let latest = after.rotation_policy.ends_by(after.secret_created_at());
                prop_assert!(after.expires_at <= latest, "{act:?}");
                key = after;
            }
        }
    }
}
