//! The limit of an API key: claimed once the key may pass, and never assumed.

use access::limit::take;
use access::{LimitCheck, Settled};
use snapshot::RateLimit;

use crate::house::{House, at};

const LINE: &str = "GET /reports/all";
const LIMIT: RateLimit = RateLimit {
    requests: 1,
    per_seconds: 60,
};

#[test]
fn every_way_to_settle_a_limit() {
    let beyond = take(LIMIT, Some(take(LIMIT, None, at(0)).state), at(0));
    assert!(!beyond.is_within);
    for (limit, check, expected) in [
        (None, None, Ok(())),
        (None, Some(LimitCheck::Within), Ok(())),
        (Some(LIMIT), Some(LimitCheck::Within), Ok(())),
        (Some(LIMIT), None, Err((503, "limit_unavailable"))),
        (
            Some(LIMIT),
            Some(LimitCheck::Unavailable),
            Err((503, "limit_unavailable")),
        ),
        (
            Some(LIMIT),
            Some(LimitCheck::Beyond(beyond.allowance)),
            Err((429, "limit_exceeded")),
        ),
    ] {
        let mut house = House::new();
        let key = house.api_key("read:reports", |entry| entry.limit = limit);
        let conditional = house.passes(LINE, &[("x-api-key", &key)]);
        assert_eq!(conditional.claims().limit, limit);
        let settled = Settled {
            limit: check,
            ..Settled::default()
        };
        let found = conditional.settle(settled).map_err(|denial| {
            assert_eq!(denial.still_accepted(), Some(true));
            assert!(denial.principal().is_some() && denial.challenges().is_empty());
            let exceeded = denial.reason().as_str() == "limit_exceeded";
            assert_eq!(denial.allowance().is_some(), exceeded);
            (denial.status().as_u16(), denial.reason().as_str())
        });
        assert_eq!(found.map(drop), expected, "{limit:?} {check:?}");
    }
}

#[test]
fn a_key_that_may_not_pass_claims_nothing() {
    let mut house = House::new();
    let weak = house.api_key("read:nothing", |entry| entry.limit = Some(LIMIT));
    let found = house.answer(LINE, &[("x-api-key", &weak)]);
    assert_eq!(found, (403, "insufficient_scope", "scope"));
}
