//! Owners over their acts.

use base::{Name, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::Effect;
use crate::audit::{Actor, Origin};

fn origin() -> Origin {
    Origin {
        request_id: "r1".parse().unwrap(),
        actor: Actor::Operator("o0123456789abcde".into()),
        environment: "production".parse().unwrap(),
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(seconds).unwrap()
}

proptest! {
    /// Whatever the order: an owner is gone exactly after a disabling that went
    /// through, versions count the acts, and an act that changes nothing is refused.
    #[test]
    fn an_owner_is_gone_from_disabling_to_enabling(acts in proptest::collection::vec(any::<bool>(), 0..12)) {
        let name: Name = "alex".parse().unwrap();
        let mut held: Option<Owner> = None;
        let mut written = 0;
        for (second, disabling) in acts.into_iter().enumerate() {
            let was_gone = held.as_ref().is_some_and(Owner::is_disabled);
            let now = at(i64::try_from(second).unwrap());
            let plan = match disabling {
                true => disable(&name, held.as_ref(), "left", &origin(), now),
                false => enable(&name, held.as_ref(), &origin(), now),
            };
            prop_assert_eq!(plan.is_ok(), was_gone != disabling);
            if let Ok(plan) = plan {
                let [Effect::PutOwner { from, owner }] = plan.writes.effects.as_slice() else {
                    panic!("one effect")
                };
                prop_assert_eq!((*from, owner.version), (written, written + 1));
                prop_assert_eq!(owner.is_disabled(), disabling);
                prop_assert_eq!(plan.writes.audit.len(), 1);
                written += 1;
                held = Some(plan.outcome);
            }
        }
    }
}
