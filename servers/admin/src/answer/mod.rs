//! What the admin API answers, as JSON. The command line reads the same
//! types, so what one writes the other understands. A field is only added.
//!
//! A record in an answer never has a digest, and a secret stands only in the
//! three answers that make one.

mod account;
mod api_key;
mod audit;
mod client;
mod compatibility;
mod difference;
mod digest_key;
mod drill;
mod endpoint;
mod finding;
mod inventory;
mod leak;
mod life;
mod operator_token;
mod owner;
mod register;
mod rotation;
mod signing_key;
mod token;
mod trusted_issuer;
mod usage;

use authority::accountability::Revocation;
use authority::api_key::ApiKey;
use authority::owner::Owner;
use base::{Revision, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use account::{AccountAnswer, AccountPage, ChangedAccountAnswer, EmailAnswer};
pub use api_key::{
    ApiKeyAnswer, ApiKeyPage, BulkAnswer, BulkItemAnswer, CreatedApiKeyAnswer, ImportedAnswer,
    ReviewQueueAnswer, RevokedApiKeyAnswer,
};
pub use audit::{
    AuditEntryAnswer, AuditPage, BreakAnswer, DerivationAnswer, TraceAnswer, VerdictAnswer,
};
pub use client::{ClientAnswer, ClientPage, CreatedClientAnswer, RevokedClientAnswer};
pub use compatibility::{CompatibilityAnswer, RawKeyAnswer, WindowAnswer};
pub use difference::{DifferenceAnswer, FieldChangeAnswer};
pub use digest_key::RetiredDigestKeyAnswer;
pub use drill::{DrillAnswer, DrillStepAnswer, DrillsAnswer, LastDrillAnswer};
pub use endpoint::{DemandAnswer, EndpointAnswer, ExceptionAnswer, FactsAnswer, ReasonAnswer};
pub use finding::{FindingAnswer, SpanAnswer};
pub use inventory::{ApiAnswer, AppliedAnswer, DiffAnswer, InventoryAnswer, PlannedAnswer};
pub use leak::{
    EndpointAtRiskAnswer, LeakAnswer, LeakedAnswer, OddUseAnswer, StepAnswer, UseAnswer,
    UseSeenAnswer,
};
pub use life::{LifeAnswer, ReviewAnswer, SecretPathAnswer, SuspensionAnswer};
pub use operator_token::{OperatorTokenAnswer, OperatorTokenPage, RevokedOperatorTokenAnswer};
pub use owner::{ChangedOwnerAnswer, OwnerAnswer, OwnerPage};
pub use register::{
    GapAnswer, GapPage, RegisterPage, RegisterRowAnswer, RevokePreviewAnswer, StoppedAnswer,
    StorageAnswer,
};
pub use rotation::{
    ChangedApiKeyAnswer, RotatedApiKeyAnswer, RotationAnswer, RotationStage, SecretUseAnswer,
};
pub use signing_key::{ChangedSigningKeysAnswer, SigningKeyAnswer, SigningKeysAnswer};
pub use token::{CheckAnswer, InspectionAnswer, OutcomeAnswer};
pub use trusted_issuer::{CutOffAnswer, TrustedIssuerAnswer};
pub use usage::{
    ExposedAnswer, ExposureAnswer, ReachedAnswer, SeenAnswer, UseFindingAnswer, UsedAnswer,
    WhyAnswer,
};

/// The gate of the answering process judges by the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InForce {
    /// The revision that the gate judges by: the change's, or a later one.
    #[schema(example = 42)]
    pub revision: u64,
    /// How long it took from the durable change until then, in milliseconds.
    #[schema(example = 3)]
    pub after_ms: u64,
}

/// Whether a credential still works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It works.
    Active,
    /// It works, and somebody has to look at it.
    ReviewDue,
    /// It is refused until somebody resumes or reviews it.
    Suspended,
    /// It is refused until it is transferred, or its owner is enabled.
    OwnerDisabled,
    /// It has ended by itself.
    Expired,
    /// It was revoked.
    Revoked,
}

impl Status {
    pub(crate) fn of(
        revocation: Option<&Revocation>,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Self {
        match revocation {
            Some(_) => Self::Revoked,
            None if now >= expires_at => Self::Expired,
            None => Self::Active,
        }
    }

    /// The same of an API key, which has more ways not to work.
    /// `owner` is what is remembered of its owner.
    pub(crate) fn of_api_key(api_key: &ApiKey, owner: Option<&Owner>, now: Timestamp) -> Self {
        let review = api_key.review.as_ref();
        match Self::of(api_key.revocation.as_ref(), api_key.ends_at(), now) {
            Self::Active if api_key.is_suspended(now) => Self::Suspended,
            Self::Active if owner.is_some_and(Owner::is_disabled) => Self::OwnerDisabled,
            Self::Active if review.is_some_and(|review| now >= review.due_at) => Self::ReviewDue,
            status => status,
        }
    }

    /// The name in output and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::ReviewDue => "review_due",
            Self::Suspended => "suspended",
            Self::OwnerDisabled => "owner_disabled",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

/// When and why a credential was revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RevocationAnswer {
    /// When: RFC 3339.
    #[schema(format = DateTime, example = "2027-01-31T12:00:00Z")]
    pub at: String,
    /// Why, in the operator's words.
    #[schema(example = "leaked in a build log")]
    pub reason: String,
}

impl From<&Revocation> for RevocationAnswer {
    fn from(revocation: &Revocation) -> Self {
        Self {
            at: revocation.at.to_string(),
            reason: revocation.reason.clone(),
        }
    }
}

/// The changes after a revision.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ChangesAnswer {
    /// The newest revision that the store has.
    pub head: u64,
    /// The changes, in order and without a hole; empty if there was none in time.
    #[schema(value_type = Vec<Object>)]
    pub changes: Vec<snapshot::NumberedChange>,
}

impl ChangesAnswer {
    pub(crate) fn new(head: Revision, changes: Vec<snapshot::NumberedChange>) -> Self {
        Self {
            head: head.number(),
            changes,
        }
    }
}
