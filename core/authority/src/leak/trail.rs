//! How a leaked credential was used, and since when oddly.
//!
//! The rule: **usual** is a network or a fingerprint that was seen within
//! [`SETTLING`] of the first use, or that made at least half of all requests.
//! Every other one is **odd**. While the whole use is shorter than that,
//! nothing can be called usual, and all of it counts as odd from the first
//! request on.

use std::collections::BTreeMap;

use base::{Lifetime, Name, Timestamp};
use ipnet::IpNet;
use snapshot::{Seen, Usage};

/// How long it takes until the habits of a credential are known: a week, so
/// that what runs weekly has run.
pub const SETTLING: Lifetime = Lifetime::from_secs(7 * 86_400);

/// The first use that was not usual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OddUse {
    /// All use is too young to tell.
    TooYoung,
    /// From another network.
    Network(IpNet),
    /// With other software.
    Fingerprint(String),
}

/// What one entry of the audit says that the credential did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// When.
    pub at: Timestamp,
    /// What.
    pub act: Act,
}

/// What a credential did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// It was let through to an endpoint.
    Permit(Option<Name>),
    /// It was refused.
    Denial(Option<Name>),
    /// It acted in the control plane: the name of the action.
    Event(String),
}

/// How it was used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trail {
    /// The first odd use, and when.
    pub first_odd: Option<(Timestamp, OddUse)>,
    /// The networks that are odd.
    pub odd_networks: Vec<IpNet>,
    /// The fingerprints that are odd.
    pub odd_fingerprints: Vec<String>,
    /// At least so many requests since then: those of what is odd.
    pub requests_at_least: u64,
    /// At most so many: all but those of networks not seen since.
    pub requests_at_most: u64,
    /// The permits since then that the audit has.
    pub permits: u64,
    /// The denials.
    pub denials: u64,
    /// The permits by endpoint.
    pub endpoints: BTreeMap<Name, u64>,
    /// The acts in the control plane, by name.
    pub acts: BTreeMap<String, u64>,
}

/// Judges the use of a credential. `recorded` is what the audit has of it; if
/// nothing was odd, all of that counts.
pub fn trail(usage: &Usage, recorded: impl IntoIterator<Item = Recorded>) -> Trail {
    let mut trail = of_usage(usage);
    let since = trail.first_odd.as_ref().map(|(at, _)| *at);
    for entry in recorded {
        if since.is_some_and(|since| entry.at < since) {
            continue;
        }
        match entry.act {
            Act::Permit(endpoint) => {
                trail.permits = trail.permits.saturating_add(1);
                if let Some(endpoint) = endpoint {
                    *trail.endpoints.entry(endpoint).or_default() += 1;
                }
            }
            Act::Denial(_) => trail.denials = trail.denials.saturating_add(1),
            Act::Event(name) => *trail.acts.entry(name).or_default() += 1,
        }
    }
    trail
}

fn of_usage(usage: &Usage) -> Trail {
    let Some(all) = usage.seen else {
        return Trail::default();
    };
    if all.last_at < all.first_at.after(SETTLING) {
        return Trail {
            first_odd: Some((all.first_at, OddUse::TooYoung)),
            odd_networks: usage.networks.keys().copied().collect(),
            odd_fingerprints: usage.fingerprints.keys().cloned().collect(),
            requests_at_least: all.requests,
            requests_at_most: all.requests,
            ..Trail::default()
        };
    }
    let networks = odd(&usage.networks, all);
    let fingerprints = odd(&usage.fingerprints, all);
    let first_network = networks.iter().min_by_key(|(_, seen)| seen.first_at);
    let first_fingerprint = fingerprints.iter().min_by_key(|(_, seen)| seen.first_at);
    let first_odd = [
        first_network.map(|(name, seen)| (seen.first_at, OddUse::Network(*name))),
        first_fingerprint.map(|(name, seen)| (seen.first_at, OddUse::Fingerprint(name.clone()))),
    ]
    .into_iter()
    .flatten()
    .min_by_key(|(at, _)| *at);
    let at_most = first_odd.as_ref().map_or(0, |(since, _)| {
        let over = usage.networks.values().filter(|seen| seen.last_at < *since);
        all.requests.saturating_sub(requests(over))
    });
    Trail {
        requests_at_least: requests(networks.iter().map(|(_, seen)| seen))
            .max(requests(fingerprints.iter().map(|(_, seen)| seen))),
        requests_at_most: at_most,
        first_odd,
        odd_networks: networks.into_iter().map(|(name, _)| name).collect(),
        odd_fingerprints: fingerprints.into_iter().map(|(name, _)| name).collect(),
        ..Trail::default()
    }
}

fn requests<'a>(all: impl Iterator<Item = &'a Seen>) -> u64 {
    all.fold(0, |sum, seen| sum.saturating_add(seen.requests))
}

fn odd<K: Clone>(known: &BTreeMap<K, Seen>, all: Seen) -> Vec<(K, Seen)> {
    let settled = all.first_at.after(SETTLING);
    known
        .iter()
        .filter(|(_, seen)| {
            seen.first_at >= settled && seen.requests.saturating_mul(2) < all.requests
        })
        .map(|(name, seen)| (name.clone(), *seen))
        .collect()
}
