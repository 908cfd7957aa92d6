//! GTE-054: whether the time of a refusal tells two wrong API keys apart.
//! Welch's t over 100,000 samples of each class, in random turns; beyond 4.5
//! the two are told apart. A measurement: run it on a quiet machine.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    clippy::allow_attributes,
    reason = "a bench stops at the first surprise"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use access::{Decision, Judge, Request, Uncached, View, decide};
use base::{Entropy, Lifetime, Revision, SeededEntropy, Timestamp};
use boundary::Inventory;
use credential::{
    DigestKey, DigestKeys, Environment, EnvironmentClass, MintedApiKey, PresentedApiKey, ScopeSet,
};
use http::HeaderMap;
use jose::TimeLimits;
use jose::encryption::DecryptionKeys;
use serde_json::json;
use snapshot::{ApiKeyEntry, Change, Freshness, InventoryEntry, NumberedChange, Snapshot};

const SAMPLES: usize = 100_000;
/// Of each class: as many texts, so that no class is the one that stays at hand;
/// and so many that hardly one is asked twice. With a thousand, how well those few
/// happen to lie in the table makes two classes differ by 15 ns, every time.
const TEXTS: usize = 50_000;
const LOADED: usize = 100_000;
const AUDIENCE: &str = "https://api.example.com/reports";
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A class of wrong keys.
struct Class {
    name: &'static str,
    requests: Vec<HeaderMap>,
    nanos: Vec<f64>,
}

/// The pairs of the row; the others are told, and may be apart.
const ALIKE: [(&str, &str); 3] = [
    ("known id, last character wrong", "known id, all wrong"),
    ("known id, all wrong", "unknown id"),
    ("known id, last character wrong", "unknown id"),
];

fn now() -> Timestamp {
    Timestamp::from_unix_seconds(1_800_000_000).unwrap()
}

fn base62(mut number: u64, length: usize) -> String {
    let mut digits = vec![b'0'; length];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[usize::try_from(number % 62).unwrap()];
        number /= 62;
    }
    String::from_utf8(digits).unwrap()
}

/// `text` with the right CRC-32 as its last six characters.
fn with_checksum(text: &str) -> String {
    let covered = &text.as_bytes()[..text.len() - 6];
    let crc = covered.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    });
    let covered = String::from_utf8(covered.to_vec()).unwrap();
    covered + &base62((!crc).into(), 6)
}

/// `text` with other characters from `from` on, up to its checksum.
fn altered(text: &str, from: usize, entropy: &mut dyn Entropy) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for byte in bytes.iter_mut().take(text.len() - 6).skip(from) {
        let digit = usize::from(entropy.bytes::<1>()[0]) % 62;
        *byte = match DIGITS[digit] {
            same if same == *byte => DIGITS[(digit + 1) % 62],
            other => other,
        };
    }
    with_checksum(std::str::from_utf8(&bytes).unwrap())
}

fn snapshot(keys: &[MintedApiKey]) -> Snapshot {
    let environment = Environment {
        name: "production".parse().unwrap(),
        class: EnvironmentClass::Production,
    };
    let mut snapshot = Snapshot::empty(environment, "https://login.example.com".parse().unwrap());
    let mut fold = |change| {
        let revision: Revision = snapshot.revision().next();
        snapshot.apply(NumberedChange { revision, change }).unwrap();
    };
    let inventory: Inventory = serde_json::from_value(json!({ "apis": [{
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
    .unwrap();
    fold(Change::InventoryApplied(InventoryEntry {
        version: 1,
        inventory: Arc::new(inventory),
    }));
    for key in keys {
        let mut entry = ApiKeyEntry::new(
            key.id.clone(),
            key.digest,
            (
                "production".parse().unwrap(),
                "acme".parse().unwrap(),
                "team".parse().unwrap(),
            ),
            (
                ScopeSet::parse("read:reports").unwrap(),
                AUDIENCE.parse().unwrap(),
            ),
            now().after(Lifetime::from_secs(86_400)),
        );
        entry.digest_key = Some(digest_key().id());
        fold(Change::ApiKeyPut(Box::new(entry)));
    }
    snapshot
}

fn digest_key() -> DigestKey {
    DigestKey::new([7; 32])
}

fn classes(known: &[MintedApiKey], unknown: &[MintedApiKey]) -> Vec<Class> {
    let entropy = &mut SeededEntropy::new(5);
    let texts = |keys: &[MintedApiKey], change: &mut dyn FnMut(&str) -> String| {
        let every = keys.iter().step_by(keys.len() / TEXTS).take(TEXTS);
        every
            .map(|key| change(key.secret.expose()))
            .collect::<Vec<_>>()
    };
    let of = |name, texts: Vec<String>| Class {
        name,
        requests: texts.iter().map(|text| bearer(text)).collect(),
        nanos: Vec::with_capacity(2 * SAMPLES),
    };
    let secret = "dw_live_".len() + base::ID_LENGTH + 1;
    let tail = |text: &str| text.len() - 7;
    // No two classes share a key: its memory would be at hand twice as often.
    let (these, those) = known.split_at(known.len() / 2);
    let nearly = texts(these, &mut |text| altered(text, tail(text), entropy));
    let wrong = texts(those, &mut |text| altered(text, secret, entropy));
    for text in nearly.iter().chain(&wrong) {
        assert!(PresentedApiKey::parse(text).is_ok());
    }
    vec![
        of("known id, last character wrong", nearly),
        of("known id, all wrong", wrong),
        of(
            "unknown id",
            texts(unknown, &mut |text| altered(text, secret, entropy)),
        ),
        of(
            "wrong checksum",
            texts(known, &mut |text| text[..text.len() - 1].to_owned() + "!"),
        ),
        of(
            "another kind",
            texts(unknown, &mut |text| text.replacen("dw_", "dwa_", 1)),
        ),
        of(
            "no key of ours",
            texts(unknown, &mut |text| {
                text.replacen("dw_live_", "sk_other_", 1)
            }),
        ),
    ]
}

fn bearer(credential: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    // `ApiKey`, so that a text of whatever shape is judged as a key.
    let line = format!("ApiKey {credential}").parse().unwrap();
    headers.insert("authorization", line);
    headers
}

fn sample(classes: &mut [Class], judge: &Judge<'_>) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below).unwrap()).unwrap()
    };
    while classes.iter().any(|class| class.nanos.len() < SAMPLES) {
        let at = random(classes.len());
        let class = &mut classes[at];
        let request = Request {
            method: "GET",
            target: "/v1/reports/42?page=2",
            headers: &class.requests[random(TEXTS)],
            peer: [192, 0, 2, 1].into(),
            secure: true,
        };
        let before = Instant::now();
        let decision = black_box(decide(black_box(judge), black_box(&request), now()));
        let took = before.elapsed();
        assert!(matches!(decision, Decision::Denial(_)));
        class.nanos.push(took.as_nanos() as f64);
    }
}

/// Mean and variance of what is below `bound`: beyond, something else ran.
fn moments(nanos: &[f64], bound: f64) -> (f64, f64, f64) {
    let kept: Vec<f64> = nanos.iter().copied().filter(|n| *n <= bound).collect();
    let count = kept.len() as f64;
    let mean = kept.iter().sum::<f64>() / count;
    let squares: f64 = kept.iter().map(|n| (n - mean).powi(2)).sum();
    (count, mean, squares / (count - 1.0))
}

fn main() {
    let entropy = &mut SeededEntropy::new(2);
    let mut minted = |count| {
        (0..count)
            .map(|_| MintedApiKey::mint(EnvironmentClass::Production, &digest_key(), entropy))
            .collect::<Vec<_>>()
    };
    let (known, unknown) = (minted(LOADED), minted(TEXTS));
    let (digest_keys, decryption_keys): (DigestKeys, _) =
        (digest_key().into(), DecryptionKeys::default());
    let view = View::new(Arc::new(snapshot(&known)));
    let judge = Judge {
        view: &view,
        facts: &Uncached,
        decryption_keys: &decryption_keys,
        digest_keys: &digest_keys,
        freshness: Freshness {
            confirmed_at: now(),
        },
        time_limits: TimeLimits::default(),
    };
    let mut classes = classes(&known, &unknown);
    sample(&mut classes, &judge);
    let mut all: Vec<f64> = classes
        .iter()
        .flat_map(|class| &class.nanos)
        .copied()
        .collect();
    all.sort_by(f64::total_cmp);
    let bound = all[all.len() / 100 * 95];
    let measured: Vec<_> = classes
        .iter()
        .map(|class| (class.name, moments(&class.nanos, bound)))
        .collect();
    for (name, (count, mean, _)) in &measured {
        eprintln!("{name}: {mean:.1} ns ({count} samples up to {bound} ns)");
    }
    for (at, (one, (n, mean, variance))) in measured.iter().enumerate() {
        for (other, (m, other_mean, other_variance)) in &measured[at + 1..] {
            let t = (mean - other_mean) / (variance / n + other_variance / m).sqrt();
            let must = ALIKE.contains(&(*one, *other));
            let word = match (must, t.abs() < 4.5) {
                (true, true) => "alike, as it must be",
                (true, false) => "APART, and must not be",
                (false, _) => "told, no bound",
            };
            eprintln!("{one} / {other}: t = {t:.2}: {word}");
        }
    }
}
