//! When a source is looked at again. All pure.

use std::time::Duration;

/// How long keys are used before the next look, unless their source says
/// otherwise within the two bounds below.
const USUAL: Duration = Duration::from_secs(300);
const SOONEST: Duration = Duration::from_secs(60);
/// **The bound**: a key that its issuer has removed is refused after this and
/// the time of one look, as long as the issuer can be reached.
const LATEST: Duration = Duration::from_secs(600);

/// A file is cheap to look at.
const FILE: Duration = Duration::from_secs(5);

/// After a fault: twice as long each time, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// While there are no keys at all, everything of the issuer is refused.
const LONGEST_PAUSE_WITHOUT_KEYS: Duration = Duration::from_secs(30);

/// What the last look came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// It found keys, good for so long as their source says.
    Good(Option<Duration>),
    /// It was the so-manieth in a row that failed, from 1.
    Failed { times: u32, has_keys: bool },
}

/// How long to wait, given a number from 0 to 255 that differs between gates.
pub(super) fn pause(look: Look, is_file: bool, jitter: u8) -> Duration {
    let longest = match look {
        _ if is_file => return FILE,
        Look::Good(max_age) => max_age.unwrap_or(USUAL).clamp(SOONEST, LATEST),
        Look::Failed { times, has_keys } => {
            let doubled = FIRST_PAUSE.saturating_mul(1 << times.saturating_sub(1).min(16));
            doubled.min(if has_keys {
                LONGEST_PAUSE
            } else {
                LONGEST_PAUSE_WITHOUT_KEYS
            })
        }
    };
    // Up to a tenth earlier, so that many gates do not all ask at once.
    longest - longest.mul_f64(f64::from(jitter) / 2560.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_source_says_counts_within_bounds() {
        for (says, expected) in [
            (None, 300),
            (Some(0), 60),
            (Some(59), 60),
            (Some(120), 120),
            (Some(86_400), 600),
        ] {
            let look = Look::Good(says.map(Duration::from_secs));
            assert_eq!(pause(look, false, 0).as_secs(), expected);
            for jitter in 0..=255 {
                let found = pause(look, false, jitter).as_secs_f64();
                let expected = expected as f64;
                assert!(found <= expected && found >= expected * 0.9, "{jitter}");
            }
        }
    }

    #[test]
    fn faults_are_met_with_patience_and_more_so_while_keys_last() {
        let pauses = |has_keys| -> Vec<u64> {
            (1..12)
                .map(|times| pause(Look::Failed { times, has_keys }, false, 0).as_secs())
                .collect()
        };
        assert_eq!(pauses(true), [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        assert_eq!(pauses(false), [1, 2, 4, 8, 16, 30, 30, 30, 30, 30, 30]);
        let endless = Look::Failed {
            times: u32::MAX,
            has_keys: false,
        };
        assert_eq!(pause(endless, false, 0).as_secs(), 30);
        assert_eq!(pause(endless, true, 9), FILE);
    }
}
