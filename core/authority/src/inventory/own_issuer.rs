//! Our own issuer is no foreign one: its tokens are judged by our own rules,
//! and an entry for it would promise others.

use boundary::{Inventory, Rule};

use super::Facts;
use super::read::Contradiction;

pub(super) fn check<'a>(
    inventory: &'a Inventory,
    facts: Facts<'a>,
) -> impl Iterator<Item = Contradiction> + 'a {
    let own =
        move |url: &str| url.trim_end_matches('/') == facts.issuer.as_str().trim_end_matches('/');
    let issuers = inventory.trusted_issuers.iter();
    issuers
        .filter(move |entry| own(entry.issuer.as_str()))
        .map(|entry| Contradiction {
            rule: Rule::TrustedIssuer,
            way: vec![
                "trusted_issuer".to_owned(),
                entry.issuer.as_str().to_owned(),
            ],
            message: format!("{} is our own issuer", entry.name),
            fix: "take the entry away: tokens of our own are accepted without it".to_owned(),
        })
}
