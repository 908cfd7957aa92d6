//! Why a request was denied, as its caller is told.

use jose::TokenError;
use jose::encryption::DecryptionError;

use crate::{Status, encrypted_token};

/// Why, as a closed list with one exhaustive mapping to the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// A credential over plain HTTP.
    InsecureTransport,
    /// The target has more than one reading.
    AmbiguousTarget,
    /// No endpoint is listed for it.
    EndpointUnlisted,
    /// The endpoint has closed.
    EndpointClosed,
    /// A credential in the query.
    CredentialInQuery,
    /// A credential in the path.
    CredentialInPath,
    /// A credential of ours in a cookie.
    CredentialInCookie,
    /// More than one credential.
    SeveralCredentials,
    /// The credential's header is malformed.
    InvalidRequest,
    /// The credential is of a kind that does not belong in this place.
    CredentialMisplaced,
    /// An API key from a browser.
    ApiKeyFromBrowser,
    /// No credential where one is demanded.
    CredentialMissing,
    /// The API key does not count; it does not say why.
    ApiKeyInvalid,
    /// The API key is for another API.
    ApiKeyAudience,
    /// On whose behalf the call is made cannot be verified.
    OnBehalfOfInvalid,
    /// The API key has made as many requests as it may for now.
    LimitExceeded,
    /// Whether the API key is within its limit cannot be told.
    LimitUnavailable,
    /// The token does not count.
    Token(TokenError),
    /// An encrypted token where none is accepted.
    EncryptedTokenNotAccepted,
    /// A token that is not encrypted where it must be.
    EncryptedTokenRequired,
    /// The encrypted token does not count. Once a private key was used, it does
    /// not say why.
    EncryptedToken(DecryptionError),
    /// The token was revoked.
    TokenRevoked,
    /// The token is too old for this endpoint.
    TokenTooOld,
    /// A proof of possession is needed and cannot be checked here.
    ProofUnsupported,
    /// The token's client is not known here.
    ClientUnknown,
    /// The token's client was revoked.
    ClientRevoked,
    /// The token's client has ended.
    ClientExpired,
    /// The token's client is suspended.
    ClientSuspended,
    /// The token's client may not be used from this network.
    ClientNetwork,
    /// Whether the token is a client's own or an end-user's cannot be told.
    AuthorityUnclear,
    /// There are no keys to verify the token's issuer with.
    IssuerKeysUnavailable,
    /// The endpoint takes another kind of credential.
    CredentialKindNotAccepted,
    /// A scope is missing.
    InsufficientScope,
    /// The path is another subject's.
    NotOwner,
    /// The gate's knowledge of revocations is too old.
    FeedStale,
    /// The live check could not be made.
    LiveCheckUnavailable,
    /// The decision cannot be recorded.
    AuditUnavailable,
    /// The operator token does not count; it does not say why.
    OperatorTokenInvalid,
}

impl Reason {
    /// The machine word in the answer and the audit.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InsecureTransport => "insecure_transport",
            Self::AmbiguousTarget => "ambiguous_target",
            Self::EndpointUnlisted => "endpoint_unlisted",
            Self::EndpointClosed => "endpoint_closed",
            Self::CredentialInQuery => "credential_in_query",
            Self::CredentialInPath => "credential_in_path",
            Self::CredentialInCookie => "credential_in_cookie",
            Self::SeveralCredentials => "several_credentials",
            Self::InvalidRequest => "invalid_request",
            Self::CredentialMisplaced => "credential_misplaced",
            Self::ApiKeyFromBrowser => "api_key_from_browser",
            Self::CredentialMissing => "credential_missing",
            Self::ApiKeyInvalid => "api_key_invalid",
            Self::ApiKeyAudience => "api_key_audience",
            Self::OnBehalfOfInvalid => "on_behalf_of_invalid",
            Self::LimitExceeded => "limit_exceeded",
            Self::LimitUnavailable => "limit_unavailable",
            Self::Token(error) => error.reason(),
            Self::EncryptedTokenNotAccepted => "encrypted_token_not_accepted",
            Self::EncryptedTokenRequired => "encrypted_token_required",
            Self::EncryptedToken(error) => error.reason(),
            Self::TokenRevoked => "token_revoked",
            Self::TokenTooOld => "token_too_old",
            Self::ProofUnsupported => "proof_unsupported",
            Self::ClientUnknown => "client_unknown",
            Self::ClientRevoked => "client_revoked",
            Self::ClientExpired => "client_expired",
            Self::ClientSuspended => "client_suspended",
            Self::ClientNetwork => "client_network",
            Self::AuthorityUnclear => "authority_unclear",
            Self::IssuerKeysUnavailable => "issuer_keys_unavailable",
            Self::CredentialKindNotAccepted => "credential_kind_not_accepted",
            Self::InsufficientScope => "insufficient_scope",
            Self::NotOwner => "not_owner",
            Self::FeedStale => "feed_stale",
            Self::LiveCheckUnavailable => "live_check_unavailable",
            Self::AuditUnavailable => "audit_unavailable",
            Self::OperatorTokenInvalid => "operator_token_invalid",
        }
    }

    /// The status. A bad credential is 401 before a forbidden act is 403.
    pub const fn status(self) -> Status {
        match self {
            Self::AmbiguousTarget
            | Self::CredentialInQuery
            | Self::CredentialInPath
            | Self::CredentialInCookie
            | Self::SeveralCredentials
            | Self::InvalidRequest => Status::BadRequest,
            Self::CredentialMisplaced
            | Self::CredentialMissing
            | Self::ApiKeyInvalid
            | Self::ApiKeyAudience
            | Self::OnBehalfOfInvalid
            | Self::Token(_)
            | Self::EncryptedTokenNotAccepted
            | Self::EncryptedTokenRequired
            | Self::EncryptedToken(_)
            | Self::TokenRevoked
            | Self::TokenTooOld
            | Self::ProofUnsupported
            | Self::ClientUnknown
            | Self::ClientRevoked
            | Self::ClientExpired
            | Self::ClientSuspended
            | Self::ClientNetwork
            | Self::AuthorityUnclear
            | Self::CredentialKindNotAccepted
            | Self::OperatorTokenInvalid => Status::Unauthorized,
            Self::InsecureTransport
            | Self::EndpointClosed
            | Self::ApiKeyFromBrowser
            | Self::InsufficientScope
            | Self::NotOwner => Status::Forbidden,
            Self::EndpointUnlisted => Status::NotFound,
            Self::LimitExceeded => Status::TooManyRequests,
            Self::FeedStale
            | Self::LiveCheckUnavailable
            | Self::IssuerKeysUnavailable
            | Self::LimitUnavailable
            | Self::AuditUnavailable => Status::ServiceUnavailable,
        }
    }

    /// The error code of the challenge; nothing where RFC 6750 section 3 asks
    /// for a challenge without one, or for no challenge.
    pub const fn error_code(self) -> Option<&'static str> {
        match self.status() {
            // RFC 6750 section 3.1: a request without any credential gets no error code.
            Status::Unauthorized => match self {
                Self::CredentialMissing => None,
                _ => Some("invalid_token"),
            },
            // RFC 6750 section 3.1
            Status::BadRequest => Some("invalid_request"),
            Status::Forbidden => match self {
                Self::InsufficientScope => Some("insufficient_scope"),
                _ => None,
            },
            Status::NotFound | Status::TooManyRequests | Status::ServiceUnavailable => None,
        }
    }

    /// One sentence for people: what is wrong.
    pub(crate) const fn detail(self) -> &'static str {
        match self {
            Self::InsecureTransport => "The request carries a credential over plain HTTP.",
            Self::AmbiguousTarget => "The request target can be read in more than one way.",
            Self::EndpointUnlisted => "No endpoint is listed for this method and path.",
            Self::EndpointClosed => {
                "The endpoint has closed: the exception that it was built on has ended."
            }
            Self::CredentialInQuery => "The query carries a credential.",
            Self::CredentialInPath => "The path carries a credential.",
            Self::CredentialInCookie => {
                "A cookie carries an API key or another secret that is not a cookie's."
            }
            Self::SeveralCredentials => "The request carries more than one credential.",
            Self::InvalidRequest => "The header of the credential is malformed.",
            Self::CredentialMisplaced => {
                "The credential is of a kind that is not presented in this header."
            }
            Self::ApiKeyFromBrowser => "The request comes from a browser and carries an API key.",
            Self::CredentialMissing => {
                "The endpoint demands a credential and the request has none."
            }
            Self::ApiKeyInvalid => "The API key is not accepted.",
            Self::ApiKeyAudience => "The API key is for another API.",
            Self::OnBehalfOfInvalid => {
                "On whose behalf the call is made cannot be verified, so it is not made."
            }
            Self::LimitExceeded => "The API key has made as many requests as it may for now.",
            Self::LimitUnavailable => "Whether the API key is within its limit cannot be told now.",
            Self::Token(error) => token_detail(error),
            Self::EncryptedTokenNotAccepted => {
                "The token is encrypted, which this endpoint does not accept."
            }
            Self::EncryptedTokenRequired => {
                "The token is not encrypted, which this endpoint demands."
            }
            Self::EncryptedToken(error) => encrypted_token::detail(error),
            Self::TokenRevoked => "The token was revoked.",
            Self::TokenTooOld => "The token is older than this endpoint accepts.",
            Self::ProofUnsupported => {
                "The token would have to be proved with its holder's key, which cannot be checked here."
            }
            Self::ClientUnknown => "The token's client is not known here.",
            Self::ClientRevoked => "The token's client was revoked.",
            Self::ClientExpired => "The token's client has ended.",
            Self::ClientSuspended => "The token's client is suspended.",
            Self::ClientNetwork => "The token's client may not be used from this network.",
            Self::AuthorityUnclear => {
                "Whether the token is its client's own or an end-user's cannot be told."
            }
            Self::IssuerKeysUnavailable => {
                "The keys of the token's issuer are not known, so it cannot be verified now."
            }
            Self::CredentialKindNotAccepted => {
                "The endpoint does not accept this kind of credential."
            }
            Self::InsufficientScope => "The credential lacks a scope that the endpoint demands.",
            Self::NotOwner => "The path belongs to another subject than the token's.",
            Self::FeedStale => "Revocations are not known freshly enough to judge this request.",
            Self::LiveCheckUnavailable => {
                "The credential needs a live check, which cannot be made now."
            }
            Self::AuditUnavailable => {
                "The decision cannot be recorded durably, so it is not given."
            }
            Self::OperatorTokenInvalid => "The operator token is not accepted.",
        }
    }

    /// One sentence for people: what to do about it.
    pub(crate) const fn fix(self) -> &'static str {
        match self {
            Self::InsecureTransport => {
                "Call over HTTPS, and replace the credential: it was readable on the way."
            }
            Self::AmbiguousTarget => {
                "Send the path in its one canonical form, with nothing escaped that need not be."
            }
            Self::EndpointUnlisted => {
                "Check the method and the path; if they are right, ask the API's owner to list the endpoint."
            }
            Self::EndpointClosed => {
                "Ask the API's owner: the endpoint reopens only with a new inventory."
            }
            Self::CredentialInQuery | Self::CredentialInPath | Self::CredentialInCookie => {
                "Send the credential in the Authorization header, and replace this one: such places are logged."
            }
            Self::SeveralCredentials => "Send exactly one credential, in one header.",
            Self::InvalidRequest => "Send one header: the scheme, one space and the credential.",
            Self::CredentialMisplaced => {
                "Send an access token as 'Authorization: Bearer', or an API key as 'Authorization: ApiKey'."
            }
            Self::ApiKeyFromBrowser => {
                "Keep API keys on a server; in a browser, use OAuth with PKCE."
            }
            Self::CredentialMissing => "Send a credential that the challenge names.",
            Self::ApiKeyInvalid => "Check the key with the person who made it, or make a new one.",
            Self::ApiKeyAudience => "Use an API key that was made for this API.",
            Self::OnBehalfOfInvalid => {
                "Sign a fresh statement for this API with the key that is registered with the API key, or leave the header out."
            }
            Self::LimitExceeded => "Wait for as long as Retry-After says.",
            Self::Token(_) | Self::TokenRevoked => "Get a new token from the issuer.",
            Self::EncryptedTokenNotAccepted => "Send the signed token itself.",
            Self::EncryptedTokenRequired | Self::EncryptedToken(_) => {
                "Encrypt the signed token, with cty JWT, for a published key of this gate whose use is enc."
            }
            Self::TokenTooOld => "Get a fresh token from the issuer and call again at once.",
            Self::ProofUnsupported => {
                "Use a token that is not bound, at an endpoint that accepts one."
            }
            Self::ClientUnknown
            | Self::ClientRevoked
            | Self::ClientExpired
            | Self::ClientSuspended => "Ask the owner of the client.",
            Self::ClientNetwork => {
                "Call from a network that was named for the client, or ask its owner to name this one."
            }
            Self::AuthorityUnclear => {
                "Ask the API's owner which claims of the issuer's tokens say it."
            }
            Self::CredentialKindNotAccepted => "Use one of the kinds that the endpoint accepts.",
            Self::InsufficientScope => {
                "Use a credential that has the scopes that the challenge names."
            }
            Self::NotOwner => "Use a token of the subject that the path names.",
            Self::FeedStale
            | Self::LiveCheckUnavailable
            | Self::IssuerKeysUnavailable
            | Self::LimitUnavailable
            | Self::AuditUnavailable => "Try again shortly.",
            Self::OperatorTokenInvalid => {
                "Use an operator token of this environment that has not ended."
            }
        }
    }
}

const fn token_detail(error: TokenError) -> &'static str {
    match error {
        TokenError::TooLarge => "The token is too large.",
        TokenError::Malformed => "The token is malformed.",
        TokenError::CriticalHeader => "The token demands an extension that is not understood.",
        TokenError::ForbiddenHeader(_) => "The token has a header parameter that is not accepted.",
        TokenError::Algorithm => "The token's algorithm is not accepted.",
        TokenError::Type => "The token is of another type.",
        TokenError::KeyId => "The token's key id is malformed.",
        TokenError::KeyUnknown => "The token is signed by a key that is not accepted.",
        TokenError::Signature => "The token's signature is wrong.",
        TokenError::Claim => "A claim of the token is malformed.",
        TokenError::ClaimMissing(_) => "The token lacks a required claim.",
        TokenError::Expired => "The token has expired.",
        TokenError::NotYetValid => "The token is not valid yet.",
        TokenError::IssuedAhead => "The token was issued in the future.",
        TokenError::TimesContradict => "The token's times contradict each other.",
        TokenError::LifetimeTooLong => "The token lives longer than is accepted.",
        TokenError::Issuer => "The token is from another issuer.",
        TokenError::Audience => "The token is for another API.",
    }
}
