//! What a gate knows: the only contract between the two planes. The control
//! plane writes changes, a gate folds them; neither sees the other's rules.
//!
//! * [`Snapshot`]: everything that a gate judges by, at one [`base::Revision`].
//! * [`Change`]: one numbered step; [`Snapshot::apply`] is the pure fold.
//! * [`Freshness`]: how long ago the gate last knew that it was at the head.
//! * [`DecisionRecord`]: what a gate reports back of one request.
//! * [`UsageReport`]: what it reports back, in batches, of one credential.
//!
//! Everything here serialises; a field is only ever added, with a default, so
//! that the version before and the version after understand each other. A
//! change of an unknown kind does not decode: a gate that cannot read a change
//! grows stale and denies by its class table instead of guessing.

mod api_key;
mod api_key_table;
mod change;
mod client;
mod decision;
mod freshness;
mod imported_keys;
mod issuer_url;
mod learned_api_keys;
mod published_key;
mod revocation;
mod snapshot;
mod usage;

pub use api_key::{ApiKeyEntry, RateLimit, SuccessorEntry};
pub use api_key_table::ApiKeyRef;
pub use change::{Change, Gap, NumberedChange};
pub use client::ClientEntry;
pub use decision::{
    DecisionRecord, OnBehalfOf, OutcomeRecord, PrincipalRecord, RequestId, UpstreamOutcome, Verdict,
};
pub use freshness::Freshness;
pub use issuer_url::{InvalidIssuerUrl, IssuerUrl};
pub use learned_api_keys::{Learned, LearnedApiKeys};
pub use published_key::{ActiveKey, KeyStage, PublishedKey, RetiringKey};
pub use revocation::{Cutoff, CutoffTarget};
pub use snapshot::{InventoryEntry, Snapshot};
pub use usage::{
    CredentialRef, Exposure, MOST_TOLD, Seen, Usage, UsageReport, UseFinding, UseRule,
    UseSurroundings, findings,
};
