//! A crowd of tokens.

use e2e::forge::encode;

use crate::house::{House, with};

/// How many tokens that were never signed come; `DOORWARD_TEST_CROWD` says
/// more, such as the million of the catalogue.
fn crowd() -> usize {
    let asked = std::env::var("DOORWARD_TEST_CROWD").ok();
    asked.map_or(4_000, |count| count.parse().unwrap())
}

/// JWT-089: good tokens, each twice, so that all are worth remembering; then
/// bad ones. What is remembered stays within its bounds, and a good token
/// stays good.
pub fn attack(house: &House) {
    let known = house.issued();
    house.passes(&known);
    for number in 0..crowd() / 20 {
        let token = house.with_claims(with(&house.claims(), "jti", format!("crowd-{number}")));
        house.passes(&token);
        house.passes(&token);
    }
    house.passes(&known);
    let before = house.peak_memory();
    let seen = house.upstream.count();
    let (signed, signature) = known.rsplit_once('.').unwrap();
    let mut forged = e2e::forge::decode(signature);
    for number in 0..crowd() {
        let at = number % (forged.len() - 4);
        forged[at..at + 4].copy_from_slice(&(number as u32 | 1).to_le_bytes());
        let reply = house.present(format!("{signed}.{}", encode(&forged)));
        assert_eq!(reply.status, 401, "{}", reply.text());
    }
    assert_eq!(house.upstream.count(), seen);
    let grown = house.peak_memory().saturating_sub(before);
    assert!(grown < 16 * 1024, "{grown} KiB for forged tokens");
    house.passes(&known);
    house.control();
}
