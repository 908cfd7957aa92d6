//! What it costs if the wrong caller gets through sets how old a token may be,
//! how far the revocation feed may lag, and what happens when it lags more.
//!
//! Articles: 002, 'Evaluate your revocation latency tolerance' and
//! 'differentiate by consequence'; 004, 'Short access token lifetime'; 000,
//! 'Sensitive operations should have narrower scopes and stricter actor
//! separation than low-risk reads'.

use super::Row;
use super::draft::{Asked, Draft};
use crate::Rule;
use crate::duration::print;

pub(super) const ROW: Row = Row {
    rule: Rule::ConsequenceClass,
    articles: &[
        "article 002, 'Evaluate your revocation latency tolerance'",
        "article 002, 'differentiate by consequence'",
        "article 004, 'Short access token lifetime'",
    ],
    apply,
};

fn apply(asked: &Asked<'_>, draft: &mut Draft) {
    let class = asked.facts.consequence.class();
    draft.demand.max_token_age = class.max_token_age;
    draft.demand.max_feed_lag = class.max_feed_lag;
    draft.demand.when_lagging = class.when_lagging;
    if draft.demand.accepts.is_empty() {
        return;
    }
    draft.because(format!(
        "The consequence is {}, so a token is at most {} old and a revocation is known within {}.",
        asked.facts.consequence,
        print(class.max_token_age),
        print(class.max_feed_lag)
    ));
}

#[cfg(test)]
mod tests {
    use crate::derive::fixture::facts;
    use crate::{Authority, Caller, Consequence, DataClass, WhenLagging, demand_of};

    #[test]
    fn a_dashboard_bears_half_an_hour_and_a_transfer_does_not() {
        let of = |data, consequence| {
            demand_of(&facts(Caller::Service, Authority::Own, data, consequence)).unwrap()
        };
        let dashboard = of(DataClass::Own, Consequence::Read);
        assert_eq!(dashboard.max_token_age.as_secs(), 30 * 60);
        assert_eq!(dashboard.when_lagging, WhenLagging::Deny);
        let transfer = of(DataClass::Money, Consequence::Irreversible);
        assert!(transfer.max_token_age.as_secs() < 60);
        assert_eq!(transfer.when_lagging, WhenLagging::LiveCheckElseDeny);
        let standard = of(DataClass::Own, Consequence::Write);
        assert!(standard.max_token_age.as_secs() <= 15 * 60);
    }
}
