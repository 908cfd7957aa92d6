//! The whole validation of a fresh token beside the bare signature check and
//! `jsonwebtoken`, issuing one beside the bare signature, and what it costs to
//! refuse what is no token. `ratio` measures the same against its budget.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    clippy::allow_attributes,
    reason = "a bench stops at the first surprise"
)]

mod parties;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use jose::Algorithm;

use parties::{ALGORITHMS, Parties};

fn compare(criterion: &mut Criterion) {
    for algorithm in ALGORITHMS {
        let parties = Parties::new(algorithm);
        let parties = black_box(&parties);
        let mut group = criterion.benchmark_group(format!("verify/{algorithm}"));
        group.bench_function("bare", |b| b.iter(|| parties.verify_bare()));
        group.bench_function("whole", |b| b.iter(|| parties.verify_whole()));
        group.bench_function("jsonwebtoken", |b| b.iter(|| parties.verify_common()));
        group.finish();

        let mut group = criterion.benchmark_group(format!("sign/{algorithm}"));
        group.bench_function("bare", |b| b.iter(|| parties.sign_bare()));
        group.bench_function("whole", |b| b.iter(|| parties.sign_whole()));
        group.finish();
    }
}

fn refuse(criterion: &mut Criterion) {
    let parties = Parties::new(Algorithm::Es256);
    let mut group = criterion.benchmark_group("refuse");
    for (name, token) in parties::refused(&parties.token) {
        group.bench_function(name, |b| b.iter(|| parties.refuse(black_box(&token))));
    }
    group.finish();
}

criterion_group!(benches, compare, refuse);
criterion_main!(benches);
