//! The same tokens to our verifier and to those of other people: nothing that
//! we accept is refused by a strict one, everything that only they accept is a
//! divergence that is written down, and what we issue all of them accept.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    clippy::allow_attributes,
    missing_docs,
    unreachable_pub,
    reason = "a test may fail loudly"
)]

mod dice;
mod divergence;
mod member;
mod mutation;
mod party;
mod verifier;

use std::collections::BTreeMap;

use jose::{Algorithm, SigningKey, TokenType};

use dice::Dice;
use party::Party;
use verifier::Verifier;

/// How many tokens; `DOORWARD_TEST_DIFFERENTIAL` says more.
fn count() -> usize {
    let asked = std::env::var("DOORWARD_TEST_DIFFERENTIAL").ok();
    asked.map_or(6_000, |count| count.parse().unwrap())
}

/// JWT-090, JWT-049. RFC 8725 section 3.1
#[test]
fn what_we_accept_others_accept_and_what_they_accept_alone_is_written_down() {
    let party = Party::new();
    let mut dice = Dice::new(20_270_115);
    let mutants: Vec<mutation::Mutant> = (0..count())
        .map(|_| mutation::mutant(&party, &mut dice))
        .collect();
    let tokens: Vec<String> = mutants.iter().map(|mutant| mutant.token.clone()).collect();
    let ours: Vec<_> = tokens.iter().map(|token| party.judge(token)).collect();
    let accepted = ours.iter().filter(|verdict| verdict.is_ok()).count();
    assert!(
        accepted * 20 > tokens.len() && accepted * 2 < tokens.len(),
        "{accepted} of {} were accepted: the tokens say little",
        tokens.len()
    );
    let mut wrong: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut seen: BTreeMap<&str, BTreeMap<Verifier, usize>> = BTreeMap::new();
    for verifier in Verifier::ALL {
        let Some(theirs) = verifier.judge(&party, &tokens) else {
            continue;
        };
        for ((mutant, ours), theirs) in mutants.iter().zip(&ours).zip(&theirs) {
            let what = match (ours, theirs.accepted) {
                (Ok(_), false) => format!("accepted by us, {}", theirs.words),
                (Err(error), true) => {
                    if let Some(id) = divergence::of(*error, &mutant.changes, verifier) {
                        *seen.entry(id).or_default().entry(verifier).or_default() += 1;
                        continue;
                    }
                    format!("refused by us as {}, accepted", error.reason())
                }
                _ => continue,
            };
            let (by, changes) = (verifier.as_str(), mutant.changes.join(", "));
            let what = format!("{what} by {by} after a change of: {changes}");
            wrong.entry(what).or_default().push(&mutant.token);
        }
    }
    eprintln!("{accepted} of {} tokens accepted by us", tokens.len());
    for (id, verifiers) in seen {
        eprintln!("{id}: accepted by {verifiers:?}");
    }
    let shown: Vec<String> = wrong
        .iter()
        .map(|(what, tokens)| format!("{} times {what}: {}", tokens.len(), tokens[0]))
        .collect();
    assert!(wrong.is_empty(), "disagreements:\n{}", shown.join("\n"));
}

/// The algorithms that a verifier does not know by the name that we issue.
fn is_unknown(verifier: Verifier, algorithm: Algorithm) -> bool {
    use Verifier::{Jsonwebtoken, Jwcrypto, PyJwt};
    match algorithm.as_str() {
        // RFC 9864: the name of the one curve.
        "Ed25519" => matches!(verifier, PyJwt | Jwcrypto | Jsonwebtoken),
        "ES512" => verifier == Jsonwebtoken,
        // RFC 9964: none of these versions has it, on these platforms.
        "ML-DSA-44" | "ML-DSA-65" | "ML-DSA-87" => true,
        _ => false,
    }
}

#[test]
fn rfc9068_4_what_we_issue_every_verifier_accepts() {
    let mut party = Party::new();
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm, "k1".parse().unwrap()).unwrap();
        let token = key
            .sign(TokenType::AccessToken, &party.typed_claims())
            .unwrap();
        party.publish(&key);
        assert!(party.judge(&token).is_ok(), "{algorithm}");
        for verifier in Verifier::ALL {
            if is_unknown(verifier, algorithm) {
                continue;
            }
            let Some(verdicts) = verifier.judge(&party, std::slice::from_ref(&token)) else {
                continue;
            };
            assert!(
                verdicts[0].accepted,
                "{algorithm}: {} by {}",
                verdicts[0].words,
                verifier.as_str()
            );
        }
    }
}

#[test]
fn every_divergence_is_written_down() {
    let page = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../docs/spec/divergences.md"
    ))
    .unwrap();
    for entry in divergence::LIST {
        assert!(page.contains(&format!("| {} |", entry.id)), "{}", entry.id);
    }
}
