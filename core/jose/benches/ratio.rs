//! The ratios that have a budget, measured so that a busy machine disturbs them
//! least: the parties take turns in short batches, many times, and a ratio is
//! the median of those of neighbouring batches. Prints a table and says what is
//! missed.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    missing_docs,
    clippy::allow_attributes,
    reason = "a bench stops at the first surprise, and prints"
)]

mod parties;

use std::hint::black_box;
use std::time::Instant;

use jose::Algorithm;

use parties::{ALGORITHMS, Parties};

const ROUNDS: usize = 2000;
const BATCH: u32 = 8;

fn main() {
    println!("| what | bare, us | whole, us | ratio | budget | jsonwebtoken, us | ratio | |");
    println!("|---|---|---|---|---|---|---|---|");
    for algorithm in ALGORITHMS {
        verification(algorithm);
    }
    for algorithm in ALGORITHMS {
        issuing(algorithm);
    }
    println!("\n| refused | us | budget | |\n|---|---|---|---|");
    let parties = Parties::new(Algorithm::Es256);
    for (name, token) in parties::refused(&parties.token) {
        let spent = rounds([&mut || parties.refuse(black_box(&token))]);
        let spent = median(spent.into_iter().map(|[spent]| spent));
        println!("| {name} | {spent:.3} | 2 | {} |", verdict(spent < 2.0));
    }
}

fn verification(algorithm: Algorithm) {
    let parties = Parties::new(algorithm);
    let parties = black_box(&parties);
    let rounds = rounds([
        &mut || parties.verify_bare(),
        &mut || drop(black_box(parties.verify_whole())),
        &mut || drop(black_box(parties.verify_common())),
    ]);
    let [bare, whole, common] = [0, 1, 2].map(|party| median(rounds.iter().map(|r| r[party])));
    let ratio = median(rounds.iter().map(|[bare, whole, _]| whole / bare));
    let common_ratio = median(rounds.iter().map(|[bare, _, common]| common / bare));
    let budget = if algorithm == Algorithm::Rs256 {
        1.10
    } else {
        1.05
    };
    let size = parties.token.len();
    let good = verdict(ratio <= budget && ratio < common_ratio);
    println!(
        "| verify {algorithm}, {size} bytes | {bare:.2} | {whole:.2} | {ratio:.3} | {budget:.2} | {common:.2} | {common_ratio:.3} | {good} |"
    );
}

fn issuing(algorithm: Algorithm) {
    let parties = Parties::new(algorithm);
    let parties = black_box(&parties);
    let rounds = rounds([&mut || drop(black_box(parties.sign_bare())), &mut || {
        drop(black_box(parties.sign_whole()))
    }]);
    let [bare, whole] = [0, 1].map(|party| median(rounds.iter().map(|r| r[party])));
    let ratio = median(rounds.iter().map(|[bare, whole]| whole / bare));
    let good = verdict(ratio <= 1.15);
    println!("| issue {algorithm} | {bare:.2} | {whole:.2} | {ratio:.3} | 1.15 | - | - | {good} |");
}

const fn verdict(good: bool) -> &'static str {
    if good { "met" } else { "missed" }
}

/// The microseconds of one call of each party, in each round.
fn rounds<const N: usize>(mut parties: [&mut dyn FnMut(); N]) -> Vec<[f64; N]> {
    let mut round = || {
        parties.each_mut().map(|party| {
            let start = Instant::now();
            for _ in 0..BATCH {
                party();
            }
            start.elapsed().as_secs_f64() * 1e6 / f64::from(BATCH)
        })
    };
    for _ in 0..ROUNDS / 10 {
        round();
    }
    (0..ROUNDS).map(|_| round()).collect()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    *values.get(values.len() / 2).unwrap()
}
