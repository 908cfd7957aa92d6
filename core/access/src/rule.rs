//! Which rule denied: the precise word, for the audit alone.

use jose::TokenError;
use jose::encryption::DecryptionError;

use crate::Reason;

/// A rule that denies. The caller is told its [`Rule::reason`], which says the
/// same for everything that a guesser must not tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// A credential travels only where nobody can read it.
    SecureTransport,
    /// A path has one canonical form.
    CanonicalPath,
    /// A query is visible ASCII.
    PlainQuery,
    /// A segment that is nearly a listed literal is no parameter.
    ConfusableSegment,
    /// What is not listed is denied.
    Route,
    /// An endpoint closes when the exception ends that it was built on.
    EndpointClosed,
    /// A credential never stands in a query.
    CredentialInQuery,
    /// A credential never stands in a path.
    CredentialInPath,
    /// A credential of ours never stands in a cookie.
    CredentialInCookie,
    /// A request carries at most one credential.
    SeveralCredentials,
    /// A credential has exactly one spelling.
    CredentialSyntax,
    /// A credential of another kind stands in this slot.
    CredentialSlot,
    /// An API key does not come from a browser.
    ApiKeyFromBrowser,
    /// The endpoint demands a credential.
    CredentialMissing,
    /// The text is no API key.
    ApiKeyMalformed,
    /// The API key is tagged for, or belongs to, another environment.
    WrongEnvironment,
    /// No API key has that id.
    ApiKeyUnknown,
    /// No API key that is loaded has that id, and not all are.
    ApiKeyNotLoaded,
    /// The API key's secret is wrong.
    ApiKeyDigest,
    /// The API key was revoked.
    ApiKeyRevoked,
    /// The API key has ended.
    ApiKeyExpired,
    /// The API key is suspended: by somebody, or because nobody reviewed it.
    ApiKeySuspended,
    /// The API key's secret stands under a digest key that was retired.
    ApiKeyDigestKeyRetired,
    /// The owner of the API key is gone.
    ApiKeyOwnerDisabled,
    /// The API key was rotated, and this older secret of it is refused by now.
    ApiKeySuperseded,
    /// The API key may not be used from this network.
    ApiKeyNetwork,
    /// On whose behalf the call is made is said and cannot be verified.
    OnBehalfOf,
    /// The API key has made as many requests as it may.
    KeyLimit,
    /// Whether the API key is within its limit cannot be told.
    KeyLimitUnavailable,
    /// The token fails a check of its own.
    Token(TokenError),
    /// The token is encrypted, and the endpoint takes no encrypted one.
    TokenEncrypted,
    /// The token is not encrypted, and the endpoint takes only encrypted ones.
    TokenNotEncrypted,
    /// The encrypted token fails a check, or cannot be decrypted.
    TokenDecryption(DecryptionError),
    /// The token names an issuer that is not trusted.
    IssuerUnknown,
    /// There are no keys to verify the token's issuer with.
    IssuerKeysUnavailable,
    /// The trusted issuer's token names no client, or two.
    ForeignClient,
    /// It cannot be told whether the trusted issuer's token is a client's own.
    ForeignAuthority,
    /// The trusted issuer's token is of no organisation that is known here.
    ForeignOrganisation,
    /// The token's signing key has ended.
    SigningKeyEnded,
    /// The token is bound to a key whose proof cannot be checked.
    TokenConfirmation,
    /// The token's client is not known.
    ClientUnknown,
    /// The token's client belongs to another environment.
    ClientEnvironment,
    /// The token's client was revoked.
    ClientRevoked,
    /// The owner of the token's client is gone.
    ClientOwnerDisabled,
    /// The token's client has ended.
    ClientExpired,
    /// The token's client, an API key, is suspended.
    ClientSuspended,
    /// The token's client, an API key, may not be used from this network.
    ClientNetwork,
    /// The token names another organisation than its client.
    ClientOrganisation,
    /// The token is on the denylist.
    TokenDenied,
    /// The token was issued before a cutoff.
    TokenCutOff,
    /// A live check said that the credential is no longer active.
    LiveCheck,
    /// A live check was needed and could not be made.
    LiveCheckUnavailable,
    /// The endpoint does not accept this kind of credential.
    CredentialKind,
    /// The endpoint demands a proof that cannot be checked.
    SenderConstrained,
    /// The token is for another API.
    TokenAudience,
    /// The API key is for another API.
    ApiKeyAudience,
    /// The gate's knowledge of revocations is too old.
    FeedLag,
    /// The token is older than the endpoint accepts.
    TokenAge,
    /// The credential lacks a scope.
    Scope,
    /// The path names another owner than the token's subject.
    Owner,
    /// The permit could not be recorded durably.
    DurableRecord,
    /// The text is no operator token.
    OperatorTokenMalformed,
    /// No operator token has that id.
    OperatorTokenUnknown,
    /// The operator token's secret is wrong.
    OperatorTokenDigest,
    /// The operator token belongs to another environment.
    OperatorTokenEnvironment,
    /// The operator token was revoked.
    OperatorTokenRevoked,
    /// The owner of the operator token is disabled.
    OperatorTokenOwnerDisabled,
    /// The operator token has ended.
    OperatorTokenExpired,
    /// The operator token lacks a scope.
    OperatorScope,
}

impl Rule {
    /// Its name in the audit.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SecureTransport => "secure_transport",
            Self::CanonicalPath => "canonical_path",
            Self::PlainQuery => "plain_query",
            Self::ConfusableSegment => "confusable_segment",
            Self::Route => "route",
            Self::EndpointClosed => "endpoint_closed",
            Self::CredentialInQuery => "credential_in_query",
            Self::CredentialInPath => "credential_in_path",
            Self::CredentialInCookie => "credential_in_cookie",
            Self::SeveralCredentials => "several_credentials",
            Self::CredentialSyntax => "credential_syntax",
            Self::CredentialSlot => "credential_slot",
            Self::ApiKeyFromBrowser => "api_key_from_browser",
            Self::CredentialMissing => "credential_missing",
            Self::ApiKeyMalformed => "api_key_malformed",
            Self::WrongEnvironment | Self::ClientEnvironment | Self::OperatorTokenEnvironment => {
                "wrong_environment"
            }
            Self::ApiKeyUnknown => "api_key_unknown",
            Self::ApiKeyNotLoaded => "api_key_not_loaded",
            Self::ApiKeyDigest => "api_key_digest",
            Self::ApiKeyRevoked => "api_key_revoked",
            Self::ApiKeyExpired => "api_key_expired",
            Self::ApiKeySuspended => "api_key_suspended",
            Self::ApiKeyDigestKeyRetired => "api_key_digest_key_retired",
            Self::ApiKeyOwnerDisabled => "api_key_owner_disabled",
            Self::ApiKeySuperseded => "api_key_superseded",
            Self::ApiKeyNetwork => "api_key_network",
            Self::OnBehalfOf => "on_behalf_of",
            Self::KeyLimit => "key_limit",
            Self::KeyLimitUnavailable => "key_limit_unavailable",
            Self::Token(error) => error.reason(),
            Self::TokenEncrypted => "token_encrypted",
            Self::TokenNotEncrypted => "token_not_encrypted",
            Self::TokenDecryption(error) => error.reason(),
            Self::IssuerUnknown => "issuer_unknown",
            Self::IssuerKeysUnavailable => "issuer_keys_unavailable",
            Self::ForeignClient => "foreign_client",
            Self::ForeignAuthority => "foreign_authority",
            Self::ForeignOrganisation => "foreign_organisation",
            Self::SigningKeyEnded => "signing_key_ended",
            Self::TokenConfirmation => "token_confirmation",
            Self::ClientUnknown => "client_unknown",
            Self::ClientRevoked => "client_revoked",
            Self::ClientOwnerDisabled => "client_owner_disabled",
            Self::ClientExpired => "client_expired",
            Self::ClientSuspended => "client_suspended",
            Self::ClientNetwork => "client_network",
            Self::ClientOrganisation => "client_organisation",
            Self::TokenDenied => "token_denied",
            Self::TokenCutOff => "token_cut_off",
            Self::LiveCheck => "live_check",
            Self::LiveCheckUnavailable => "live_check_unavailable",
            Self::CredentialKind => "credential_kind",
            Self::SenderConstrained => "sender_constrained",
            Self::TokenAudience => "token_audience",
            Self::ApiKeyAudience => "api_key_audience",
            Self::FeedLag => "feed_lag",
            Self::TokenAge => "token_age",
            Self::Scope => "scope",
            Self::Owner => "owner",
            Self::DurableRecord => "durable_record",
            Self::OperatorTokenMalformed => "operator_token_malformed",
            Self::OperatorTokenUnknown => "operator_token_unknown",
            Self::OperatorTokenDigest => "operator_token_digest",
            Self::OperatorTokenRevoked => "operator_token_revoked",
            Self::OperatorTokenOwnerDisabled => "operator_token_owner_disabled",
            Self::OperatorTokenExpired => "operator_token_expired",
            Self::OperatorScope => "operator_scope",
        }
    }

    /// What the caller is told.
    pub const fn reason(self) -> Reason {
        match self {
            Self::SecureTransport => Reason::InsecureTransport,
            Self::CanonicalPath | Self::PlainQuery | Self::ConfusableSegment => {
                Reason::AmbiguousTarget
            }
            Self::Route => Reason::EndpointUnlisted,
            Self::EndpointClosed => Reason::EndpointClosed,
            Self::CredentialInQuery => Reason::CredentialInQuery,
            Self::CredentialInPath => Reason::CredentialInPath,
            Self::CredentialInCookie => Reason::CredentialInCookie,
            Self::SeveralCredentials => Reason::SeveralCredentials,
            Self::CredentialSyntax => Reason::InvalidRequest,
            Self::CredentialSlot => Reason::CredentialMisplaced,
            Self::ApiKeyFromBrowser => Reason::ApiKeyFromBrowser,
            Self::CredentialMissing => Reason::CredentialMissing,
            Self::ApiKeyMalformed
            | Self::WrongEnvironment
            | Self::ApiKeyUnknown
            | Self::ApiKeyNotLoaded
            | Self::ApiKeyDigest
            | Self::ApiKeyRevoked
            | Self::ApiKeyExpired
            | Self::ApiKeySuspended
            | Self::ApiKeyDigestKeyRetired
            | Self::ApiKeyOwnerDisabled
            | Self::ApiKeySuperseded
            | Self::ApiKeyNetwork => Reason::ApiKeyInvalid,
            Self::OnBehalfOf => Reason::OnBehalfOfInvalid,
            Self::KeyLimit => Reason::LimitExceeded,
            Self::KeyLimitUnavailable => Reason::LimitUnavailable,
            Self::Token(error) => Reason::Token(error),
            Self::TokenEncrypted => Reason::EncryptedTokenNotAccepted,
            Self::TokenNotEncrypted => Reason::EncryptedTokenRequired,
            Self::TokenDecryption(error) => Reason::EncryptedToken(error),
            Self::IssuerUnknown => Reason::Token(TokenError::Issuer),
            Self::IssuerKeysUnavailable => Reason::IssuerKeysUnavailable,
            Self::ForeignClient | Self::ForeignOrganisation => Reason::ClientUnknown,
            Self::ForeignAuthority => Reason::AuthorityUnclear,
            Self::SigningKeyEnded => Reason::Token(TokenError::KeyUnknown),
            Self::TokenConfirmation | Self::SenderConstrained => Reason::ProofUnsupported,
            Self::ClientUnknown | Self::ClientEnvironment | Self::ClientOrganisation => {
                Reason::ClientUnknown
            }
            Self::ClientRevoked | Self::ClientOwnerDisabled => Reason::ClientRevoked,
            Self::ClientExpired => Reason::ClientExpired,
            Self::ClientSuspended => Reason::ClientSuspended,
            Self::ClientNetwork => Reason::ClientNetwork,
            Self::TokenDenied | Self::TokenCutOff | Self::LiveCheck => Reason::TokenRevoked,
            Self::LiveCheckUnavailable => Reason::LiveCheckUnavailable,
            Self::CredentialKind => Reason::CredentialKindNotAccepted,
            Self::TokenAudience => Reason::Token(TokenError::Audience),
            Self::ApiKeyAudience => Reason::ApiKeyAudience,
            Self::FeedLag => Reason::FeedStale,
            Self::TokenAge => Reason::TokenTooOld,
            Self::Scope | Self::OperatorScope => Reason::InsufficientScope,
            Self::Owner => Reason::NotOwner,
            Self::DurableRecord => Reason::AuditUnavailable,
            Self::OperatorTokenMalformed
            | Self::OperatorTokenUnknown
            | Self::OperatorTokenDigest
            | Self::OperatorTokenEnvironment
            | Self::OperatorTokenRevoked
            | Self::OperatorTokenOwnerDisabled
            | Self::OperatorTokenExpired => Reason::OperatorTokenInvalid,
        }
    }
}
