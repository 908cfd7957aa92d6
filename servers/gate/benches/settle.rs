//! What a decision about an API key costs at the gate with its limit and the
//! account of its use, against without: everything between a parsed request
//! and its permit, except what waits for the store.
//!
//! The processor time is printed as well, of a thousand keys in turn, the
//! kinds taking turns in each round, so that a busy machine hardly shows in
//! what one of them adds.
#![allow(
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::print_stderr,
    missing_docs,
    clippy::allow_attributes,
    reason = "a bench stops at the first surprise"
)]

use std::hint::black_box;
use std::sync::Arc;

use access::{Conditional, Decision, Judge, Permit, Request, Settled, Uncached, View, decide};
use async_trait::async_trait;
use base::{SeededEntropy, Timestamp};
use boundary::Inventory;
use credential::{DigestKey, DigestKeys, Environment, EnvironmentClass, MintedApiKey, ScopeSet};
use criterion::{Criterion, criterion_group, criterion_main};
use ephemeral::counters::InProcessCounters;
use futures_util::FutureExt as _;
use gate::journal::{Journal, JournalEntry, JournalFault, Recorder};
use gate::{Caller, Tally, within_limit};
use http::HeaderMap;
use jose::TimeLimits;
use jose::encryption::DecryptionKeys;
use serde_json::json;
use snapshot::{
    ApiKeyEntry, Change, Freshness, InventoryEntry, NumberedChange, RateLimit, Snapshot,
    UsageReport,
};

const KEYS: usize = 1_000;
const ROUNDS: usize = 21;
const EACH: usize = 20_000;
const AUDIENCE: &str = "https://api.example.com/reports";
const AGENT: &[u8] = b"reports-client/1.4 (linux; x86_64)";

fn now() -> Timestamp {
    Timestamp::from_unix_seconds(1_800_000_000).unwrap()
}

/// Nothing is handed over while the bench runs: its runtime is not driven.
struct Unread;

#[async_trait]
impl Journal for Unread {
    async fn record(&self, _: Vec<JournalEntry>) -> Result<(), JournalFault> {
        Ok(())
    }

    async fn record_usage(&self, _: Vec<UsageReport>) -> Result<(), JournalFault> {
        Ok(())
    }
}

fn fold(snapshot: &mut Snapshot, change: Change) {
    let revision = snapshot.revision().next();
    snapshot.apply(NumberedChange { revision, change }).unwrap();
}

fn inventory() -> Inventory {
    serde_json::from_value(json!({ "apis": [{
        "name": "reports", "audience": AUDIENCE, "upstream": "http://127.0.0.1:9000", "owner": "team", "surface": "reports",
        "endpoints": [{
            "id": "report.read", "matches": "GET /v1/reports/{report}",
            "facts": { "caller": "service", "authority": "own", "data": "own", "exposure": "public", "consequence": "read" },
            "demand": {
                "accepts": ["api_key"], "scopes": ["read:reports"], "max_token_age": "30m", "max_feed_lag": "10m",
                "when_lagging": "deny", "live_check_beyond_age": false, "limit_per_address": false,
                "record": "denials", "reasons": [],
            },
            "owner": "team", "revoker": "team", "surface": "reports",
        }],
    }] }))
    .unwrap()
}

/// Adds a thousand keys; gives the headers of a request by each.
fn add_keys(
    snapshot: &mut Snapshot,
    (digest_key, entropy): (&DigestKey, &mut SeededEntropy),
    limit: Option<RateLimit>,
) -> Vec<HeaderMap> {
    let mut add = |_| {
        let minted = MintedApiKey::mint(EnvironmentClass::Production, digest_key, entropy);
        let mut headers = HeaderMap::new();
        let line = format!("Bearer {}", minted.secret.expose());
        headers.insert("authorization", line.parse().unwrap());
        headers.insert(
            "user-agent",
            std::str::from_utf8(AGENT).unwrap().parse().unwrap(),
        );
        let (name, organisation) = ("production".parse().unwrap(), "acme".parse().unwrap());
        let mut entry = ApiKeyEntry::new(
            minted.id,
            minted.digest,
            (name, organisation, "team".parse().unwrap()),
            (
                ScopeSet::parse("read:reports").unwrap(),
                AUDIENCE.parse().unwrap(),
            ),
            now().after(base::Lifetime::from_secs(86_400)),
        );
        entry.limit = limit;
        fold(snapshot, Change::ApiKeyPut(Box::new(entry)));
        headers
    };
    (0..KEYS).map(&mut add).collect()
}

/// What a gate's worker has.
struct Worker<'a> {
    judge: Judge<'a>,
    tally: Tally,
    counters: InProcessCounters,
}

impl Worker<'_> {
    /// The same steps in the same order as in the gate's pipeline.
    fn permit(&self, headers: &HeaderMap, is_accounted: bool) -> Permit {
        let request = Request {
            method: "GET",
            target: "/v1/reports/42?page=2",
            headers,
            peer: [192, 0, 2, 1].into(),
            secure: true,
        };
        let Decision::Conditional(conditional) = decide(&self.judge, &request, now()) else {
            panic!("it is denied");
        };
        let permit = self.settle(conditional);
        if is_accounted {
            let caller = Caller {
                address: [192, 0, 2, 1].into(),
                user_agent: headers["user-agent"].as_bytes(),
                at: now(),
            };
            self.tally.permitted(&permit, caller);
        }
        permit
    }

    fn settle(&self, conditional: Conditional) -> Permit {
        let mut settled = Settled::default();
        if let Some(limited) = conditional.principal().limit() {
            let check = within_limit(&self.counters, limited, now()).now_or_never();
            settled.limit = Some(check.unwrap());
        }
        conditional.settle(settled).unwrap()
    }
}

fn settling(criterion: &mut Criterion) {
    let environment = Environment {
        name: "production".parse().unwrap(),
        class: EnvironmentClass::Production,
    };
    let issuer = "https://login.example.com".parse().unwrap();
    let mut snapshot = Snapshot::empty(environment, issuer);
    let inventory = InventoryEntry {
        version: 1,
        inventory: Arc::new(inventory()),
    };
    fold(&mut snapshot, Change::InventoryApplied(inventory));
    let digest_key = DigestKey::new([7; 32]);
    let entropy = &mut SeededEntropy::new(2);
    let free = add_keys(&mut snapshot, (&digest_key, entropy), None);
    // Never reached: the clock stands, and each request takes a nanosecond of it.
    let limit = RateLimit {
        requests: 1_000_000_000,
        per_seconds: 1,
    };
    let limited = add_keys(&mut snapshot, (&digest_key, entropy), Some(limit));

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let recorder = {
        let _entered = runtime.enter();
        Recorder::start(Arc::new(Unread))
    };
    let view = View::new(Arc::new(snapshot));
    let (digest_keys, decryption_keys) = (DigestKeys::from(digest_key), DecryptionKeys::default());
    let worker = Worker {
        judge: Judge {
            view: &view,
            facts: &Uncached,
            decryption_keys: &decryption_keys,
            digest_keys: &digest_keys,
            freshness: Freshness {
                confirmed_at: now(),
            },
            time_limits: TimeLimits::default(),
        },
        tally: recorder.tally(&mut SeededEntropy::new(3)),
        counters: InProcessCounters::new(100_000),
    };
    let kinds = [
        ("neither", &free, false),
        ("use accounted", &free, true),
        ("limit", &limited, false),
        ("limit and use accounted", &limited, true),
    ];
    processor_time(&worker, &kinds);
    for (name, keys, is_accounted) in kinds {
        let mut next = keys.iter().cycle();
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| worker.permit(black_box(next.next().unwrap()), is_accounted));
        });
    }
}

/// Prints the median of the rounds for each kind, and what it adds to the first.
fn processor_time(worker: &Worker<'_>, kinds: &[(&str, &Vec<HeaderMap>, bool); 4]) {
    let mut rounds: [Vec<u64>; 4] = Default::default();
    for _ in 0..ROUNDS {
        for ((_, keys, is_accounted), nanos) in kinds.iter().zip(&mut rounds) {
            let before = spent();
            for headers in keys.iter().cycle().take(EACH) {
                let _ = black_box(worker.permit(black_box(headers), *is_accounted));
            }
            nanos.push((spent() - before) / EACH as u64);
        }
    }
    let median = |mut all: Vec<i128>| {
        all.sort_unstable();
        all[all.len() / 2]
    };
    for ((name, ..), nanos) in kinds.iter().zip(&rounds) {
        let each = |(one, first): (&u64, &u64)| i128::from(*one) - i128::from(*first);
        let adds = median(nanos.iter().zip(&rounds[0]).map(each).collect());
        let whole = median(nanos.iter().copied().map(i128::from).collect());
        eprintln!("{name}: {whole} ns of processor time, {adds} more than neither");
    }
}

/// Nanoseconds for which this thread had a processor.
fn spent() -> u64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split_whitespace().next().unwrap().parse().unwrap()
}

criterion_group!(benches, settling);
criterion_main!(benches);
