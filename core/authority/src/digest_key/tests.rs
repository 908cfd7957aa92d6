//! Retiring over what there is.

use base::{SeededEntropy, Timestamp};
use credential::{ClientId, DigestKey, DigestKeys};
use proptest::prelude::*;
use snapshot::{Change, CutoffTarget};

use super::*;
use crate::audit::{Actor, Origin};
use crate::{Effect, Refusal};

fn origin() -> Origin {
    Origin {
        request_id: "r1".parse().unwrap(),
        actor: Actor::Operator("o0123456789abcde".into()),
        environment: "production".parse().unwrap(),
    }
}

fn key(number: u8) -> DigestKey {
    DigestKey::new([number; 32])
}

proptest! {
    /// Whatever is retired in whatever order: a configured key is retired once,
    /// with one event, one fact for the gates and the end of each client's
    /// tokens; then nothing is made under it; nothing else is ever retired.
    #[test]
    fn a_configured_key_is_retired_once(
        acts in proptest::collection::vec(0..5_u8, 1..12), clients in 0..4_usize, second in 0..1_000_i64,
    ) {
        let mut entropy = SeededEntropy::new(7);
        let clients: Vec<ClientId> = (0..clients).map(|_| ClientId::generate(&mut entropy)).collect();
        let keys = DigestKeys::new(key(0), vec![key(1), key(2)]);
        let mut retired: Vec<RetiredDigestKey> = Vec::new();
        for act in acts {
            let now = Timestamp::from_unix_seconds(second).unwrap();
            let facts = RetireFacts { digest_keys: &keys, retired: &retired, clients: &clients };
            let id = key(act).id();
            let before = refused(&retired).refuses(Some(id));
            match retire(id, facts, "its file leaked", &origin(), now) {
                Ok(plan) => {
                    prop_assert!(act < 3 && !before);
                    prop_assert!(matches!(plan.writes.effects.as_slice(), [Effect::RetireDigestKey(record)] if record.digest_key == id));
                    prop_assert_eq!(plan.writes.audit.len(), 1);
                    let [Change::DigestKeyRetired { digest_key, at }, cutoffs @ ..] = plan.writes.changes.as_slice() else {
                        panic!("the fact comes first")
                    };
                    prop_assert_eq!((*digest_key, *at), (id, now));
                    prop_assert_eq!(cutoffs.len(), clients.len());
                    for (change, client) in cutoffs.iter().zip(&clients) {
                        let Change::CutOff(cutoff) = change else { panic!("a cutoff") };
                        prop_assert_eq!(&cutoff.target, &CutoffTarget::Client(client.clone()));
                        prop_assert!(cutoff.not_before > now && cutoff.expires_at > cutoff.not_before);
                    }
                    retired.push(plan.outcome);
                }
                Err(Refusal::AlreadyRevoked { .. }) => prop_assert!(before),
                Err(Refusal::NotFound { .. }) => prop_assert!(act >= 3),
                Err(other) => panic!("{other:?}"),
            }
            let gone = refused(&retired);
            prop_assert_eq!(require_in_use(&key(act), &gone).is_err(), act < 3);
        }
    }
}
