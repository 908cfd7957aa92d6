//! Revocations that are not a property of one record.

use base::{Name, Timestamp};
use serde::{Deserialize, Serialize};

/// Whose tokens a [`Cutoff`] ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "name")]
pub enum CutoffTarget {
    /// Every token of the environment.
    Environment,
    /// Every token of an organisation.
    Organisation(Name),
    /// Every token of a client.
    Client(credential::ClientId),
    /// Every token about a subject.
    Subject(String),
    /// Every token of a token family.
    Family(String),
    /// Every token of a trusted issuer: its `iss`.
    TrustedIssuer(String),
    /// Every token of a trusted issuer's client. Its names are its own: a
    /// [`CutoffTarget::Client`] of the same name is another client.
    ForeignClient {
        /// `iss`.
        issuer: String,
        /// The client, as the issuer names it.
        client: String,
    },
    /// Every token about a trusted issuer's subject; never one of ours.
    ForeignSubject {
        /// `iss`.
        issuer: String,
        /// `sub`.
        subject: String,
    },
    /// One token of a trusted issuer, whenever it was issued.
    ForeignToken {
        /// `iss`.
        issuer: String,
        /// `jti`, or what a record names the token by where it has none.
        token: String,
    },
}

/// "Nothing issued before `not_before`" for a target. It may be dropped once
/// every token from before has expired.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cutoff {
    /// Whose tokens.
    pub target: CutoffTarget,
    /// A token issued before this instant is refused.
    pub not_before: Timestamp,
    /// When the last token from before has expired.
    pub expires_at: Timestamp,
}
