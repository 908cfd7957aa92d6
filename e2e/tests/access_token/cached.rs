//! What was verified once is remembered; that must help nobody (JWT-067,
//! JWT-081, JWT-083).

use std::time::Duration;

use e2e::forge::{decode, encode};
use serde_json::Value;

use crate::house::{House, now, with};

pub fn attack(house: &House) {
    a_look_alike_of_a_known_token_is_refused(house);
    a_known_token_expires(house);
    a_known_token_is_dead_once_its_client_is_revoked(house);
}

fn prime(house: &House, token: &str) {
    for _ in 0..8 {
        house.passes(token);
    }
}

/// JWT-081.
fn a_look_alike_of_a_known_token_is_refused(house: &House) {
    let token = house.issued();
    prime(house, &token);
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = decode(signature);
    let claims: Value = serde_json::from_slice(&decode(signed.split('.').nth(1).unwrap())).unwrap();
    let flipped = (0..signature.len()).map(|at| {
        let mut other = signature.clone();
        other[at] ^= 1 << (at % 8);
        format!("{signed}.{}", encode(other))
    });
    let mut tokens: Vec<String> = flipped.collect();
    // The same jti, signed by somebody else.
    let (foreign, _) = &house.foreign;
    tokens.push(foreign.token(house.header().to_string(), claims.to_string()));
    tokens.push(foreign.token(
        house.header().to_string(),
        with(&claims, "scope", "admin:all").to_string(),
    ));
    // The same first and last characters, and something else between them.
    let middle = token.len() / 2;
    tokens.push(format!("{}A{}", &token[..middle], &token[middle..]));
    let other = if token.as_bytes()[middle] == b'A' {
        "B"
    } else {
        "A"
    };
    tokens.push(format!(
        "{}{other}{}",
        &token[..middle],
        &token[middle + 1..]
    ));
    for forged in &tokens {
        house.refuses_one(&[], forged);
        house.passes(&token);
    }
    house.control();
}

/// JWT-067, JWT-083.
fn a_known_token_expires(house: &House) {
    // Five seconds of leeway: it holds for three more, then never again.
    let claims = house.claims();
    let early = with(&with(&claims, "iat", now() - 60), "nbf", now() - 60);
    let token = house.with_claims(with(&early, "exp", now() - 2));
    prime(house, &token);
    std::thread::sleep(Duration::from_secs(4));
    house.refuses(&["token_expired"], [token]);
}

/// JWT-083.
fn a_known_token_is_dead_once_its_client_is_revoked(house: &House) {
    let token = house.issued();
    prime(house, &token);
    let output =
        house
            .served
            .doorward(&["client", "revoke", &house.client_id, "--reason", "drill"]);
    assert!(output.status.success(), "{output:?}");
    for _ in 0..8 {
        house.refuses_one(&["client_revoked", "token_revoked"], &token);
    }
}
