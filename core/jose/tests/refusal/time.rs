//! Instants (JWT-063, JWT-064, JWT-066, JWT-067).

use base::Lifetime;
use jose::*;
use proptest::prelude::*;

use crate::forge::{at, claims};

const fn seconds(count: u64) -> Lifetime {
    Lifetime::from_secs(count)
}

#[test]
fn rfc7519_4_1_4_jwt_067_a_token_ends_strictly_before_exp_and_leeway() {
    let claims = claims();
    let exp = claims.expires_at;
    let millisecond = Lifetime::from_millis(1);
    for leeway in [0, 1, 5, 60].map(seconds) {
        let limits = TimeLimits::new(leeway, DEFAULT_MAX_LIFETIME).unwrap();
        let end = exp.after(leeway);
        let good = [exp.before(seconds(1)), end.before(millisecond)];
        let bad = [
            end,
            end.after(millisecond),
            end.after(seconds(1)),
            end.after(seconds(86_400)),
        ];
        for now in good {
            assert_eq!(claims.check_time(&limits, now), Ok(()), "{now}");
        }
        for now in bad {
            assert_eq!(
                claims.check_time(&limits, now),
                Err(TokenError::Expired),
                "{now}"
            );
        }
    }
}

#[test]
fn jwt_067_leeway_is_a_minute_at_most() {
    assert!(TimeLimits::new(MAX_LEEWAY, DEFAULT_MAX_LIFETIME).is_ok());
    for leeway in [
        MAX_LEEWAY + Lifetime::from_nanos(1),
        seconds(300),
        Lifetime::MAX,
    ] {
        assert_eq!(
            TimeLimits::new(leeway, DEFAULT_MAX_LIFETIME),
            Err(InvalidTimeLimits)
        );
    }
    let sentence = InvalidTimeLimits.to_string();
    assert!(sentence.contains("at most 60 seconds"), "{sentence}");
}

#[test]
fn limits_are_those_that_were_given() {
    let limits = TimeLimits::new(seconds(7), seconds(1234)).unwrap();
    assert_eq!(limits.leeway(), seconds(7));
    assert_eq!(limits.max_lifetime(), seconds(1234));
    let limits = TimeLimits::default();
    assert_eq!(limits.leeway(), seconds(5));
    assert_eq!(limits.max_lifetime(), seconds(3600));
}

#[test]
fn jwt_066_times_that_meet_do_not_contradict_each_other() {
    // A life of no second: it holds for the leeway alone.
    for (iat, nbf) in [(600, 0), (0, 600), (600, 600)] {
        let mut claims = claims();
        claims.issued_at = at(iat);
        claims.not_before = at(nbf);
        let judged = |now| claims.check_time(&TimeLimits::default(), at(now));
        assert_eq!(judged(600), Ok(()), "iat {iat}, nbf {nbf}");
        assert_eq!(judged(605), Err(TokenError::Expired));
    }
}

#[test]
fn rfc7519_4_1_5_jwt_066_the_future_is_refused() {
    let limits = TimeLimits::new(seconds(60), DEFAULT_MAX_LIFETIME).unwrap();
    let good = claims();
    for (iat, nbf, expected) in [
        (0, 0, Ok(())),
        (60, 60, Ok(())),
        (61, 0, Err(TokenError::IssuedAhead)),
        (86_400, 86_400, Err(TokenError::IssuedAhead)),
        (0, 61, Err(TokenError::NotYetValid)),
        (-10, 599, Err(TokenError::NotYetValid)),
    ] {
        let mut claims = good.clone();
        claims.issued_at = at(iat);
        claims.not_before = at(nbf);
        claims.expires_at = at(iat.max(nbf) + 1);
        assert_eq!(
            claims.check_time(&limits, at(0)),
            expected,
            "iat {iat}, nbf {nbf}"
        );
    }
}

#[test]
fn jwt_066_times_do_not_contradict_each_other() {
    for (iat, nbf) in [(601, 0), (0, 601), (601, 601)] {
        let mut claims = claims();
        claims.issued_at = at(iat);
        claims.not_before = at(nbf);
        for now in [-1000, 0, 300, 600, 601, 10_000] {
            let judged = claims.check_time(&TimeLimits::default(), at(now));
            assert_eq!(judged, Err(TokenError::TimesContradict));
        }
    }
}

#[test]
fn jwt_064_a_life_is_bounded() {
    let mut claims = claims();
    for (life, expected) in [
        (3600, Ok(())),
        (3601, Err(TokenError::LifetimeTooLong)),
        (10 * 365 * 86_400, Err(TokenError::LifetimeTooLong)),
        // Milliseconds taken for seconds.
        (
            250_000_000_000 - crate::forge::NOW,
            Err(TokenError::LifetimeTooLong),
        ),
    ] {
        claims.expires_at = at(life);
        assert_eq!(
            claims.check_time(&TimeLimits::default(), at(1)),
            expected,
            "{life}"
        );
    }
    let longer = TimeLimits::new(seconds(0), seconds(7200)).unwrap();
    claims.expires_at = at(7200);
    assert_eq!(claims.check_time(&longer, at(1)), Ok(()));
}

#[test]
fn the_age_counts_from_issue() {
    assert_eq!(claims().age(at(45)), seconds(45));
    assert_eq!(claims().age(at(-45)), seconds(0));
}

proptest! {
    #[test]
    fn what_holds_lies_within_its_times(
        iat in -5000_i64..5000, nbf in -5000_i64..5000, exp in -5000_i64..5000,
        now in -5000_i64..5000, leeway in 0_u64..=60,
    ) {
        let mut claims = claims();
        claims.issued_at = at(iat);
        claims.not_before = at(nbf);
        claims.expires_at = at(exp);
        let limits = TimeLimits::new(seconds(leeway), DEFAULT_MAX_LIFETIME).unwrap();
        let slack = leeway as i64;
        let holds = iat <= exp && nbf <= exp && exp - iat <= 3600
            && iat <= now + slack && nbf <= now + slack && now < exp + slack;
        prop_assert_eq!(claims.check_time(&limits, at(now)).is_ok(), holds);
    }
}
