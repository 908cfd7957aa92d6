//! Cutting a trusted issuer off: what it has issued ends at once, and for a
//! while whatever it issues. It is trusted again when the hold is over, unless
//! the inventory says otherwise by then.

use base::{Lifetime, Timestamp};
use boundary::TrustedIssuer;
use snapshot::{Change, Cutoff, CutoffTarget};

use crate::audit::{Action, Origin};
use crate::{FieldFinding, Plan, Refusal, Writes};

/// How long nothing of it is accepted if nothing else is said: a day. Whoever
/// has its key signs with today's date, so what was issued before is not enough.
pub const DEFAULT_HOLD: Lifetime = Lifetime::from_secs(86_400);

/// The longest hold: 30 days. A cutoff only ever moves forward, so one that was
/// too long could not be taken back.
pub const LONGEST_HOLD: Lifetime = Lifetime::from_secs(30 * 86_400);

/// Cuts a trusted issuer off, for a reason in the operator's words. A hold of
/// nothing ends only what was issued until now.
pub fn cut_off_trusted_issuer(
    issuer: &TrustedIssuer,
    hold: Lifetime,
    reason: &str,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<Cutoff>, Refusal> {
    if hold > LONGEST_HOLD {
        return Err(Refusal::Invalid(vec![FieldFinding {
            field: "hold",
            detail: "it is longer than 30 days".to_owned(),
            fix: "hold at most 30d, and take the issuer out of the inventory meanwhile".to_owned(),
        }]));
    }
    let not_before = whole_second_after(now.after(hold));
    let cutoff = Cutoff {
        target: CutoffTarget::TrustedIssuer(issuer.issuer.as_str().to_owned()),
        not_before,
        // The last token from before is accepted no longer than this by itself.
        expires_at: not_before
            .after(issuer.max_lifetime)
            .after(issuer.leeway)
            .after(issuer.leeway),
    };
    let event = origin.event(
        Action::TrustedIssuerCutOff,
        Some(issuer.name.to_string()),
        format!("nothing issued before {not_before}: {reason}"),
        now,
    );
    Ok(Plan {
        outcome: cutoff.clone(),
        writes: Writes {
            effects: Vec::new(),
            audit: vec![event],
            changes: vec![Change::CutOff(cutoff)],
        },
    })
}

/// `iat` has whole seconds: a token of this very second counts as issued before.
fn whole_second_after(at: Timestamp) -> Timestamp {
    Timestamp::from_unix_seconds(at.unix_seconds().saturating_add(1)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use boundary::Inventory;
    use credential::{Environment, EnvironmentClass};
    use proptest::prelude::*;

    use super::*;
    use crate::audit::Actor;

    const DOCUMENT: &str = r#"
[api.weather]
audience = "https://api.example.com/weather"
upstream = "http://127.0.0.1:9000"
owner = "team-weather"
surface = "reporting"

[[api.weather.endpoint]]
id = "forecast.read"
match = "GET /v1/forecast"
caller = "service"
authority = "own"
data = "own"
exposure = "internal"
consequence = "read"
revoker = "weather-oncall"
scopes = ["read:forecast"]

[[trusted_issuer]]
name = "partner"
issuer = "https://login.partner.example"
algorithms = ["ES256"]
organisation = "acme"
owner = "team-weather"
keys = { discovery = true }

[trusted_issuer.apis]
weather = ["https://api.example.com/weather"]
"#;

    fn issuer() -> TrustedIssuer {
        let environment = Environment {
            name: "sandbox".parse().unwrap(),
            class: EnvironmentClass::Sandbox,
        };
        let reading = Inventory::parse(DOCUMENT, &environment, Timestamp::EPOCH);
        let inventory = reading
            .inventory
            .unwrap_or_else(|| panic!("{:?}", reading.findings));
        inventory.trusted_issuers.into_iter().next().unwrap()
    }

    fn origin() -> Origin {
        Origin {
            request_id: "r0123456789abcde".parse().unwrap(),
            actor: Actor::Operator("o1".to_owned()),
            environment: "sandbox".parse().unwrap(),
        }
    }

    proptest! {
        #[test]
        fn what_was_issued_until_then_ends_and_the_cutoff_outlives_it(
            micros in 0..4_000_000_000_000_000_i64, hold in 0..=30 * 86_400_u64,
        ) {
            let now = Timestamp::from_unix_micros(micros).unwrap();
            let hold = Lifetime::from_secs(hold);
            let plan = cut_off_trusted_issuer(&issuer(), hold, "leaked", &origin(), now).unwrap();
            let cutoff = plan.outcome;
            let issued = Timestamp::from_unix_seconds(now.after(hold).unix_seconds()).unwrap();
            prop_assert!(issued < cutoff.not_before, "of this very second");
            let next = issued.after(Lifetime::from_secs(1));
            prop_assert!(next >= cutoff.not_before, "of the next one");
            prop_assert!(cutoff.expires_at >= issued.after(issuer().max_lifetime));
            prop_assert_eq!(plan.writes.changes.len(), 1);
            prop_assert!(plan.writes.audit[0].detail.contains("leaked"));
        }
    }

    #[test]
    fn a_hold_that_could_not_be_taken_back_is_refused() {
        let hold = LONGEST_HOLD + Lifetime::from_secs(1);
        let refused = cut_off_trusted_issuer(&issuer(), hold, "x", &origin(), Timestamp::EPOCH);
        assert!(matches!(refused, Err(Refusal::Invalid(_))));
    }
}
