//! What a million API keys cost in memory, and what it takes to load them, to
//! find one, to fold one change and to drop those that have ended.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    missing_docs,
    clippy::allow_attributes,
    reason = "a bench stops at the first surprise"
)]

use std::hint::black_box;
use std::time::Duration;

use base::{Digest, Entropy, SeededEntropy, Timestamp};
use credential::{ApiKeyId, DigestKey, Environment, EnvironmentClass, Scope};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use snapshot::{ApiKeyEntry, Change, NumberedChange, Snapshot};

const KEYS: u64 = 1_000_000;

/// How many owners, organisations and sets of scopes the keys share.
struct Shape {
    owners: u64,
    organisations: u64,
    scope_sets: u64,
}

const ORDINARY: Shape = Shape {
    owners: 1_000,
    organisations: 200,
    scope_sets: 50,
};

const ALL_DISTINCT: Shape = Shape {
    owners: KEYS,
    ..ORDINARY
};

fn entry(number: u64, shape: &Shape, entropy: &mut dyn Entropy) -> ApiKeyEntry {
    // Spread, so that keys with one owner lie everywhere.
    let spread = |many: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17) % many;
    let scopes = (0..=spread(shape.scope_sets) % 7)
        .map(|n| format!("read:resource{n}.{}", spread(shape.scope_sets)))
        .map(|scope| scope.parse::<Scope>().unwrap())
        .collect();
    let mut entry = ApiKeyEntry::new(
        ApiKeyId::generate(entropy),
        Digest::new(entropy.bytes()),
        (
            "production".parse().unwrap(),
            format!("organisation-{}", spread(shape.organisations))
                .parse()
                .unwrap(),
            format!("team-{}", spread(shape.owners)).parse().unwrap(),
        ),
        (scopes, "https://api.example.com/reports".parse().unwrap()),
        at(i64::try_from(number % 1_000).unwrap() + 1),
    );
    entry.digest_key = Some(digest_key());
    entry
}

fn digest_key() -> credential::DigestKeyId {
    DigestKey::new([7; 32]).id()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(seconds).unwrap()
}

fn put(snapshot: &mut Snapshot, entry: ApiKeyEntry) {
    let revision = snapshot.revision().next();
    let change = Change::ApiKeyPut(Box::new(entry));
    snapshot.apply(NumberedChange { revision, change }).unwrap();
}

fn loaded(keys: u64, shape: &Shape) -> Snapshot {
    let environment = Environment {
        name: "production".parse().unwrap(),
        class: EnvironmentClass::Production,
    };
    let mut snapshot = Snapshot::empty(environment, "https://login.example.com".parse().unwrap());
    let entropy = &mut SeededEntropy::new(1);
    for number in 0..keys {
        put(&mut snapshot, entry(number, shape, entropy));
    }
    snapshot
}

/// The processor time of this process, which other programs do not lengthen;
/// in steps of 10 ms.
fn spent() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(10 * ticks)
}

fn spent_on<T>(act: impl FnOnce() -> T) -> (T, u128) {
    let before = spent();
    let done = act();
    (done, (spent() - before).as_millis())
}

/// The bytes of this process that are in memory.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok());
    4096 * pages.unwrap_or(0_u64)
}

fn weigh(name: &str, load: impl FnOnce() -> Snapshot) -> Snapshot {
    let before = resident();
    let (snapshot, took) = spent_on(load);
    let bytes = resident().saturating_sub(before) / KEYS;
    eprintln!("{name}: {bytes} bytes of memory for each key, {took} ms of processor time");
    snapshot
}

fn api_keys(criterion: &mut Criterion) {
    // First of all: afterwards there is freed memory that others fill.
    let ordinary = weigh("a million folded one by one", || loaded(KEYS, &ORDINARY));
    let distinct = weigh("a million folded, each with an owner of its own", || {
        loaded(KEYS, &ALL_DISTINCT)
    });
    drop(distinct);
    let (text, took) = spent_on(|| serde_json::to_vec(&ordinary).unwrap());
    eprintln!("written: {} bytes, {took} ms", text.len());
    let (read, took) = spent_on(|| serde_json::from_slice::<Snapshot>(&text).unwrap());
    eprintln!("read: {took} ms");
    drop(text);
    for (name, now) in [("none", 0), ("one in a hundred", 10), ("nine of ten", 900)] {
        let mut next = read.clone();
        let ((), took) = spent_on(|| next.forget_expired(at(now)));
        eprintln!(
            "forget {name} of them: {took} ms, {} left",
            next.api_key_count()
        );
    }
    drop(read);

    let small = loaded(1_000, &ORDINARY);
    for (size, snapshot) in [("1,000", &small), ("1,000,000", &ordinary)] {
        let entropy = &mut SeededEntropy::new(1);
        let ids: Vec<String> = (0..1_000)
            .map(|number| entry(number, &ORDINARY, entropy).id.to_string())
            .collect();
        let mut next = ids.iter().cycle();
        criterion.bench_function(&format!("look up one of {size}"), |bencher| {
            bencher.iter(|| snapshot.api_key(black_box(next.next().unwrap())).unwrap());
        });
        let entropy = &mut SeededEntropy::new(2);
        criterion.bench_function(&format!("put one among {size}"), |bencher| {
            // A clone is held, as the gate does: what is shared must be copied.
            bencher.iter_batched(
                || (snapshot.clone(), entry(1, &ORDINARY, entropy)),
                |(mut next, entry)| {
                    put(&mut next, entry);
                    next
                },
                BatchSize::SmallInput,
            );
        });
    }
}

criterion_group!(benches, api_keys);
criterion_main!(benches);
