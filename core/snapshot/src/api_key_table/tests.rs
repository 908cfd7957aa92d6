//! The table against a plain map, over random folds.

use std::collections::BTreeMap;

use base::{Digest, Lifetime, SeededEntropy, Timestamp};
use credential::{ApiKeyId, DigestKey, ScopeSet};
use proptest::prelude::*;

use super::*;
use crate::{RateLimit, SuccessorEntry};

/// One step of a fold. Ids, names and scopes are few, so that they meet.
#[derive(Debug, Clone)]
enum Step {
    Put(Box<ApiKeyEntry>),
    Revoke(u16, i64),
    Forget(i64),
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(seconds).unwrap()
}

/// Ids that differ at their end alone, as well as anywhere.
fn id(number: u16) -> ApiKeyId {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let digit = |shift: u16| char::from(ALPHABET[usize::from(number >> shift) % 32]);
    let digits: String = [10, 5, 0].map(digit).iter().collect();
    if number.is_multiple_of(3) {
        return ApiKeyId::generate(&mut SeededEntropy::new(number.into()));
    }
    format!("k{:0<12}{digits}", "").parse().unwrap()
}

fn entry() -> impl Strategy<Value = Box<ApiKeyEntry>> {
    let names = (0..4_u8, 0..60_u16, "[a-z]{1,64}", any::<bool>());
    let reach = (0..3_u8, 0..5_u8, 0..2_u8);
    let rare = prop::option::weighted(0.2, (any::<[bool; 5]>(), 0..100_i64));
    (0..400_u16, names, reach, 0..100_i64, rare).prop_map(|(number, names, reach, ends, rare)| {
        let (organisation, owner, strange, is_strange) = names;
        let owner = match is_strange {
            true => strange,
            false => format!("team-{owner}"),
        };
        let scopes = ["", "read:a", "read:a write:b", "read:c", "write:b"][usize::from(reach.1)];
        let scopes = match scopes {
            "" => ScopeSet::empty(),
            scopes => ScopeSet::parse(scopes).unwrap(),
        };
        let mut entry = ApiKeyEntry::new(
            id(number),
            Digest::new([u8::try_from(number % 256).unwrap(); 32]),
            (
                format!("env{}", reach.0).parse().unwrap(),
                format!("org{organisation}").parse().unwrap(),
                owner.parse().unwrap(),
            ),
            (scopes, format!("https://api{}", reach.2).parse().unwrap()),
            at(ends),
        );
        let digest_key = DigestKey::new([1; 32]).id();
        entry.digest_key = number.is_multiple_of(2).then_some(digest_key);
        entry.generation = u32::from(number % 5);
        if let Some(([successor, suspended, networks, limit, other], later)) = rare {
            entry.successor = successor.then(|| SuccessorEntry {
                digest: Digest::new([9; 32]),
                digest_key,
                generation: 6,
                expires_at: at(later),
            });
            entry.suspended_at = suspended.then(|| at(later));
            entry.networks = match networks {
                true => vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()],
                false => Vec::new(),
            };
            entry.limit = limit.then_some(RateLimit {
                requests: 5,
                per_seconds: 7,
            });
            entry.on_behalf_of_key = other.then(|| "{}".into());
            entry.imported = other;
        }
        Box::new(entry)
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        30 => entry().prop_map(Step::Put),
        3 => (0..400_u16, 0..50_i64).prop_map(|(number, at)| Step::Revoke(number, at)),
        1 => (0..100_i64).prop_map(Step::Forget),
    ]
}

#[derive(Default, Clone)]
struct Model(BTreeMap<String, ApiKeyEntry>);

impl Model {
    fn fold(&mut self, step: &Step) {
        match step {
            Step::Put(entry) => {
                self.0.insert(entry.id.to_string(), entry.as_ref().clone());
            }
            Step::Revoke(number, when) => {
                if let Some(entry) = self.0.get_mut(id(*number).as_str()) {
                    entry.revoked_at = Some(at(*when));
                }
            }
            Step::Forget(now) => self.0.retain(|_, entry| entry.ends_at() > at(*now)),
        }
    }
}

fn fold(table: &mut ApiKeyTable, step: Step) {
    match step {
        Step::Put(entry) => table.put(*entry),
        Step::Revoke(number, when) => table.revoke(id(number).as_str(), at(when)),
        Step::Forget(now) => table.forget_ended(at(now)),
    }
}

fn json<T: Serialize>(value: &T) -> serde_json::Value {
    serde_json::to_value(value).unwrap()
}

/// Every look-up, the whole list, and what is held behind it.
fn agree(table: &ApiKeyTable, model: &Model) -> Result<(), TestCaseError> {
    prop_assert_eq!(table.len(), model.0.len());
    prop_assert_eq!(json(table), json(&model.0.values().collect::<Vec<_>>()));
    for number in 0..400 {
        let id = id(number);
        let found = table.get(id.as_str());
        prop_assert_eq!(found.as_ref().map(json), model.0.get(id.as_str()).map(json));
        if let Some(found) = found {
            let entry = found.to_entry().unwrap();
            prop_assert_eq!(found.id(), entry.id.as_str());
            prop_assert_eq!(found.owner(), entry.owner.as_str());
            prop_assert_eq!(found.ends_at(), entry.ends_at());
            prop_assert_eq!(found.audience(), entry.audience.as_str());
        }
    }
    let reaches: std::collections::BTreeSet<String> = model
        .0
        .values()
        .map(|entry| format!("{} {} {}", entry.environment, entry.scopes, entry.audience))
        .collect();
    // What no key says any more is not kept.
    prop_assert_eq!(table.reaches.len(), reaches.len());
    prop_assert_eq!(table.reaches.holders(), table.len() as u64);
    for number in 0..400 {
        let id = id(number);
        let nearest = table.nearest(id.as_str());
        let is_it = nearest
            .as_ref()
            .is_some_and(|found| found.id() == id.as_str());
        prop_assert_eq!(is_it, table.get(id.as_str()).is_some());
        // Whatever comes back is a key of the table, whole.
        prop_assert!(nearest.is_none_or(|found| table.get(found.id()).is_some()));
    }
    for shard in table.shards.iter() {
        prop_assert!(shard.len() <= Shard::MOST_ROWS);
        let names = shard.rows().flat_map(|(_, row)| {
            let names = shard.names(row);
            [names.organisation, names.owner]
        });
        let names: std::collections::BTreeSet<&str> = names.collect();
        let needed: usize = names.iter().map(|name| name.len()).sum();
        prop_assert_eq!(shard.text_len(), needed);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn it_is_a_map_and_a_clone_never_changes(
        before in prop::collection::vec(step(), 0..300),
        after in prop::collection::vec(step(), 0..300),
    ) {
        let (mut table, mut model) = (ApiKeyTable::default(), Model::default());
        for step in before {
            model.fold(&step);
            fold(&mut table, step);
        }
        agree(&table, &model)?;
        let (kept, kept_model) = (table.clone(), model.clone());
        let handles: Vec<_> = kept.iter().map(|found| (json(&found), found)).collect();
        for step in after {
            model.fold(&step);
            fold(&mut table, step);
        }
        agree(&table, &model)?;
        agree(&kept, &kept_model)?;
        for (told, handle) in handles {
            prop_assert_eq!(told, json(&handle));
        }
        let back: ApiKeyTable = serde_json::from_value(json(&table)).unwrap();
        agree(&back, &model)?;
    }
}

#[test]
fn what_is_no_id_finds_nothing() {
    let mut table = ApiKeyTable::default();
    assert!(table.get("k000000000000000").is_none());
    table.revoke("k000000000000000", at(1));
    assert_eq!(table.len(), 0);
    for wrong in ["", "k", "k00000000000000é", &"k".repeat(17)] {
        assert!(table.get(wrong).is_none(), "{wrong:?}");
        table.revoke(wrong, at(1));
    }
}

proptest! {
    #[test]
    fn the_order_of_ids_is_that_of_their_texts(one: Id, other: Id, common in 0..=base::ID_LENGTH) {
        prop_assert_eq!(order(&one).cmp(&order(&other)), one.cmp(&other));
        // Such as differ late, as ids that are made in a row do.
        let mut close = other;
        close[..common].copy_from_slice(&one[..common]);
        prop_assert_eq!(order(&one).cmp(&order(&close)), one.cmp(&close));
    }
}

#[test]
fn a_change_copies_one_shard_of_many() {
    let mut table = ApiKeyTable::default();
    let entropy = &mut SeededEntropy::new(1);
    let mut put = |table: &mut ApiKeyTable| {
        table.put(ApiKeyEntry::new(
            ApiKeyId::generate(entropy),
            Digest::new([1; 32]),
            (
                "sandbox".parse().unwrap(),
                "acme".parse().unwrap(),
                "team".parse().unwrap(),
            ),
            (ScopeSet::empty(), "https://api".parse().unwrap()),
            at(100),
        ));
    };
    for _ in 0..10_000 {
        put(&mut table);
    }
    let before = table.clone();
    put(&mut table);
    let held: std::collections::HashSet<_> = before.shards.iter().map(Arc::as_ptr).collect();
    let copied = table
        .shards
        .iter()
        .filter(|shard| !held.contains(&Arc::as_ptr(shard)));
    // Two where the one had to be split.
    assert!((1..=2).contains(&copied.count()));
    assert_eq!((before.len(), table.len()), (10_000, 10_001));
    // Nothing ends: nothing is copied at all.
    let before = table.clone();
    table.forget_ended(at(99));
    assert!(before.shards.is_same(&table.shards));
    // All ends: nothing stays.
    table.forget_ended(at(100).after(Lifetime::ZERO));
    assert_eq!(
        (table.len(), table.shards.len(), table.reaches.len()),
        (0, 1, 0)
    );
}
