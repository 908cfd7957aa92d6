//! Rotation drills in answers.

use authority::drill::{Drill, DrillOutcome, DrillStep, DrillStepKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A drill of a credential's rotation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DrillAnswer {
    /// Its id.
    #[schema(example = "d4z8k2m6q0v1c3x5")]
    pub id: String,
    /// The kind of credential.
    #[schema(example = "api_key")]
    pub kind: String,
    /// The credential's public id.
    #[schema(example = "k4z8k2m6q0v1c3x5")]
    pub credential: String,
    /// The operator token of who drilled.
    #[schema(example = "o4z8k2m6q0v1c3x5")]
    pub by: String,
    /// When it began: RFC 3339.
    #[schema(format = DateTime)]
    pub started_at: String,
    /// When it was written down: RFC 3339.
    #[schema(format = DateTime)]
    pub recorded_at: String,
    /// `completed`, `rehearsed`, `older_in_use` or `unconfirmed`.
    #[schema(value_type = String, example = "completed")]
    pub outcome: DrillOutcome,
    /// What was done, in order.
    pub steps: Vec<DrillStepAnswer>,
    /// From which networks the older secret was still used.
    #[schema(example = json!(["192.0.2.0/24"]))]
    pub networks: Vec<String>,
    /// What the operator says.
    pub notes: String,
}

/// One thing that was done in a drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DrillStepAnswer {
    /// `stage`, `cut_over`, `roll_back`, `roll_forward` or `withdraw`.
    #[schema(value_type = String, example = "stage")]
    pub step: DrillStepKind,
    /// How long the call took, in milliseconds.
    #[schema(example = 14)]
    pub call_ms: u64,
    /// How long after the durable change the gate judged by it, in
    /// milliseconds; nothing if no gate confirmed it.
    #[serde(default)]
    #[schema(example = 3)]
    pub in_force_ms: Option<u64>,
}

/// The newest drills.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DrillsAnswer {
    /// The newest first.
    pub items: Vec<DrillAnswer>,
}

/// The newest drill of a credential, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LastDrillAnswer {
    /// When it began: RFC 3339.
    #[schema(format = DateTime)]
    pub started_at: String,
    /// How many whole days ago.
    #[schema(example = 12)]
    pub age_days: u64,
    /// `completed`, `rehearsed`, `older_in_use` or `unconfirmed`.
    #[schema(value_type = String, example = "completed")]
    pub outcome: DrillOutcome,
}

impl From<&Drill> for DrillAnswer {
    fn from(drill: &Drill) -> Self {
        Self {
            id: drill.id.to_string(),
            kind: drill.credential.kind.as_str().to_owned(),
            credential: drill.credential.id.clone(),
            by: drill.by.clone(),
            started_at: drill.started_at.to_string(),
            recorded_at: drill.recorded_at.to_string(),
            outcome: drill.outcome,
            steps: drill.steps.iter().map(DrillStepAnswer::from).collect(),
            networks: drill.networks.iter().map(ToString::to_string).collect(),
            notes: drill.notes.clone(),
        }
    }
}

impl From<&DrillStep> for DrillStepAnswer {
    fn from(step: &DrillStep) -> Self {
        Self {
            step: step.step,
            call_ms: step.call_ms,
            in_force_ms: step.in_force_ms,
        }
    }
}

impl From<&DrillStepAnswer> for DrillStep {
    fn from(step: &DrillStepAnswer) -> Self {
        Self {
            step: step.step,
            call_ms: step.call_ms,
            in_force_ms: step.in_force_ms,
        }
    }
}

impl LastDrillAnswer {
    pub(crate) fn new(drill: &Drill, now: base::Timestamp) -> Self {
        Self {
            started_at: drill.started_at.to_string(),
            age_days: now.since(drill.started_at).as_secs() / 86_400,
            outcome: drill.outcome,
        }
    }
}
