//! How fast a whole tree is scanned. `DOORWARD_SCAN_TREE=DIR` makes a tree of
//! `DOORWARD_SCAN_FILES` files (default 100,000) there, for a measurement of the
//! program by hand, and does no more.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    clippy::allow_attributes,
    reason = "a bench stops at the first surprise"
)]

use std::hint::black_box;
use std::path::{Path, PathBuf};

use base::{Entropy as _, SeededEntropy};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use secret_scan::{Root, scan};

/// What most files are full of: sources, and what looks like ours and is not.
const SOURCES: [&str; 4] = [
    include_str!("../src/content.rs"),
    include_str!("../src/archive/zip.rs"),
    include_str!("../src/worker.rs"),
    "dw_ dwarf dw_live_ dwa_test_k dws_live_0 dw_live_k0 bandwidth\n",
];

/// Makes a tree: nine of ten files are text of 1 to 31 KiB, one is random.
/// Answers how many bytes it has.
fn tree(root: &Path, files: usize) -> u64 {
    let entropy = &mut SeededEntropy::new(1);
    let mut total = 0;
    for number in 0..files {
        let directory = root.join(format!("{:03}/{:02}", number / 1000, number / 50 % 20));
        if number % 50 == 0 {
            std::fs::create_dir_all(&directory).unwrap();
        }
        let [low, high] = (entropy as &mut dyn base::Entropy).bytes::<2>();
        let size = 1024 + usize::from(u16::from_le_bytes([low, high])) % (30 << 10);
        let content = if number % 10 == 9 {
            let mut random = vec![0; size];
            entropy.fill(&mut random);
            random
        } else {
            let source = SOURCES.get(number % SOURCES.len()).unwrap();
            source.bytes().cycle().take(size).collect()
        };
        std::fs::write(directory.join(format!("file-{number}.rs")), content).unwrap();
        total += size as u64;
    }
    total
}

fn bench(criterion: &mut Criterion) {
    let number = |name: &str| std::env::var(name).ok()?.parse().ok();
    if let Some(directory) = std::env::var_os("DOORWARD_SCAN_TREE") {
        let files = number("DOORWARD_SCAN_FILES").unwrap_or(100_000);
        tree(&PathBuf::from(directory), files);
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let bytes = tree(directory.path(), 2_000);
    let roots = [Root::Path(directory.path().to_owned())];
    let mut group = criterion.benchmark_group("scan a tree of 2,000 files");
    group.throughput(Throughput::Bytes(bytes)).sample_size(10);
    for threads in [1, 2] {
        group.bench_function(format!("{threads} threads"), |bencher| {
            bencher.iter(|| {
                let report = scan(black_box(&roots), threads, &mut |_| {});
                assert!(report.findings.is_empty() && report.not_read.is_empty());
                assert_eq!(report.read.files, 2_000);
            });
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
