//! A token by itself is judged as it would be on a request.

use access::{Inspection, Outcome, Rule, TokenCheck, inspect};
use jose::{TokenError, TokenType};

use crate::house::{AUDIENCE, House, at, signing_key};

fn judged(house: &House, token: &str, audience: Option<&str>) -> Inspection {
    inspect(token, audience, &house.judge(&house.view()), house.now)
}

fn failed(inspection: &Inspection) -> Vec<TokenCheck> {
    let failed =
        |(check, outcome): &(TokenCheck, Outcome)| (*outcome == Outcome::Failed).then_some(*check);
    inspection.checks().iter().filter_map(failed).collect()
}

#[test]
fn a_good_token_passes_every_check() {
    let house = House::new();
    let token = house.token("read:reports", |_| {});
    let inspection = judged(&house, &token, None);
    assert!(inspection.is_genuine() && inspection.is_accepted());
    let all = inspection.checks();
    assert_eq!(
        all.len(),
        TokenCheck::ALL.len() - 1,
        "no audience was asked"
    );
    assert!(all.iter().all(|(_, outcome)| *outcome == Outcome::Passed));
    let other = judged(&house, &token, Some("https://other.example.com"));
    assert_eq!(failed(&other), [TokenCheck::Audience]);
    assert!(other.is_genuine());
}

#[test]
fn signature_and_still_accepted_are_two_answers() {
    let mut house = House::new();
    let token = house.token("read:reports", |_| {});
    house.edit_client(|client| client.revoked_at = Some(at(0)));
    let revoked = judged(&house, &token, None);
    assert!(revoked.is_genuine() && !revoked.is_accepted());
    assert_eq!(revoked.rule(), Some(Rule::ClientRevoked));
    assert_eq!(failed(&revoked), [TokenCheck::ClientStatus]);

    let house = House::new();
    let claims = house.claims("read:reports");
    let forged = signing_key("k1").sign(TokenType::AccessToken, &claims);
    let forged = judged(&house, &forged.unwrap(), Some(AUDIENCE));
    assert!(!forged.is_genuine() && !forged.is_accepted());
    assert_eq!(forged.rule(), Some(Rule::Token(TokenError::Signature)));
    let last = forged.checks().last().unwrap();
    assert_eq!(*last, (TokenCheck::Audience, Outcome::NotReached));
}

#[test]
fn every_text_is_judged_and_none_is_good() {
    let house = House::new();
    for text in ["", ".", "a.b.c", "dw_live_k0123456789abcde_x", "é", "{}"] {
        let inspection = judged(&house, text, None);
        assert_eq!(failed(&inspection), [TokenCheck::Form], "{text}");
    }
}
