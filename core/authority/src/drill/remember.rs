//! A drill that was done is written down.

use base::{Entropy, Lifetime, Timestamp};
use credential::CredentialKind;
use ipnet::IpNet;
use snapshot::CredentialRef;

use super::{Drill, DrillId, DrillOutcome, DrillStep, DrillStepKind};
use crate::api_key::ApiKey;
use crate::audit::{Action, Actor, Origin};
use crate::line::{LEAVE_OUT, has_credential};
use crate::{Effect, FieldFinding, Plan, Refusal, Writes};

/// How long ago a drill may have begun: 31 days.
const LONGEST: Lifetime = Lifetime::from_secs(31 * 86_400);

/// How many characters of notes are kept.
const MOST_NOTES: usize = 2000;

/// How many networks are kept.
const MOST_NETWORKS: usize = 64;

/// The longest that one step may have taken: a day, in milliseconds.
const LONGEST_STEP_MS: u64 = 86_400_000;

/// What an operator reports of a drill.
#[derive(Debug, Clone)]
pub struct DrillRequest {
    /// When it began.
    pub started_at: Timestamp,
    /// How it ended.
    pub outcome: DrillOutcome,
    /// What was done, in order.
    pub steps: Vec<DrillStep>,
    /// From where the older secret was still used.
    pub networks: Vec<IpNet>,
    /// What the operator says.
    pub notes: String,
}

/// Writes down a drill of an API key.
pub fn remember(
    api_key: &ApiKey,
    request: DrillRequest,
    origin: &Origin,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Plan<Drill>, Refusal> {
    let findings = check(&request, now);
    if !findings.is_empty() {
        return Err(Refusal::Invalid(findings));
    }
    let by = match &origin.actor {
        Actor::Operator(id) => id.clone(),
        Actor::Client(_)
        | Actor::Partner(_)
        | Actor::Holder(_)
        | Actor::Account(_)
        | Actor::Doorward
        | Actor::Unknown => String::new(),
    };
    let drill = Drill {
        id: DrillId::generate(entropy),
        environment: api_key.environment.clone(),
        credential: CredentialRef {
            kind: CredentialKind::ApiKey,
            id: api_key.id.to_string(),
        },
        by,
        started_at: request.started_at,
        recorded_at: now,
        outcome: request.outcome,
        steps: request.steps,
        networks: request.networks,
        notes: request.notes.trim().to_owned(),
    };
    let steps: Vec<&str> = drill.steps.iter().map(|step| step.step.as_str()).collect();
    let detail = format!(
        "drill {} {}: {}",
        drill.id,
        drill.outcome.as_str(),
        steps.join(", ")
    );
    let event = origin.event(
        Action::ApiKeyDrilled,
        Some(drill.credential.id.clone()),
        detail,
        now,
    );
    Ok(Plan {
        writes: Writes {
            effects: vec![Effect::RecordDrill(drill.clone())],
            audit: vec![event],
            changes: Vec::new(),
        },
        outcome: drill,
    })
}

/// Everything that cannot be so.
fn check(request: &DrillRequest, now: Timestamp) -> Vec<FieldFinding> {
    let mut findings = Vec::new();
    let mut wrong = |field, detail: &str, fix: &str| {
        findings.push(FieldFinding {
            field,
            detail: detail.to_owned(),
            fix: fix.to_owned(),
        });
    };
    if request.started_at > now || now.since(request.started_at) > LONGEST {
        let detail = "it lies ahead, or more than 31 days back";
        wrong("started_at", detail, "report a drill when it is over");
    }
    if !follows(request.outcome, &request.steps) {
        let detail = "a drill with that outcome has other steps";
        let fix = "completed: stage, cut_over, roll_back, roll_forward; rehearsed and \
                   older_in_use: stage, withdraw";
        wrong("steps", detail, fix);
    }
    let too_long = |step: &DrillStep| {
        step.call_ms > LONGEST_STEP_MS || step.in_force_ms.is_some_and(|ms| ms > LONGEST_STEP_MS)
    };
    if request.steps.iter().any(too_long) {
        let detail = "a step takes more than a day";
        wrong("steps", detail, "times are in milliseconds");
    }
    if request.networks.len() > MOST_NETWORKS {
        wrong("networks", "more than 64 are named", "name the busiest");
    }
    let shown = |c: char| c == '\n' || !c.is_control();
    if request.notes.chars().count() > MOST_NOTES || !request.notes.chars().all(shown) {
        let detail = "they have more than 2000 characters or a control character";
        wrong("notes", detail, "say less, in plain text");
    }
    // What anybody may read who may read the register.
    if has_credential(&request.notes) {
        wrong("notes", "a credential of ours stands in them", LEAVE_OUT);
    }
    findings
}

/// Whether a drill with these steps can have ended like that.
fn follows(outcome: DrillOutcome, steps: &[DrillStep]) -> bool {
    use DrillStepKind::{CutOver, RollBack, RollForward, Stage, Withdraw};
    let steps: Vec<DrillStepKind> = steps.iter().map(|step| step.step).collect();
    let whole = [Stage, CutOver, RollBack, RollForward];
    match outcome {
        DrillOutcome::Completed => steps == whole,
        DrillOutcome::Rehearsed | DrillOutcome::OlderInUse => steps == [Stage, Withdraw],
        // It stopped somewhere; what it had staged it may have taken back.
        DrillOutcome::Unconfirmed => {
            let done = match steps.split_last() {
                Some((Withdraw, before)) => before,
                _ => &steps,
            };
            !done.is_empty() && whole.starts_with(done)
        }
    }
}
