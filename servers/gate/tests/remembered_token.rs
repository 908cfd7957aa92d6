//! What a gate remembers of a token, against everything that can end it.
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

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use access::{Decision, Judge, KeysInForce, Request, View, decide};
use base::{Clock, SeededEntropy, Timestamp};
use gate::{CacheLimits, VerifiedTokens};
use http::HeaderMap;
use jose::encryption::DecryptionKeys;
use jose::{KeySet, SigningKey, TimeLimits};
use serde_json::{Value, json};
use snapshot::{Change, Cutoff, CutoffTarget, Freshness};
use support::foreign_issuer::{entry, key_set, signing_key, token};
use support::house::{House, WallClock, publish};
use support::{OK, Upstream};

const SSO: &str = "https://sso.example";

fn cache(seed: u64) -> VerifiedTokens {
    VerifiedTokens::new(CacheLimits::default(), &mut SeededEntropy::new(seed))
}

/// What the rules say about the token by this view, the word of the rule or
/// `permit`.
fn judged(
    house: &House,
    view: &View,
    facts: &VerifiedTokens,
    token: &str,
    now: Timestamp,
) -> &'static str {
    let mut headers = HeaderMap::new();
    headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
    let request = Request {
        method: "GET",
        target: "/reports/all",
        headers: &headers,
        peer: [192, 0, 2, 1].into(),
        secure: true,
    };
    let decryption_keys = DecryptionKeys::default();
    let judge = Judge {
        view,
        facts,
        digest_keys: &house.digest_key.clone().into(),
        decryption_keys: &decryption_keys,
        freshness: Freshness { confirmed_at: now },
        time_limits: TimeLimits::default(),
    };
    match decide(&judge, &request, now) {
        Decision::Conditional(_) => "permit",
        Decision::Denial(denial) => denial.rule().as_str(),
    }
}

fn judged_now(house: &House, facts: &VerifiedTokens, token: &str) -> &'static str {
    let view = house.gate.knowledge().view();
    judged(
        house,
        view.as_deref().unwrap(),
        facts,
        token,
        WallClock.now(),
    )
}

/// A house that trusts one issuer, whose keys come from here.
fn trusting(key: &SigningKey) -> House {
    let house = House::before(&Upstream::answering(OK));
    house.trust(json!([foreign_entry()]));
    put_keys(&house, &[key]);
    house
}

fn foreign_entry() -> Value {
    // No keeper ever brings keys from there.
    entry(SSO, json!({ "keys": { "file": "/nowhere/keys.json" } }))
}

fn put_keys(house: &House, keys: &[&SigningKey]) {
    let knowledge = house.gate.knowledge();
    let view = knowledge.view();
    let origin = view.as_deref().unwrap().trusted_issuers()[0]
        .origin()
        .clone();
    drop(view);
    let keys = KeysInForce {
        keys: Arc::new(KeySet::parse(key_set(keys).as_bytes()).unwrap()),
        until: None,
    };
    knowledge.put_issuer_keys(&origin, Some(keys));
}

fn cutoff(target: CutoffTarget) -> Change {
    Change::CutOff(Cutoff {
        target,
        not_before: WallClock.now().after(Duration::from_secs(60)),
        expires_at: WallClock.now().after(Duration::from_secs(1000)),
    })
}

/// One way in which a token ends: its name, whether it is about another
/// issuer's, and the act.
type End = (&'static str, bool, fn(&House, &str));

const ENDS: &[End] = &[
    ("denied", false, |house, jti| {
        let expires_at = WallClock.now().after(Duration::from_secs(1000));
        let jti = jti.to_owned();
        house.memory.push(Change::TokenDenied { jti, expires_at });
        house.settle();
    }),
    ("subject cut off", false, |house, _| {
        let subject = house.client.as_str().to_owned();
        house.memory.push(cutoff(CutoffTarget::Subject(subject)));
        house.settle();
    }),
    ("client revoked", false, |house, _| {
        let (id, at) = (house.client.clone(), WallClock.now());
        house.memory.push(Change::ClientRevoked { id, at });
        house.settle();
    }),
    ("signing keys replaced", false, |house, _| {
        publish(&house.memory, &signing_key("k2"));
        house.settle();
    }),
    ("token of the issuer denied", true, |house, jti| {
        let (issuer, token) = (SSO.to_owned(), jti.to_owned());
        house
            .memory
            .push(cutoff(CutoffTarget::ForeignToken { issuer, token }));
        house.settle();
    }),
    ("issuer cut off", true, |house, _| {
        house
            .memory
            .push(cutoff(CutoffTarget::TrustedIssuer(SSO.to_owned())));
        house.settle();
    }),
    ("keys of the issuer replaced", true, |house, _| {
        put_keys(house, &[&signing_key("s2")]);
    }),
    (
        "key of the issuer replaced under its id",
        true,
        |house, _| {
            put_keys(house, &[&signing_key("s1")]);
        },
    ),
    ("issuer trusted no more", true, |house, _| {
        house.trust(json!([]))
    }),
    ("rules of the issuer changed", true, |house, _| {
        let mut other = foreign_entry();
        other["scopes"] = json!({ "claim": ["scp"] });
        house.trust(json!([other]));
    }),
];

/// JWT-083. Threads fill their caches from a barrier on while the token ends:
/// once that is visible, nobody accepts it again, whatever was filled when.
#[test]
fn no_fill_outlives_the_end_of_a_token() {
    const THREADS: usize = 3;
    const ROUNDS: usize = 4;
    let key = signing_key("s1");
    for (name, is_foreign, end) in ENDS {
        for round in 0..ROUNDS {
            let house = trusting(&key);
            let jti = format!("t{round}");
            let text = if *is_foreign {
                token(SSO, &key, json!({ "jti": jti }))
            } else {
                house.token("read:reports", |claims| {
                    claims.token_id = jti.parse().unwrap()
                })
            };
            let (barrier, is_over) = (Barrier::new(THREADS + 1), AtomicBool::new(false));
            let fills = AtomicUsize::new(0);
            std::thread::scope(|scope| {
                for seed in 0..THREADS {
                    let (house, text, barrier) = (&house, &text, &barrier);
                    let (is_over, fills) = (&is_over, &fills);
                    scope.spawn(move || {
                        let warm = cache(seed as u64);
                        assert_eq!(judged_now(house, &warm, text), "permit");
                        barrier.wait();
                        let mut after = 0;
                        while after < 20 {
                            let was_over = is_over.load(Ordering::Acquire);
                            // One that has it for long, and one that is being filled.
                            let fresh = cache(seed as u64);
                            for facts in [&warm, &fresh, &fresh, &fresh] {
                                let found = judged_now(house, facts, text);
                                assert!(!was_over || found != "permit", "{name}");
                            }
                            fills.fetch_add(1, Ordering::Relaxed);
                            after += usize::from(was_over);
                        }
                    });
                }
                barrier.wait();
                while fills.load(Ordering::Relaxed) < THREADS {
                    std::thread::yield_now();
                }
                end(&house, &jti);
                is_over.store(true, Ordering::Release);
            });
        }
    }
}

/// What was established by keys or rules that are no longer in force is
/// established again, and is good if it still is.
#[test]
fn a_remembered_token_is_verified_again_when_the_keys_or_the_rules_change() {
    let key = signing_key("s1");
    let house = trusting(&key);
    let facts = cache(1);
    let text = token(SSO, &key, json!({}));
    for _ in 0..3 {
        assert_eq!(judged_now(&house, &facts, &text), "permit");
    }
    put_keys(&house, &[&signing_key("s0"), &key]);
    assert_eq!(judged_now(&house, &facts, &text), "permit");
    let mut other = foreign_entry();
    other["leeway"] = "6s".into();
    house.trust(json!([other]));
    assert_eq!(judged_now(&house, &facts, &text), "permit");
    other["scopes"] = json!({ "claim": ["scope"], "map": { "read:reports": ["read:other"] } });
    house.trust(json!([other]));
    assert_eq!(judged_now(&house, &facts, &text), "scope");
}

/// JWT-083: what is remembered is judged by time on every use.
#[test]
fn a_remembered_token_ends_to_the_instant() {
    let key = signing_key("s1");
    let house = trusting(&key);
    let view = house.gate.knowledge().view().clone().unwrap();
    let issued = WallClock.now().unix_seconds();
    let at = |seconds: i64| Timestamp::from_unix_seconds(issued + seconds).unwrap();
    for text in [
        house.token("read:reports", |_| {}),
        token(SSO, &key, json!({})),
    ] {
        let facts = cache(1);
        for _ in 0..3 {
            assert_eq!(judged(&house, &view, &facts, &text, at(599)), "permit");
        }
        assert_eq!(facts.len(), 1);
        assert_eq!(
            judged(&house, &view, &facts, &text, at(606)),
            "token_expired"
        );
        assert_eq!(judged(&house, &view, &facts, &text, at(599)), "permit");
    }
}

/// JWT-081, for a token of another issuer.
#[test]
fn a_forged_signature_is_refused_while_the_genuine_token_is_remembered() {
    let key = signing_key("s1");
    let house = trusting(&key);
    let facts = cache(1);
    let genuine = token(SSO, &key, json!({}));
    for _ in 0..3 {
        assert_eq!(judged_now(&house, &facts, &genuine), "permit");
    }
    assert_eq!(facts.len(), 1);
    let (signed, signature) = genuine.rsplit_once('.').unwrap();
    let another = token(SSO, &key, json!({ "sub": "other", "jti": "t1" }));
    let stranger = token(SSO, &signing_key("s1"), json!({}));
    let (head, tail) = (&signature[..40], &signature[46..]);
    for forged in [
        another.rsplit_once('.').unwrap().1,
        stranger.rsplit_once('.').unwrap().1,
        &"A".repeat(86),
        &format!("{head}AAAAAA{tail}"),
        &signature[..85],
    ] {
        let forged = format!("{signed}.{forged}");
        for _ in 0..3 {
            assert_ne!(judged_now(&house, &facts, &forged), "permit");
        }
    }
    assert_eq!(facts.len(), 1, "what failed is not remembered");
    assert_eq!(judged_now(&house, &facts, &genuine), "permit");
}

/// JWT-089: neither many good tokens nor a flood of bad ones grow the cache
/// beyond its bounds, and what is in use stays in it.
#[test]
fn a_flood_of_bad_tokens_drives_out_no_good_one() {
    let key = signing_key("s1");
    let house = trusting(&key);
    let view = house.gate.knowledge().view().clone().unwrap();
    // Later than the last of them is made.
    let now = WallClock.now().after(Duration::from_secs(120));
    let facts = cache(1);
    let mut good = Vec::new();
    for number in 0..6_000 {
        let jti = format!("t{number}");
        let text = if number % 2 == 0 {
            token(SSO, &key, json!({ "jti": jti }))
        } else {
            house.token("read:reports", |claims| {
                claims.token_id = jti.parse().unwrap()
            })
        };
        for _ in 0..2 {
            assert_eq!(judged(&house, &view, &facts, &text, now), "permit");
        }
        assert!(facts.len() <= CacheLimits::default().tokens);
        good.push(text);
    }
    let held = facts.len();
    let template = good.last().unwrap().clone();
    let (signed, signature) = template.rsplit_once('.').unwrap();
    for number in 0..200_000_u32 {
        let bad = match number % 4 {
            0 => format!("{signed}.{number:08}{}", &signature[8..]),
            1 => format!("{number}.{template}"),
            2 => format!("x{number}"),
            _ => format!("{}{number}", &template[..100]),
        };
        // Signatures are dear; one in a hundred is enough of them.
        if number % 4 != 0 || number % 400 == 0 {
            assert_ne!(judged(&house, &view, &facts, &bad, now), "permit");
        }
    }
    assert_eq!(facts.len(), held);
    for text in good.iter().rev().take(1_000) {
        assert_eq!(judged(&house, &view, &facts, text, now), "permit");
    }
    assert_eq!(facts.len(), held, "they were still in it");
}
