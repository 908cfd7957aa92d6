//! The body of a drill that is reported.

use authority::drill::{DrillOutcome, DrillRequest, DrillStep};
use authority::{FieldFinding, Refusal};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::DrillStepAnswer;

/// A drill of an API key that is over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "api_key": "k4z8k2m6q0v1c3x5",
    "started_at": "2027-01-15T08:00:00Z",
    "outcome": "rehearsed",
    "steps": [
        {"step": "stage", "call_ms": 14, "in_force_ms": 3},
        {"step": "withdraw", "call_ms": 11, "in_force_ms": 2}
    ],
    "notes": "nobody noticed anything"
}))]
pub(crate) struct DrillBody {
    /// The key's public id.
    #[schema(example = "k4z8k2m6q0v1c3x5")]
    pub(super) api_key: String,
    /// When it began: RFC 3339.
    #[schema(format = DateTime)]
    started_at: String,
    /// `completed`, `rehearsed`, `older_in_use` or `unconfirmed`.
    #[schema(value_type = String, example = "rehearsed")]
    outcome: DrillOutcome,
    /// What was done, in order.
    steps: Vec<DrillStepAnswer>,
    /// From which networks the older secret was still used.
    #[serde(default)]
    networks: Vec<String>,
    /// What the operator says, in at most 2000 characters.
    #[serde(default)]
    #[schema(max_length = 2000)]
    notes: String,
}

impl DrillBody {
    pub(super) fn check(&self) -> Result<DrillRequest, Refusal> {
        let wrong = |field, detail: &str, fix: &str| {
            Refusal::Invalid(vec![FieldFinding {
                field,
                detail: detail.to_owned(),
                fix: fix.to_owned(),
            }])
        };
        let started_at = self.started_at.parse().map_err(|_| {
            let fix = "write it like 2027-01-15T08:00:00Z";
            wrong("started_at", "it is no time of RFC 3339", fix)
        })?;
        let networks = self.networks.iter().map(|network| network.parse());
        let networks = networks.collect::<Result<_, _>>().map_err(|_| {
            let fix = "write each like 192.0.2.0/24";
            wrong("networks", "one of them is no network", fix)
        })?;
        Ok(DrillRequest {
            started_at,
            outcome: self.outcome,
            steps: self.steps.iter().map(DrillStep::from).collect(),
            networks,
            notes: self.notes.clone(),
        })
    }
}
