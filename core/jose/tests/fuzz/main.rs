//! The targets of the fuzzer, over its corpus and over changes of it that one
//! seed makes: what `cargo xtask fuzz` does for hours, in a second.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    unreachable_pub,
    missing_docs,
    clippy::allow_attributes,
    reason = "tests"
)]

mod oracle;

use std::path::Path;

/// What is shown of an input; it panics when that does not hold.
type Oracle = fn(&[u8]);

/// The directory of a target's corpus, and the target.
const TARGETS: [(&str, Oracle); 5] = [
    ("jws", oracle::jws),
    ("jwk", oracle::jwk),
    ("jwks", oracle::jwks),
    ("claims", oracle::claims),
    ("jwe", oracle::jwe),
];

/// What is spliced in: the words that a mutation finds last by itself.
const WORDS: [&str; 22] = [
    ".",
    "..",
    "\"alg\":",
    "none",
    "HS256",
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    "\\u0000",
    "\"crit\":[]",
    "null",
    "-1",
    "1e9",
    "\"d\":\"AA\"",
    "=",
    "\u{feff}",
    "at+jwt",
    "\"kid\":\"k1\"",
    "eyJ",
];

struct Seed(u64);

impl Seed {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(target);
    let mut paths: Vec<_> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(paths.len() >= 3, "{target}: a corpus of {}", paths.len());
    paths
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect()
}

fn changed(input: &[u8], other: &[u8], seed: &mut Seed) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=seed.below(3) {
        let at = seed.below(bytes.len() + 1);
        match seed.below(6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << seed.below(8),
            1 if at < bytes.len() => drop(bytes.remove(at)),
            2 => bytes.insert(at, seed.below(256) as u8),
            3 => {
                let word = WORDS[seed.below(WORDS.len())];
                bytes.splice(at..at, word.bytes());
            }
            4 => bytes.truncate(at),
            _ => {
                let from = seed.below(other.len());
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
        }
    }
    bytes
}

#[test]
fn the_corpus_and_changes_of_it_meet_every_oracle() {
    let mut seed = Seed(20_270_115);
    for (name, target) in TARGETS {
        let inputs = corpus(name);
        for input in &inputs {
            target(input);
            for _ in 0..400 {
                let other = &inputs[seed.below(inputs.len())];
                target(&changed(input, other, &mut seed));
            }
        }
    }
}

#[test]
fn the_corpus_holds_what_is_genuine() {
    for (name, genuine) in oracle::genuine() {
        let genuine = genuine.as_bytes();
        assert!(corpus(name).iter().any(|input| input == genuine), "{name}");
    }
}
