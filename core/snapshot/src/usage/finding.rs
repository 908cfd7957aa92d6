//! What is odd about one credential's use. Rules over what is known, without a
//! clock: `now` is an argument. None of them denies anything.

use std::collections::BTreeMap;

use base::{Lifetime, Timestamp};

use super::{Exposure, Seen, Usage};

/// A rule about use, by stable name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UseRule {
    /// Different programs present it in the same time: it is shared, or stolen.
    SeveralFingerprints,
    /// It comes from different networks in the same time.
    SeveralNetworks,
    /// It is used, and nobody answers for it any more.
    OwnerDisabled,
    /// A browser had it, so everybody who opened its tools has it.
    UsedFromBrowser,
    /// It stood where others can read it.
    Exposed,
    /// Nobody has used it for long.
    Unused,
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UseFinding {
    /// The rule.
    pub rule: UseRule,
    /// One sentence.
    pub sentence: String,
}

/// What is known of a credential besides its use.
#[derive(Debug, Clone, Copy)]
pub struct UseSurroundings {
    /// When it was created.
    pub created_at: Timestamp,
    /// Whether its owner was disabled.
    pub owner_is_disabled: bool,
    /// For how long it may go unused.
    pub unused_after: Lifetime,
}

impl UseRule {
    /// Its name in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SeveralFingerprints => "several_fingerprints",
            Self::SeveralNetworks => "several_networks",
            Self::OwnerDisabled => "owner_disabled",
            Self::UsedFromBrowser => "used_from_browser",
            Self::Exposed => "exposed",
            Self::Unused => "unused",
        }
    }
}

/// Everything that is odd about `usage` at `now`, in the order of the rules.
pub fn findings(usage: &Usage, around: &UseSurroundings, now: Timestamp) -> Vec<UseFinding> {
    let found = [
        (
            UseRule::SeveralFingerprints,
            at_once(&usage.fingerprints)
                .map(|count| format!("{count} programs present it in the same time.")),
        ),
        (
            UseRule::SeveralNetworks,
            at_once(&usage.networks)
                .map(|count| format!("It comes from {count} networks in the same time.")),
        ),
        (UseRule::OwnerDisabled, owner_disabled(usage, around)),
        (UseRule::UsedFromBrowser, used_from_browser(usage)),
        (UseRule::Exposed, exposed(usage)),
        (UseRule::Unused, unused(usage, around, now)),
    ];
    let each = found.into_iter();
    each.filter_map(|(rule, sentence)| {
        let sentence = sentence?;
        Some(UseFinding { rule, sentence })
    })
    .collect()
}

/// The most that were in use in the same time, if more than one: each from when
/// it was first to when it was last seen. One that took the place of another is
/// an update or a move, and no finding.
fn at_once<K>(told: &BTreeMap<K, Seen>) -> Option<usize> {
    let most = told.values().map(|one| {
        // Wherever most overlap, one of them begins.
        let overlaps =
            |other: &&Seen| other.first_at <= one.first_at && one.first_at <= other.last_at;
        told.values().filter(overlaps).count()
    });
    most.max().filter(|count| *count > 1)
}

fn owner_disabled(usage: &Usage, around: &UseSurroundings) -> Option<String> {
    let seen = usage.seen.filter(|_| around.owner_is_disabled)?;
    Some(format!(
        "Its owner was disabled, and it was used last at {}.",
        seen.last_at
    ))
}

fn used_from_browser(usage: &Usage) -> Option<String> {
    let seen = usage.exposures.get(&Exposure::Browser)?;
    Some(format!(
        "A browser sent it in {} requests, last at {}.",
        seen.requests, seen.last_at
    ))
}

fn exposed(usage: &Usage) -> Option<String> {
    let places = usage.exposures.keys();
    let places: Vec<&str> = places
        .filter(|place| **place != Exposure::Browser)
        .map(|place| place.as_str())
        .collect();
    (!places.is_empty()).then(|| format!("Others could read it: {}.", places.join(", ")))
}

fn unused(usage: &Usage, around: &UseSurroundings, now: Timestamp) -> Option<String> {
    let since = usage.seen.map_or(around.created_at, |seen| seen.last_at);
    if now.since(since) < around.unused_after {
        return None;
    }
    let days = now.since(since).as_secs() / 86_400;
    Some(match usage.seen {
        Some(_) => format!("Nobody has used it for {days} days."),
        None => format!("Nobody has used it in the {days} days since it was created."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_seconds(seconds).unwrap()
    }

    fn seen(first: i64, last: i64) -> Seen {
        Seen {
            first_at: at(first),
            last_at: at(last),
            requests: 2,
        }
    }

    fn rules(usage: &Usage, owner_is_disabled: bool, now: i64) -> Vec<&'static str> {
        let around = UseSurroundings {
            created_at: at(0),
            owner_is_disabled,
            unused_after: Lifetime::from_secs(90 * 86_400),
        };
        let found = findings(usage, &around, at(now));
        found.iter().map(|one| one.rule.as_str()).collect()
    }

    fn used(spans: &[(i64, i64)]) -> Usage {
        let last = spans.iter().map(|(_, last)| *last).max().unwrap();
        let each = spans.iter().enumerate();
        Usage {
            seen: Some(seen(0, last)),
            networks: each
                .clone()
                .map(|(n, (first, last))| {
                    (
                        format!("10.0.{n}.0/24").parse().unwrap(),
                        seen(*first, *last),
                    )
                })
                .collect(),
            fingerprints: each
                .map(|(n, (first, last))| (format!("{n:016x}"), seen(*first, *last)))
                .collect(),
            ..Usage::default()
        }
    }

    #[test]
    fn what_overlaps_is_shared_and_what_follows_is_a_move() {
        let both = ["several_fingerprints", "several_networks"];
        for (spans, expected) in [
            (&[(1, 9)][..], &[][..]),
            (&[(1, 4), (5, 9)], &[]),
            (&[(5, 9), (1, 4)], &[]),
            (&[(1, 5), (5, 9)], &both),
            (&[(1, 9), (3, 4)], &both),
            (&[(3, 4), (1, 9)], &both),
            (&[(1, 2), (3, 4), (1, 9)], &both),
        ] {
            assert_eq!(rules(&used(spans), false, 10), expected, "{spans:?}");
        }
        assert_eq!(at_once(&used(&[(1, 2), (3, 4), (1, 9)]).networks), Some(2));
        assert_eq!(at_once(&used(&[(1, 3), (3, 4), (1, 9)]).networks), Some(3));
    }

    #[test]
    fn an_owner_who_is_gone_is_a_finding_once_somebody_uses_it() {
        assert_eq!(rules(&Usage::default(), true, 10), [""; 0]);
        assert_eq!(rules(&used(&[(1, 9)]), true, 10), ["owner_disabled"]);
    }

    #[test]
    fn where_it_was_readable_is_a_finding_for_each() {
        for (exposure, expected) in [
            (Exposure::Browser, "used_from_browser"),
            (Exposure::Query, "exposed"),
            (Exposure::Path, "exposed"),
            (Exposure::Cookie, "exposed"),
            (Exposure::PlainHttp, "exposed"),
            (Exposure::Report, "exposed"),
        ] {
            let mut usage = used(&[(1, 9)]);
            usage.exposures.insert(exposure, seen(1, 1));
            assert_eq!(rules(&usage, false, 10), [expected]);
        }
    }

    #[test]
    fn what_nobody_has_used_for_long_is_a_finding() {
        let days = |days: i64| days * 86_400;
        assert_eq!(rules(&Usage::default(), false, days(90) - 1), [""; 0]);
        assert_eq!(rules(&Usage::default(), false, days(90)), ["unused"]);
        let lately = used(&[(1, days(50))]);
        assert_eq!(rules(&lately, false, days(140) - 1), [""; 0]);
        assert_eq!(rules(&lately, false, days(140)), ["unused"]);
    }
}
