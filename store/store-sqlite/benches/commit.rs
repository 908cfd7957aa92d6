//! Commits per second, by the number of clients that commit at once.
#![allow(
    clippy::unwrap_used,
    clippy::allow_attributes,
    missing_docs,
    reason = "a benchmark"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use authority::Writes;
use authority::audit::Action;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use store::Store;
use store::conformance::fixture;
use store_sqlite::{Options, SqliteStore};

const EACH: u64 = 16;

fn token_issued() -> Writes {
    Writes {
        audit: vec![fixture::event("issue", Action::TokenIssued)],
        ..Writes::default()
    }
}

fn commit(criterion: &mut Criterion) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("doorward.db");
    let options = Options::default();
    let store = SqliteStore::create_with(&path, fixture::install(), &options).unwrap();
    let store: Arc<SqliteStore> = Arc::new(store);
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    let next = Arc::new(AtomicU64::new(0));
    let mut group = criterion.benchmark_group("commit");
    for clients in [1_u64, 16, 64] {
        group.throughput(Throughput::Elements(clients * EACH));
        for (name, audit_only) in [("token_issued", true), ("api_key_created", false)] {
            group.bench_function(BenchmarkId::new(name, clients), |bencher| {
                bencher.iter(|| {
                    runtime.block_on(async {
                        let mut tasks = tokio::task::JoinSet::new();
                        for _ in 0..clients {
                            let (store, next) = (Arc::clone(&store), Arc::clone(&next));
                            tasks.spawn(async move {
                                for _ in 0..EACH {
                                    let writes = if audit_only {
                                        token_issued()
                                    } else {
                                        let number = next.fetch_add(1, Ordering::Relaxed);
                                        fixture::create_api_key(number)
                                    };
                                    store.commit(writes).await.unwrap();
                                }
                            });
                        }
                        tasks.join_all().await;
                    });
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, commit);
criterion_main!(benches);
