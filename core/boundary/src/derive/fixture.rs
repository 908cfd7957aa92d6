//! What the tests of the rules begin with.

use credential::CredentialKind;

use super::draft::{Outcome, Verdict};
use super::{demand_of, derive};
use crate::written::{Debt, Written};
use crate::{Authority, Caller, Consequence, DataClass, Exposure, Facts, Rule, Severity};

pub(super) fn facts(
    caller: Caller,
    authority: Authority,
    data: DataClass,
    consequence: Consequence,
) -> Facts {
    Facts {
        caller,
        authority,
        data,
        exposure: Exposure::Public,
        consequence,
    }
}

/// A scheduled job that reads the weather.
pub(super) fn weather_job() -> Facts {
    facts(
        Caller::Service,
        Authority::Own,
        DataClass::Own,
        Consequence::Read,
    )
}

/// A bank transfer by an end-user's application.
pub(super) fn bank_transfer() -> Facts {
    facts(
        Caller::Mobile,
        Authority::Delegated,
        DataClass::Money,
        Consequence::Irreversible,
    )
}

pub(super) fn accepted(facts: &Facts) -> Vec<CredentialKind> {
    demand_of(facts).unwrap().accepts
}

pub(super) fn refused_by(facts: &Facts) -> Vec<(Rule, &'static str)> {
    let verdicts = demand_of(facts).unwrap_err();
    verdicts.iter().map(|v| (v.rule, v.field)).collect()
}

pub(super) fn written() -> Written {
    Written {
        owner: Some("team-a".parse().unwrap()),
        path: Some("/v1/users/{user}".parse().unwrap()),
        scopes: Some(credential::ScopeSet::parse("read:reports").unwrap()),
        ..Written::default()
    }
}

pub(super) const NOW: &str = "2026-06-01T00:00:00Z";

pub(super) fn debt(until: &str) -> Debt {
    Debt {
        reason: "the old system is replaced in autumn".to_owned(),
        owner: "team-a".parse().unwrap(),
        until: until.parse().unwrap(),
    }
}

pub(super) fn outcome(facts: &Facts, written: &Written) -> Outcome {
    derive(facts, written, NOW.parse().unwrap())
}

pub(super) fn of(outcome: &Outcome, severity: Severity) -> Vec<&Verdict> {
    let verdicts = outcome.verdicts.iter();
    verdicts.filter(|v| v.severity == severity).collect()
}

/// The rule and field of each error.
pub(super) fn errors(facts: &Facts, written: &Written) -> Vec<(Rule, &'static str)> {
    let outcome = outcome(facts, written);
    let errors = of(&outcome, Severity::Error);
    errors.iter().map(|v| (v.rule, v.field)).collect()
}
