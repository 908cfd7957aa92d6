//! The limit of an API key, counted.

use access::LimitCheck;
use base::Timestamp;
use ephemeral::counters::{Counted, Counters};
use snapshot::RateLimit;

/// Takes one request of an API key's limit. It comes after everything that may
/// deny, so that a denied request takes nothing; only a record that then cannot
/// be written costs one.
pub async fn within_limit(
    counters: &dyn Counters,
    (api_key, limit): (&str, RateLimit),
    now: Timestamp,
) -> LimitCheck {
    let mut check = LimitCheck::Unavailable;
    let mut step = |held: Option<i64>| {
        let taken = access::limit::take(limit, held, now);
        check = match taken.is_within {
            true => LimitCheck::Within,
            false => LimitCheck::Beyond(taken.allowance),
        };
        Counted {
            number: taken.state,
            needed_for: taken.needed_for,
        }
    };
    if let Err(fault) = counters.change(api_key, now, &mut step).await {
        tracing::error!(%fault, api_key, "whether an API key is within its limit is unknown");
        return LimitCheck::Unavailable;
    }
    check
}
