//! What an attacker makes of access tokens, at the gate of a running process:
//! every row is refused between two controls, and nothing reaches the upstream.
//! The rows are JWT-001 to JWT-086 of the catalogue of negative tests, as far
//! as they concern access tokens.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::allow_attributes,
    missing_docs,
    unreachable_pub,
    reason = "a test may fail loudly"
)]

mod cached;
mod claims;
mod crowd;
mod header;
mod house;
mod json;
mod oversize;
mod padding;
mod rubbish;
mod segments;
mod signature;
mod slot;

use house::House;

/// The groups, each between controls of its own.
fn attack(algorithm: &str) {
    let house = House::furnished(algorithm);
    header::attack(&house);
    signature::attack(&house);
    segments::attack(&house);
    json::attack(&house);
    claims::attack(&house);
    oversize::attack(&house);
    padding::attack(&house);
    slot::attack(&house);
    crowd::attack(&house);
    rubbish::attack(&house);
    // Last: it revokes the client.
    cached::attack(&house);
    house.each_denial_was_recorded_once();
    house.nobody_was_called();
}

#[test]
fn no_forged_token_passes_where_the_issuer_signs_with_es256() {
    attack("ES256");
}

#[test]
fn no_forged_token_passes_where_the_issuer_signs_with_eddsa() {
    attack("EdDSA");
}

#[test]
fn no_forged_token_passes_where_the_issuer_signs_with_rs256() {
    attack("RS256");
}
