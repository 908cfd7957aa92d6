//! Scans what is named and says how many megabytes a CPU second is good for:
//! user and system time of all threads, whatever else the machine does.
//!
//!     cargo run --release -p secret-scan --example measure -- PATH...
#![allow(
    clippy::print_stdout,
    clippy::allow_attributes,
    reason = "it is run by hand, and prints"
)]

use rustix::time::{ClockId, clock_gettime};
use secret_scan::{Root, scan};

fn main() {
    let roots: Vec<Root> = std::env::args_os()
        .skip(1)
        .map(|path| Root::Path(path.into()))
        .collect();
    let cpu = || {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    };
    for _ in 0..5 {
        let before = cpu();
        let report = scan(&roots, 2, &mut |_| {});
        let seconds = cpu() - before;
        let megabytes = report.read.bytes as f64 / 1e6;
        println!(
            "{:.0} MB per CPU second: {} files, {} objects, {megabytes:.0} MB in {seconds:.3} CPU s; {} found, {} not read",
            megabytes / seconds,
            report.read.files,
            report.read.objects,
            report.findings.len(),
            report.not_read.len(),
        );
    }
}
