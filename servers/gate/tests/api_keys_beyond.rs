//! A gate that holds some of the API keys asks for the others, once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::allow_attributes,
    reason = "tests"
)]

mod support;

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use base::{Clock, SeededEntropy};
use credential::{EnvironmentClass, MintedApiKey};
use snapshot::Change;

use support::house::{House, WallClock};
use support::{OK, Upstream};

const LINE: &str = "GET /reports/all";

/// A gate with a place for one key, which is taken, and one key beyond.
fn full(upstream: &Upstream) -> House {
    let house = House::holding(&upstream.url(), Some(1), |_| {});
    let (held, _) = house.api_key("read:reports", 100);
    assert_eq!(ask(&house, &held), "200");
    // As long as there is none beyond, what is not loaded does not exist.
    assert_eq!(refused(&house, &made_up(&house, 98)), "api_key_unknown");
    house.api_key("read:reports", 99);
    assert_eq!(looks(&house), 0);
    house
}

fn ask(house: &House, key: &str) -> String {
    house.status(LINE, &[("X-API-Key", key)])
}

fn looks(house: &House) -> usize {
    house.memory.api_key_looks.load(Ordering::SeqCst)
}

/// The text of a key that nobody created.
fn made_up(house: &House, seed: u64) -> String {
    let entropy = &mut SeededEntropy::new(seed);
    let class = EnvironmentClass::Production;
    let minted = MintedApiKey::mint(class, &house.digest_key, entropy);
    minted.secret.expose().to_owned()
}

/// The rule by which a key is refused, when its record has arrived.
fn refused(house: &House, key: &str) -> String {
    let before = records(house);
    assert_eq!(ask(house, key), "401");
    recorded(house, before + 1);
    let decisions = house.audit.decisions.lock().unwrap();
    decisions.last().unwrap().rule.clone()
}

fn records(house: &House) -> usize {
    house.audit.decisions.lock().unwrap().len()
}

fn recorded(house: &House, count: usize) {
    for _ in 0..2_000 {
        if records(house) >= count {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("{} of {count} records", records(house));
}

#[test]
fn many_who_ask_at_once_cost_one_look_and_later_ones_none() {
    let upstream = Upstream::answering(OK);
    let house = full(&upstream);
    let (key, _) = house.api_key("read:reports", 101);
    let absent = made_up(&house, 102);
    std::thread::scope(|scope| {
        let asking: Vec<_> = (0..64)
            .map(|_| scope.spawn(|| (ask(&house, &key), ask(&house, &absent))))
            .collect();
        for asked in asking {
            assert_eq!(asked.join().unwrap(), ("200".to_owned(), "401".to_owned()));
        }
    });
    recorded(&house, 65);
    assert_eq!(looks(&house), 2);
    for _ in 0..3 {
        assert_eq!(ask(&house, &key), "200");
        assert_eq!(refused(&house, &absent), "api_key_unknown");
    }
    assert_eq!(looks(&house), 2);
    // Another secret under an id that is known by now costs no look.
    let tail = absent.rsplit('_').next().unwrap();
    let other = format!("{}_{tail}", key.rsplit_once('_').unwrap().0);
    assert_eq!(ask(&house, &other), "401");
    assert_eq!(looks(&house), 2);
}

#[test]
fn a_key_is_found_although_there_was_none_a_moment_ago() {
    let upstream = Upstream::answering(OK);
    let house = full(&upstream);
    let key = made_up(&house, 103);
    assert_eq!(ask(&house, &key), "401");
    let (created, _) = house.api_key("read:reports", 103);
    assert_eq!(created, key);
    assert_eq!(ask(&house, &key), "200");
    assert_eq!(looks(&house), 2);
}

#[test]
fn what_is_revoked_beyond_the_bound_is_refused_before_and_after_it_was_learned() {
    let upstream = Upstream::answering(OK);
    let house = full(&upstream);
    let revoke = |entry: &snapshot::ApiKeyEntry| {
        house.memory.push(Change::ApiKeyRevoked {
            id: entry.id.clone(),
            at: WallClock.now(),
        });
        house.settle();
    };
    let (used, entry) = house.api_key("read:reports", 104);
    assert_eq!(ask(&house, &used), "200");
    revoke(&entry);
    assert_eq!(refused(&house, &used), "api_key_revoked");
    assert_eq!(looks(&house), 1);
    let (unused, entry) = house.api_key("read:reports", 105);
    revoke(&entry);
    assert_eq!(refused(&house, &unused), "api_key_revoked");
    // A whole snapshot says nothing of them: they are asked for again.
    house.memory.gap.store(true, Ordering::SeqCst);
    let (_, _) = house.api_key("read:reports", 106);
    assert_eq!(refused(&house, &used), "api_key_revoked");
}

#[test]
fn what_cannot_be_asked_for_is_refused_and_what_was_learned_goes_on() {
    let upstream = Upstream::answering(OK);
    let house = full(&upstream);
    let (learned, _) = house.api_key("read:reports", 107);
    let (other, _) = house.api_key("read:reports", 108);
    assert_eq!(ask(&house, &learned), "200");
    house.memory.cut_off.store(true, Ordering::SeqCst);
    assert_eq!(refused(&house, &other), "api_key_not_loaded");
    assert_eq!(ask(&house, &learned), "200");
    house.memory.cut_off.store(false, Ordering::SeqCst);
    assert_eq!(ask(&house, &other), "200");
}

#[test]
fn an_answer_from_before_what_is_known_does_not_count() {
    let upstream = Upstream::answering(OK);
    let house = full(&upstream);
    let (key, _) = house.api_key("read:reports", 109);
    house.memory.is_stale.store(true, Ordering::SeqCst);
    assert_eq!(refused(&house, &key), "api_key_not_loaded");
    house.memory.is_stale.store(false, Ordering::SeqCst);
    assert_eq!(ask(&house, &key), "200");
}

#[test]
fn made_up_ids_cause_a_bounded_number_of_looks() {
    let upstream = Upstream::answering(OK);
    let house = full(&upstream);
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for thread in 0..16 {
            let house = &house;
            scope.spawn(move || {
                for seed in 0..40 {
                    let key = made_up(house, 1_000 + thread * 100 + seed);
                    assert_eq!(ask(house, &key), "401");
                }
            });
        }
    });
    let more = begun.elapsed().as_millis() / Duration::from_millis(20).as_millis();
    let most = 128 + usize::try_from(more).unwrap();
    assert!(looks(&house) <= most, "{} of {most}", looks(&house));
    // A wrong checksum costs none at all.
    let before = looks(&house);
    let mut wrong = made_up(&house, 9_999);
    let last = if wrong.ends_with('A') { "B" } else { "A" };
    wrong.replace_range(wrong.len() - 1.., last);
    assert_eq!(ask(&house, &wrong), "401");
    assert_eq!(looks(&house), before);
}
