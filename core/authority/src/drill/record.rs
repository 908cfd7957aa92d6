//! A drill as it is remembered.

use base::{Name, Timestamp};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use snapshot::CredentialRef;

base::define_id!(
    /// Names one drill.
    DrillId,
    'd'
);

/// A drill as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drill {
    /// Its id.
    pub id: DrillId,
    /// The environment of the credential.
    pub environment: Name,
    /// What was rotated.
    pub credential: CredentialRef,
    /// Who drilled: an operator token's id.
    pub by: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was written down.
    pub recorded_at: Timestamp,
    /// How it ended.
    pub outcome: DrillOutcome,
    /// What was done, in order.
    pub steps: Vec<DrillStep>,
    /// From where the older secret was still used, if that ended it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<IpNet>,
    /// What the operator says.
    pub notes: String,
}

/// How a drill ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DrillOutcome {
    /// Staged, cut over, rolled back and cut over again.
    Completed,
    /// Staged and withdrawn: nothing changed for holders, and the cut-over was
    /// not tried.
    Rehearsed,
    /// The older secret was still used, so the newer one was withdrawn.
    OlderInUse,
    /// No gate confirmed a step, so the drill went no further.
    Unconfirmed,
}

impl DrillOutcome {
    /// Its stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Rehearsed => "rehearsed",
            Self::OlderInUse => "older_in_use",
            Self::Unconfirmed => "unconfirmed",
        }
    }
}

/// One thing that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrillStep {
    /// What.
    pub step: DrillStepKind,
    /// How long the call took, as its caller saw it, in milliseconds.
    pub call_ms: u64,
    /// How long after the durable change the gate judged by it, in
    /// milliseconds; nothing if no gate confirmed it.
    #[serde(default)]
    pub in_force_ms: Option<u64>,
}

/// What can be done in a drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DrillStepKind {
    /// A newer secret was made, and both were accepted.
    Stage,
    /// The older secret was refused.
    CutOver,
    /// The older secret was accepted again.
    RollBack,
    /// The older secret was refused once more.
    RollForward,
    /// The newer secret was withdrawn.
    Withdraw,
}

impl DrillStepKind {
    /// Its stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::CutOver => "cut_over",
            Self::RollBack => "roll_back",
            Self::RollForward => "roll_forward",
            Self::Withdraw => "withdraw",
        }
    }
}
