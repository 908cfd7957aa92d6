//! The keys that a document brings are keys: without a usable one every token
//! of their issuer would be refused, and with some left out those that they sign.

use boundary::{Inventory, KeySource, Rule, TrustedIssuer};
use jose::{Algorithm, AllowList, InvalidKey, KeySet};

use super::read::Contradiction;

pub(super) fn check(inventory: &Inventory) -> impl Iterator<Item = Contradiction> {
    let issuers = inventory.trusted_issuers.iter();
    issuers.filter_map(|entry| {
        let KeySource::Inline(text) = &entry.keys else {
            return None;
        };
        Some(Contradiction {
            rule: Rule::TrustedIssuer,
            way: vec![format!("\"{}\"", entry.name), "inline".to_owned()],
            message: format!("the keys of {}: {}", entry.name, fault(entry, text)?),
            fix: "write the JWK Set that the issuer publishes, each key with a kid of its own"
                .to_owned(),
        })
    })
}

/// What is wrong with a set; nothing of it is echoed.
fn fault(entry: &TrustedIssuer, text: &str) -> Option<String> {
    let named: Result<Vec<Algorithm>, _> =
        entry.algorithms.iter().map(|name| name.parse()).collect();
    let allow = AllowList::new(&named.ok()?).ok()?;
    let keys = match KeySet::parse_for(text.as_bytes(), allow) {
        Ok(keys) => keys,
        Err(invalid) => return Some(invalid.to_string()),
    };
    if let Some(skipped) = keys.skipped().first() {
        let reason = skipped.reason.as_ref().map(InvalidKey::to_string);
        let reason = reason.unwrap_or_else(|| "its id stands twice, or the set is full".to_owned());
        return Some(format!("key {} cannot be used: {reason}", skipped.position));
    }
    let usable = keys.keys().iter().any(|key| allow.allows(key.algorithm()));
    (!usable).then(|| "none is for an algorithm that the entry names".to_owned())
}
