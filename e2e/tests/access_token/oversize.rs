//! Size (JWT-031, JWT-032).

use e2e::raw::Exchange;

use crate::house::{House, with};

/// The most bytes that a token has.
const LIMIT: usize = 8 * 1024;

/// JWT-031, JWT-032.
pub fn attack(house: &House) {
    let padded = |fill: usize| house.with_claims(with(&house.claims(), "pad", "a".repeat(fill)));
    let sizes: Vec<String> = (4800..6200).map(padded).collect();
    let largest = sizes
        .iter()
        .filter(|token| token.len() <= LIMIT)
        .max_by_key(|token| token.len())
        .unwrap();
    assert!(largest.len() >= LIMIT - 2, "{}", largest.len());
    house.passes(largest);
    let over = sizes
        .iter()
        .filter(|token| token.len() > LIMIT)
        .min_by_key(|token| token.len())
        .unwrap();
    assert!(over.len() <= LIMIT + 2, "{}", over.len());
    let mut tokens = vec![
        over.clone(),
        padded(20_000),
        ".".repeat(LIMIT + 1),
        "a.".repeat(20_000),
    ];
    house.refuses(&["token_too_large"], tokens.drain(..));
    house.refuses(
        &["token_malformed"],
        [10, 1000, LIMIT].map(|count| ".".repeat(count)),
    );

    let before = house.peak_memory();
    let seen = house.upstream.count();
    for (what, token) in [
        ("1 MiB", "a".repeat(1 << 20)),
        ("a million dots", ".".repeat(1_000_000)),
        ("a million segments", "a.".repeat(1_000_000)),
        ("a claim of 16 MiB", format!("a.{}.a", "a".repeat(16 << 20))),
    ] {
        let request = format!(
            "GET /v1/reports HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        let exchange = Exchange::of(&house.served.gate, request);
        // It closes while the client still sends, so a reset may eat the answer.
        assert!(
            matches!(exchange.statuses()[..], [431] | []),
            "{what}: {}",
            exchange.text
        );
        assert!(exchange.closed, "{what}: the connection stays open");
    }
    let grown = house.peak_memory().saturating_sub(before);
    assert!(grown < 8 * 1024, "{grown} KiB for oversize tokens");
    assert_eq!(house.upstream.count(), seen);
    house.control();
}
