//! The vocabulary of control-plane audit events. No secret has a place here:
//! every field is an id, a name or one of our own sentences.

use base::{Name, Timestamp};
use serde::{Deserialize, Serialize};
use snapshot::RequestId;

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Actor {
    /// An operator, by the id of the token that was presented.
    Operator(String),
    /// A client at the token endpoint, by the identifier that it claimed.
    Client(String),
    /// A partner that reports leaked secrets, by the name that it is configured under.
    Partner(String),
    /// The holder of an API key, by its public id, once its text was proved.
    Holder(String),
    /// An end-user, by the id of the account, once proved.
    Account(String),
    /// Doorward itself, as at `init`.
    Doorward,
    /// Nobody that could be established.
    Unknown,
}

/// What was done, by stable name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The store was made.
    Installed,
    /// An API key was created.
    ApiKeyCreated,
    /// An API key that was made elsewhere was imported.
    ApiKeyImported,
    /// An API key was suspended.
    ApiKeySuspended,
    /// A suspended API key was let go on.
    ApiKeyResumed,
    /// Somebody has looked at an API key and keeps it.
    ApiKeyReviewed,
    /// The review of an API key is due: the notice about it.
    ApiKeyReviewDue,
    /// Nobody has reviewed an API key in time: it is suspended.
    ApiKeyLapsed,
    /// The secret of an API key lives longer.
    ApiKeyRenewed,
    /// An API key has another owner.
    ApiKeyTransferred,
    /// An API key was revoked.
    ApiKeyRevoked,
    /// An API key got a newer secret.
    ApiKeyRotated,
    /// The older secret of an API key is refused.
    ApiKeyCutOver,
    /// The last step of an API key's rotation was undone.
    ApiKeyRolledBack,
    /// A rotation of an API key ended by itself.
    ApiKeyRotationEnded,
    /// Somebody said where the secret of an API key lies.
    ApiKeySecretPathTold,
    /// A rotation drill of an API key was written down.
    ApiKeyDrilled,
    /// An owner is gone: nothing of theirs is accepted.
    OwnerDisabled,
    /// An owner is back.
    OwnerEnabled,
    /// A client was created.
    ClientCreated,
    /// A client was revoked.
    ClientRevoked,
    /// An operator token was created.
    OperatorTokenCreated,
    /// An operator token was revoked.
    OperatorTokenRevoked,
    /// A signing key was created.
    SigningKeyCreated,
    /// A signing key became active.
    SigningKeyRotated,
    /// A rotation was undone.
    SigningKeyRolledBack,
    /// A signing key was retired.
    SigningKeyRetired,
    /// A retired signing key was forgotten.
    SigningKeyForgotten,
    /// Another lane of signing keys became the default.
    SigningKeyDefaultChanged,
    /// Somebody reported where a credential was readable for others.
    LeakReported,
    /// A digest key was retired: nothing that stands under it is accepted.
    DigestKeyRetired,
    /// A trusted issuer was cut off.
    TrustedIssuerCutOff,
    /// An inventory was put in force.
    InventoryApplied,
    /// An access token was issued.
    TokenIssued,
    /// An access token was revoked by its client.
    TokenRevoked,
    /// A token request was refused.
    TokenRefused,
    /// An operator's request was refused.
    OperatorRefused,
    /// An account was created.
    AccountCreated,
    /// An account was disabled: everything of it ended.
    AccountDisabled,
    /// A disabled account was enabled.
    AccountEnabled,
    /// An account has another password.
    PasswordChanged,
    /// Everything of an account ended: its sessions and tokens.
    LoggedOutEverywhere,
    /// Somebody logged in.
    SessionBegun,
    /// A session ended.
    SessionEnded,
    /// Somebody did not log in.
    LoginRefused,
    /// A person granted scopes to a client.
    GrantGiven,
    /// A person took them back.
    GrantWithdrawn,
    /// An authorization code was issued.
    AuthorizationGranted,
    /// An authorization request was refused.
    AuthorizationRefused,
    /// The tokens of a device ended.
    TokenFamilyEnded,
}

/// One control-plane event. It commits with the change that it tells of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// The request that caused it.
    pub request_id: RequestId,
    /// When.
    pub at: Timestamp,
    /// The environment.
    pub environment: Name,
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: Action,
    /// The id of what it was done to.
    #[serde(default)]
    pub target: Option<String>,
    /// The rule that refused, where one did.
    #[serde(default)]
    pub rule: Option<String>,
    /// One sentence for people.
    pub detail: String,
}

/// What every act is told about the request that it serves.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The request.
    pub request_id: RequestId,
    /// Who asks.
    pub actor: Actor,
    /// The environment in which they ask.
    pub environment: Name,
}

impl Actor {
    /// The id, or the name where there is none.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Operator(id)
            | Self::Client(id)
            | Self::Partner(id)
            | Self::Holder(id)
            | Self::Account(id) => id,
            Self::Doorward => "doorward",
            Self::Unknown => "unknown",
        }
    }
}

impl Origin {
    /// An event about this request.
    pub fn event(
        &self,
        action: Action,
        target: Option<String>,
        detail: String,
        now: Timestamp,
    ) -> AuditEvent {
        AuditEvent {
            request_id: self.request_id.clone(),
            at: now,
            environment: self.environment.clone(),
            actor: self.actor.clone(),
            action,
            target,
            rule: None,
            detail,
        }
    }
}
