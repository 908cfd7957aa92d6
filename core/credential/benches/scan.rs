//! How fast a scan goes over what it meets: sources, random bytes, text that is
//! full of look-alikes, and the worst that could be made up. The clock is the
//! thread's CPU time, so that a busy machine disturbs it little.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    clippy::allow_attributes,
    reason = "a bench stops at the first surprise"
)]

use std::hint::black_box;

use base::{Entropy as _, SeededEntropy};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credential::{DigestKey, EnvironmentClass, MintedApiKey, scan};
use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rustix::time::{ClockId, clock_gettime};

const BYTES: usize = 8 << 20;

/// The text over and over.
fn repeated(text: &str) -> Vec<u8> {
    text.bytes().cycle().take(BYTES).collect()
}

fn haystacks() -> Vec<(&'static str, Vec<u8>)> {
    let entropy = &mut SeededEntropy::new(1);
    let mut random = vec![0; BYTES];
    entropy.fill(&mut random);
    let sources = [
        include_str!("scan.rs"),
        include_str!("../src/scope.rs"),
        include_str!("../src/secret_text.rs"),
        include_str!("../src/scan/tests.rs"),
    ];
    let minted = MintedApiKey::mint(
        EnvironmentClass::Production,
        &DigestKey::new([1; 32]),
        entropy,
    );
    // Right in everything but the checksum.
    let mut wrong = minted.secret.expose().to_owned();
    let last = wrong.pop().unwrap();
    wrong.push(if last == '0' { '1' } else { '0' });
    let wide = "the width of a dw_live_ look-alike ".encode_utf16();
    let wide: Vec<u8> = wide.flat_map(u16::to_le_bytes).collect();
    vec![
        ("source text", repeated(&sources.concat())),
        (
            "near misses",
            repeated("dw_ dwarf dw_live_ dwa_test_k dws_live_0 dw_live_k0 bandwidth "),
        ),
        ("prefixes without a break", repeated("dw_live_")),
        ("wrong checksums", repeated(&wrong)),
        (
            "wrong checksums in base64",
            repeated(&STANDARD.encode(&wrong).replace('=', "A")),
        ),
        (
            "prefixes in base64",
            repeated(&STANDARD.encode("dw_live_dw_live_dw_live_")),
        ),
        ("base64", STANDARD.encode(&random).into_bytes()),
        (
            "letters without a break",
            repeated("dwlivetestdwadws0123456789"),
        ),
        ("UTF-16", wide.into_iter().cycle().take(BYTES).collect()),
        ("random bytes", random),
        ("zeros", vec![0; BYTES]),
    ]
}

/// The CPU time of the thread, in nanoseconds.
struct CpuTime;

impl CpuTime {
    fn now() -> f64 {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
    }
}

impl Measurement for CpuTime {
    type Intermediate = f64;
    type Value = f64;

    fn start(&self) -> f64 {
        Self::now()
    }

    fn end(&self, start: f64) -> f64 {
        Self::now() - start
    }

    fn add(&self, one: &f64, other: &f64) -> f64 {
        one + other
    }

    fn zero(&self) -> f64 {
        0.0
    }

    fn to_f64(&self, value: &f64) -> f64 {
        *value
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        // It formats nanoseconds.
        WallTime.formatter()
    }
}

fn bench(criterion: &mut Criterion<CpuTime>) {
    let mut group = criterion.benchmark_group("scan");
    group
        .throughput(Throughput::Bytes(BYTES as u64))
        .sample_size(10);
    for (name, haystack) in haystacks() {
        group.bench_function(name, |bencher| {
            bencher.iter(|| assert!(scan::find(black_box(&haystack)).is_empty()));
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(CpuTime);
    targets = bench
}
criterion_main!(benches);
