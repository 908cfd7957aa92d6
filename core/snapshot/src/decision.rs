//! What a gate reports about one request: its decision, then its outcome.
//! No secret has a place in these types.

use std::sync::Arc;

use base::{Name, Revision, Timestamp};
use credential::CredentialKind;
use serde::{Deserialize, Serialize};

/// Names one request in answers, logs and the audit: 1 to 64 characters of
/// `[a-z0-9]`, made by the gate. A caller's own id is never taken over.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RequestId(Arc<str>);

/// The text is no request id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidRequestId;

impl std::fmt::Display for InvalidRequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            "a request id is 1 to 64 lower-case letters and digits, as x-request-id gives it",
        )
    }
}

impl std::error::Error for InvalidRequestId {}

impl RequestId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RequestId {
    type Error = InvalidRequestId;
    fn try_from(text: String) -> Result<Self, InvalidRequestId> {
        text.parse()
    }
}

impl std::str::FromStr for RequestId {
    type Err = InvalidRequestId;
    fn from_str(text: &str) -> Result<Self, InvalidRequestId> {
        let plain = text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if (1..=64).contains(&text.len()) && plain {
            Ok(Self(text.into()))
        } else {
            Err(InvalidRequestId)
        }
    }
}

impl From<RequestId> for String {
    fn from(id: RequestId) -> Self {
        id.0.as_ref().to_owned()
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the gate decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It may pass.
    Permit,
    /// It may not.
    Denial,
}

/// Whom the gate established as the caller. Ids only, never a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrincipalRecord {
    /// The kind of credential that was verified.
    pub kind: CredentialKind,
    /// The credential's public id: an API key's id, a token's `jti`.
    pub credential_id: String,
    /// The client, where a token named one.
    #[serde(default)]
    pub client: Option<String>,
    /// The subject, where a token named one.
    #[serde(default)]
    pub subject: Option<String>,
    /// The organisation.
    pub organisation: String,
    /// Who answers for the credential.
    #[serde(default)]
    pub owner: Option<String>,
    /// `iss`, where the token is of a trusted issuer: client, subject and
    /// credential id are then names of that issuer's, and nobody else's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// The name that the inventory gives to that issuer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trusted_issuer: Option<String>,
    /// On whose behalf its holder says that the call was made, where that could
    /// be verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<OnBehalfOf>,
}

/// For whom a call was made, and why: said and signed by the holder of an API
/// key that several people use. It authorises nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnBehalfOf {
    /// Who, as the key's holder names them.
    pub subject: String,
    /// Why.
    pub purpose: String,
}

/// One decision of a gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionRecord {
    /// The request.
    pub request_id: RequestId,
    /// When it was judged.
    pub at: Timestamp,
    /// The environment.
    pub environment: Name,
    /// The method as received, shortened to 16 characters.
    pub method: String,
    /// The endpoint that matched.
    #[serde(default)]
    pub endpoint: Option<Name>,
    /// The verdict.
    pub verdict: Verdict,
    /// The rule that decided, such as `credential_kind`.
    pub rule: String,
    /// The machine reason, as the answer gave it.
    pub reason: String,
    /// One sentence for people.
    pub detail: String,
    /// Who called, as far as it was established.
    #[serde(default)]
    pub principal: Option<Box<PrincipalRecord>>,
    /// Whether the credential was genuine: its signature or digest was right.
    pub genuine: Option<bool>,
    /// Whether it was still accepted: not expired, revoked, too old or for another audience.
    pub still_accepted: Option<bool>,
    /// The peer's network address.
    pub peer: String,
    /// The W3C trace id, where the caller sent one.
    #[serde(default)]
    pub trace_id: Option<String>,
    /// The inventory that was in force.
    pub inventory_version: u64,
    /// The snapshot that was in force.
    pub revision: Revision,
}

/// How a permitted request ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeRecord {
    /// The request.
    pub request_id: RequestId,
    /// When its answer began.
    pub at: Timestamp,
    /// What the upstream did.
    pub upstream: UpstreamOutcome,
    /// From the request's arrival to the answer's first byte, in microseconds.
    pub latency_us: u64,
}

/// What the upstream did with a permitted request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpstreamOutcome {
    /// It answered with this status.
    Status(u16),
    /// It could not be reached: the request was not delivered.
    Unreachable,
    /// It did not answer in time: whether it acted is unknown.
    TimedOut,
    /// The connection broke after the request was sent: whether it acted is unknown.
    Broken,
}
