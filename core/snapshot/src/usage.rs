//! How a credential is used: what a gate has seen of it, told in batches. Ids,
//! networks and digests only: no secret has a place in these types.

mod finding;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use base::{Name, Timestamp};
use credential::CredentialKind;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

pub use finding::{UseFinding, UseRule, UseSurroundings, findings};

/// How many networks, fingerprints, endpoints and exposures are told apart for
/// one credential. What goes beyond is counted in [`Usage::untold`].
pub const MOST_TOLD: usize = 64;

/// Names one credential of any kind. In the order of their texts, as stores
/// keep them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CredentialRef {
    /// Its kind.
    pub kind: CredentialKind,
    /// Its public id: an API key's id, the client of a token. A trusted
    /// issuer's client is named `issuer-name/client`.
    pub id: String,
}

/// When something was seen, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// For the first time.
    pub first_at: Timestamp,
    /// For the last time.
    pub last_at: Timestamp,
    /// In how many requests.
    pub requests: u64,
}

/// Where an API key was readable for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exposure {
    /// In the query of an address: servers, browsers and referrers keep it.
    Query,
    /// In the path of an address.
    Path,
    /// In a cookie.
    Cookie,
    /// In a request that a browser made.
    Browser,
    /// In a request over plain HTTP.
    PlainHttp,
    /// Somebody found it and reported it.
    Report,
}

/// What is known of one credential's use. A report of a gate and the sum of
/// all reports have the same shape: [`Usage::add`] folds one into the other, in
/// any order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// The requests in which it was genuine, permitted or not; nothing if none.
    #[serde(default)]
    pub seen: Option<Seen>,
    /// The same by the generation of an API key's secret.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub generations: BTreeMap<u32, Seen>,
    /// The same by the caller's network: the /24 of an IPv4 address, the /48 of
    /// an IPv6 one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub networks: BTreeMap<IpNet, Seen>,
    /// The same by what the calling software says of itself: 16 hexadecimal
    /// digits of a hash over `User-Agent`, which tells two programs apart and
    /// says nothing else.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fingerprints: BTreeMap<String, Seen>,
    /// The permitted ones by endpoint.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub endpoints: BTreeMap<Name, Seen>,
    /// Where it was readable for others.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub exposures: BTreeMap<Exposure, Seen>,
    /// Requests that could not be told apart any more: more networks,
    /// fingerprints or endpoints than [`MOST_TOLD`].
    #[serde(default)]
    pub untold: u64,
}

/// One credential's use since the report before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageReport {
    /// Which.
    pub credential: CredentialRef,
    /// Its use.
    pub usage: Usage,
}

impl Exposure {
    /// Its name in records and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Path => "path",
            Self::Cookie => "cookie",
            Self::Browser => "browser",
            Self::PlainHttp => "plain_http",
            Self::Report => "report",
        }
    }
}

impl Ord for CredentialRef {
    fn cmp(&self, other: &Self) -> Ordering {
        let text = |one: &Self| one.kind.as_str();
        text(self)
            .cmp(text(other))
            .then_with(|| self.id.cmp(&other.id))
    }
}

impl PartialOrd for CredentialRef {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Seen {
    /// Once, now.
    pub const fn once(at: Timestamp) -> Self {
        Self {
            first_at: at,
            last_at: at,
            requests: 1,
        }
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            first_at: self.first_at.min(other.first_at),
            last_at: self.last_at.max(other.last_at),
            requests: self.requests.saturating_add(other.requests),
        }
    }
}

impl Usage {
    /// Folds another report in.
    pub fn add(&mut self, other: &Self) {
        if let Some(seen) = other.seen {
            self.seen = Some(self.seen.map_or(seen, |held| held.and(seen)));
        }
        let untold = [
            other.untold,
            add_all(&mut self.generations, &other.generations),
            add_all(&mut self.networks, &other.networks),
            add_all(&mut self.fingerprints, &other.fingerprints),
            add_all(&mut self.endpoints, &other.endpoints),
            add_all(&mut self.exposures, &other.exposures),
        ];
        self.untold = untold.into_iter().fold(self.untold, u64::saturating_add);
    }
}

/// Adds each; gives the requests for which there was no room.
fn add_all<K: Ord + Clone>(held: &mut BTreeMap<K, Seen>, other: &BTreeMap<K, Seen>) -> u64 {
    let mut untold = 0_u64;
    for (name, seen) in other {
        if let Some(known) = held.get_mut(name) {
            *known = known.and(*seen);
        } else if held.len() < MOST_TOLD {
            held.insert(name.clone(), *seen);
        } else {
            untold = untold.saturating_add(seen.requests);
        }
    }
    untold
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seen() -> impl Strategy<Value = Seen> {
        (0..1000_i64, 0..1000_i64, 1..100_u64).prop_map(|(first, after, requests)| Seen {
            first_at: Timestamp::from_unix_seconds(first).unwrap(),
            last_at: Timestamp::from_unix_seconds(first + after).unwrap(),
            requests,
        })
    }

    fn usage() -> impl Strategy<Value = Usage> {
        let exposures = prop_oneof![Just(Exposure::Query), Just(Exposure::Browser)];
        (
            proptest::option::of(seen()),
            proptest::collection::btree_map(1..4_u32, seen(), 0..3),
            proptest::collection::btree_map(exposures, seen(), 0..2),
        )
            .prop_map(|(seen, generations, exposures)| Usage {
                seen,
                generations,
                exposures,
                ..Usage::default()
            })
    }

    proptest! {
        #[test]
        fn reports_add_up_in_any_order(reports in proptest::collection::vec(usage(), 0..6)) {
            let sum = |reports: &mut dyn Iterator<Item = &Usage>| {
                reports.fold(Usage::default(), |mut sum, report| { sum.add(report); sum })
            };
            prop_assert_eq!(sum(&mut reports.iter()), sum(&mut reports.iter().rev()));
        }
    }

    /// A gate tells any number that it likes.
    #[test]
    fn counts_stay_at_their_end() {
        let full = |first: u8| {
            let seen = Seen {
                requests: u64::MAX,
                ..Seen::once(Timestamp::EPOCH)
            };
            let names = (0..=MOST_TOLD).map(|number| format!("a{first}-{number}"));
            Usage {
                untold: u64::MAX,
                endpoints: names
                    .clone()
                    .map(|it| (it.parse().unwrap(), seen))
                    .collect(),
                fingerprints: names.map(|name| (name, seen)).collect(),
                ..Usage::default()
            }
        };
        let mut sum = full(0);
        sum.add(&full(1));
        assert_eq!(sum.untold, u64::MAX);
    }

    #[test]
    fn what_is_too_much_to_tell_apart_is_counted() {
        let at = Timestamp::EPOCH;
        let mut sum = Usage::default();
        for number in 0..MOST_TOLD + 5 {
            let mut report = Usage::default();
            report
                .fingerprints
                .insert(format!("{number:016x}"), Seen::once(at));
            sum.add(&report);
        }
        assert_eq!((sum.fingerprints.len(), sum.untold), (MOST_TOLD, 5));
    }
}
